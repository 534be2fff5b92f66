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
  /** A page that collects everything that must not happen. */
  open(options?: OpenPageOptions): Promise<AppPage>;
  close(): Promise<void>;
}

export interface OpenPageOptions {
  /** What follows `#`. */
  readonly fragment?: string;
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
  const url = await firstUrl(server);
  const browser = await chromium.launch({ executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium", args: ARGS });
  return {
    browser,
    url,
    open: (options = {}) => openPage(browser, url, options),
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

async function openPage(browser: Browser, url: string, options: OpenPageOptions): Promise<AppPage> {
  const context = await browser.newContext({
    colorScheme: options.dark === true ? "dark" : "light",
    viewport: { width: options.width ?? 1280, height: options.height ?? 800 },
  });
  const page = await context.newPage();
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(`error: ${error.message}`));
  page.on("console", (message: ConsoleMessage) => {
    if (message.type() === "error" || message.type() === "warning") problems.push(`console: ${message.text()}`);
  });
  page.on("dialog", (dialog) => {
    problems.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`);
    });
  });
  await page.goto(url + (options.fragment === undefined ? "" : `#${options.fragment}`));
  return { page, problems };
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

/** Opens a sample of the gallery and waits until its view is there. */
export async function openSample(page: Page, id: string, view?: string): Promise<void> {
  await page.evaluate(
    (fragment) => {
      location.hash = fragment;
      location.reload();
    },
    `v=1&sample=${id}${view === undefined ? "" : `&view=${view}`}`,
  );
  await page.waitForSelector(`.view[data-view${view === undefined ? "" : `="${view}"`}] > *`);
}
