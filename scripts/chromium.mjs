// Debian's Chromium for the browser tests: found, or installed where apt-get is allowed.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { run } from "./set-up.mjs";

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
  const asRoot = process.getuid?.() === 0 ? [] : ["sudo", "-n"];
  const mayInstall =
    existsSync("/usr/bin/apt-get") && spawnSync("sh", ["-c", [...asRoot, "true"].join(" ")]).status === 0;
  if (!mayInstall) return undefined;
  console.log("installing Chromium (apt-get install chromium) …");
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const apt = (...args) => {
    const [command, ...rest] = [...asRoot, "apt-get", ...args];
    return run(command, rest, { env, stdio: ["ignore", "ignore", 2] }) === 0;
  };
  apt("update");
  apt("install", "-y", "--no-install-recommends", "chromium");
  return findChromium();
}
