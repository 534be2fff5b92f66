// Debian's Go for the live test: found, or installed where apt-get is allowed.
import { spawnSync } from "node:child_process";
import { aptInstall } from "./set-up.mjs";

const PATHS = ["/usr/bin/go", "/usr/local/go/bin/go", "/usr/lib/go/bin/go"];

/** @returns the path of a Go that runs, or undefined. */
export function findGo() {
  const candidates = [process.env.GO, "go", ...PATHS].filter((path) => path !== undefined);
  return candidates.find((path) => spawnSync(path, ["version"]).status === 0);
}

/** @returns the path of a Go, or undefined where none is there and none can be installed. */
export function installGo() {
  const found = findGo();
  if (found !== undefined) return found;
  return aptInstall("golang-go") ? findGo() : undefined;
}
