import { effect } from "@preact/signals";
import { sha256 as sha256Here } from "coldframe/identity";
import type { Actions } from "./actions.ts";
import { readPlace, writePlace } from "./place.ts";
import type { Sample, Store } from "./store.ts";

/** SHA-256 of a file in lower-case hex. */
export async function sha256Of(blob: Blob): Promise<string> {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  // Pages without https and not on loopback have no crypto of their own.
  const digest = crypto.subtle === undefined ? sha256Here(bytes) : await crypto.subtle.digest("SHA-256", bytes);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Reads the address, fetches what can be fetched again, and says plainly what must be dropped again. */
export async function restore(store: Store, actions: Actions): Promise<void> {
  const reading = readPlace(location.hash);
  if (!reading.ok) {
    store.notice.value = `The link is of version ${reading.version}, which this app does not know; it was made by a newer one.`;
  } else if (Object.keys(reading.place).length > 0) store.wanted.value = reading.place;
  const gallery = await fetch("samples/gallery.json").catch(() => undefined);
  if (gallery?.ok === true) store.samples.value = (await gallery.json()) as readonly Sample[];
  const wanted = store.wanted.value;
  if (wanted?.sample === "served") await actions.openServed();
  else if (wanted?.sample !== undefined) await actions.openSample(wanted.sample);
  else if (wanted !== undefined && wanted.sha256 === undefined) {
    store.place.value = wanted;
    store.wanted.value = undefined;
  }
}

/** Keeps the address in step; moving between views is history, typing is not. */
export function keepAddress(store: Store): void {
  let view = store.place.value.view;
  effect(() => {
    const { place, wanted } = store;
    const fragment = writePlace(place.value);
    if (wanted.value !== undefined || fragment === location.hash.replace(/^#/, "")) return;
    const url = fragment === "" ? location.pathname + location.search : `#${fragment}`;
    if (place.value.view !== view) history.pushState(null, "", url);
    else history.replaceState(null, "", url);
    view = place.value.view;
  });
  addEventListener("popstate", () => {
    const reading = readPlace(location.hash);
    if (!reading.ok) return;
    view = reading.place.view;
    store.place.value = reading.place;
  });
}
