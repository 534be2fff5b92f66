/// <reference lib="webworker" />
// Keeps the whole app at the first visit, and samples when they are first opened. Nothing but files of this app is kept.
declare const PRECACHED: readonly string[];
declare const CACHE_VERSION: string;

const scope = globalThis as unknown as ServiceWorkerGlobalScope;
const CACHE = `coldframe-${CACHE_VERSION}`;

scope.addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll([...PRECACHED])));
});

scope.addEventListener("activate", (event) => {
  event.waitUntil(dropOldCaches().then(() => scope.clients.claim()));
});

scope.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  const isOwn = request.method === "GET" && url.origin === scope.location.origin;
  // What `coldframe ui` serves is a snapshot, and snapshots are never kept.
  if (isOwn && !url.pathname.includes("/served/")) event.respondWith(answer(request, url));
});

async function answer(request: Request, url: URL): Promise<Response> {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(request, { ignoreSearch: true });
  if (kept !== undefined) return kept;
  const response = await fetch(request);
  if (response.ok && url.pathname.includes("/samples/")) await cache.put(request, response.clone());
  return response;
}

async function dropOldCaches(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(
    names.filter((name) => name.startsWith("coldframe-") && name !== CACHE).map((name) => caches.delete(name)),
  );
}

export {};
