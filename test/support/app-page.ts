import { type ChildProcess, spawn } from "node:child_process";
import { type Browser, type ConsoleMessage, chromium, type Page } from "playwright-core";

const ARGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** The app as `coldframe ui` serves it, in a real browser. */
export interface AppHost {
  readonly browser: Browser;
  /** Of the start page, ending in `/`. */
  readonly url: string;
  /** The page anew, or another one, that collects everything that must not happen. Tests have it one by one. */
  open(options?: OpenPageOptions): Promise<AppPage>;
  close(): Promise<void>;
}

export interface OpenPageOptions {
  /** What follows `#`. */
  readonly fragment?: string;
  /** Opens on this sample of the gallery, and waits until its view is there. */
  readonly sample?: string;
  /** View of the sample; its best one by default. */
  readonly view?: string;
  /** Lets the page keep itself for use without a network. Otherwise each test would fetch the whole app for nothing. */
  readonly offline?: boolean;
  readonly dark?: boolean;
  readonly width?: number;
  readonly height?: number;
}

export interface AppPage {
  readonly page: Page;
  /** Errors of scripts, of the console, and reports of the policy. */
  readonly problems: string[];
}

export async function startApp(files: readonly string[] = []): Promise<AppHost> {
  const server = spawn(process.execPath, ["dist/cli.js", "ui", "--json", ...files], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const executablePath = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
  const [url, browser] = await Promise.all([firstUrl(server), chromium.launch({ executablePath, args: ARGS })]);
  /** The page that most tests take one after the other: a new process for each would take most of their time. */
  let shared: Promise<WatchedPage> | undefined;
  return {
    browser,
    url,
    async open(options = {}) {
      const isPlain = options.offline !== true && options.width === undefined && options.height === undefined;
      if (isPlain) shared ??= newPage(browser, options);
      const watched = await (isPlain ? shared! : newPage(browser, options));
      return openPage(watched, url, options);
    },
    async close() {
      await browser.close();
      server.kill("SIGTERM");
    },
  };
}

function firstUrl(server: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    server.stdout!.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      if (!text.includes("\n")) return;
      const { url } = JSON.parse(text) as { url: string };
      resolve(url.replace(/#.*$/, ""));
    });
    server.on("exit", (status) => reject(new Error(`coldframe ui ended with ${status}`)));
  });
}

interface WatchedPage {
  readonly page: Page;
  /** Where problems go: to the test that has the page. */
  watcher: string[];
}

async function newPage(browser: Browser, { width, height, offline }: OpenPageOptions): Promise<WatchedPage> {
  const context = await browser.newContext({
    viewport: { width: width ?? 1280, height: height ?? 800 },
    reducedMotion: "reduce",
    serviceWorkers: offline === true ? "allow" : "block",
  });
  const watched: WatchedPage = { page: await context.newPage(), watcher: [] };
  const { page } = watched;
  page.on("pageerror", (error) => watched.watcher.push(`error: ${error.message}`));
  page.on("console", (message: ConsoleMessage) => {
    const text = message.text();
    const isProblem = message.type() === "error" || message.type() === "warning";
    if (isProblem && !text.startsWith(REFUSED)) watched.watcher.push(`console: ${text}`);
  });
  page.on("dialog", (dialog) => {
    watched.watcher.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`);
    });
  });
  return watched;
}

async function openPage(watched: WatchedPage, url: string, options: OpenPageOptions): Promise<AppPage> {
  const { page } = watched;
  const { fragment, sample, view, dark } = options;
  // Between two places of one page the browser would not load it anew; what still goes on there is its test's affair.
  await page.goto("about:blank");
  watched.watcher = [];
  await page.emulateMedia({ colorScheme: dark === true ? "dark" : "light" });
  const place = sample === undefined ? fragment : placeOf(sample, view);
  await page.goto(url + (place === undefined ? "" : `#${place}`));
  if (sample !== undefined) await untilShown(page, view);
  return { page, problems: watched.watcher };
}

/** What Playwright says of a service worker that it did not let register. */
const REFUSED = "Service Worker registration blocked";

function placeOf(sample: string, view: string | undefined): string {
  return `v=1&sample=${sample}${view === undefined ? "" : `&view=${view}`}`;
}

async function untilShown(page: Page, view: string | undefined): Promise<void> {
  await page.waitForSelector(`.view[data-view${view === undefined ? "" : `="${view}"`}] > :not(.pending)`);
}

export interface GivenFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Drops files onto the page as a person would. */
export async function dropFiles(page: Page, files: readonly GivenFile[]): Promise<void> {
  const given = files.map(({ name, bytes }) => ({ name, base64: Buffer.from(bytes).toString("base64") }));
  await page.evaluate((list) => {
    const transfer = new DataTransfer();
    for (const { name, base64 } of list) {
      const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
      transfer.items.add(new File([bytes], name));
    }
    document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true }));
  }, given);
}

/** Opens a sample of the gallery in a page that may show another, and waits until its view is there. */
export async function openSample(page: Page, id: string, view?: string): Promise<void> {
  const start = page.url().replace(/#.*$/, "");
  // Between two places of one page the browser would not load it anew.
  await page.goto("about:blank");
  await page.goto(`${start}#${placeOf(id, view)}`);
  await untilShown(page, view);
}
