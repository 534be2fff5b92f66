// Debian's Chromium for the browser tests: found, or installed where apt-get is allowed.
import { existsSync } from "node:fs";
import { aptInstall } from "./set-up.mjs";

const PATHS = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
];

/** @returns the path of a browser, or undefined. */
export function findChromium() {
  const given = process.env.CHROMIUM;
  if (given !== undefined && existsSync(given)) return given;
  return PATHS.find(existsSync);
}

/** @returns the path of a browser, or undefined where none is there and none can be installed. */
export function installChromium() {
  const found = findChromium();
  if (found !== undefined) return found;
  if (!aptInstall("chromium")) return undefined;
  return findChromium();
}
