// What both commands of the README need before anything of node_modules may be imported.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const OLDEST_NODE = 20;
const INSTALLED = "node_modules/.coldframe-installed";

/** Ends the process with a sentence when this Node is too old. */
export function requireNode() {
  const major = Number(process.versions.node.split(".")[0]);
  if (major >= OLDEST_NODE) return;
  console.error(`coldframe needs Node ${OLDEST_NODE} or newer; this is ${process.versions.node}`);
  process.exit(2);
}

/** Runs a command. @returns its exit status; output goes where `stdio` says. */
export function run(command, args, { stdio = "inherit", env = process.env } = {}) {
  const { status, error } = spawnSync(command, args, { stdio, env, shell: false });
  if (error !== undefined) console.error(`${command}: ${error.message}`);
  return status ?? 1;
}

/**
 * `npm ci`, unless this lock file is what is installed. Where npm refuses the lock file, because a registry does not
 * carry the packages of other platforms, `npm install` takes the same versions without writing it.
 * @returns true when the packages are there.
 */
export function installPackages() {
  const lock = createHash("sha256").update(readFileSync("package-lock.json")).digest("hex");
  if (existsSync(INSTALLED) && readFileSync(INSTALLED, "utf8") === lock) return true;
  console.error("installing packages (npm ci) …");
  const npm = (...args) => run("npm", [...args, "--no-audit", "--no-fund"], { stdio: ["ignore", 2, 2] }) === 0;
  if (!npm("ci") && !npm("install", "--no-save")) return false;
  writeFileSync(INSTALLED, lock);
  return true;
}

/** `npm run build`, unless dist/ is newer than every source. */
export function buildPackage() {
  if (existsSync("dist/cli.js") && newest(["dist/cli.js"]) >= newest(SOURCES)) return true;
  console.error("building …");
  return run("npm", ["run", "-s", "build"], { stdio: ["ignore", 2, 2] }) === 0;
}

/** Installs a Debian package, where that is allowed without a password. @returns false where it is not. */
export function aptInstall(name) {
  const asRoot = process.getuid?.() === 0 ? [] : ["sudo", "-n"];
  const [probe, ...rest] = [...asRoot, "true"];
  if (!existsSync("/usr/bin/apt-get") || spawnSync(probe, rest).status !== 0) return false;
  console.log(`installing ${name} (apt-get install ${name}) …`);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const apt = (...args) => {
    const [command, ...options] = [...asRoot, "apt-get", ...args];
    return run(command, options, { env, stdio: ["ignore", "ignore", 2] }) === 0;
  };
  apt("update");
  return apt("install", "-y", "--no-install-recommends", name);
}

const SOURCES = ["src", "assembly", "proto", "scripts", "package.json", "asconfig.json", "tsconfig.json"];

function newest(paths) {
  let time = 0;
  const waiting = paths.filter(existsSync);
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const found = statSync(path);
    if (found.isDirectory()) for (const name of readdirSync(path)) waiting.push(join(path, name));
    else if (!path.endsWith(".generated.ts")) time = Math.max(time, found.mtimeMs);
  }
  return time;
}
