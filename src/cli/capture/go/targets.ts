import { readFile, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { SnapshotError } from "../../../js/index.ts";
import { fileNotReadable } from "../../../js/platform/node.ts";

/** A process that serves `net/http/pprof`. */
export interface Target {
  /** The name the user gave it. */
  readonly name: string | undefined;
  /** What may be shown and saved: no credentials, no query. */
  readonly shown: string;
  readonly protocol: "http:" | "https:";
  readonly host: string;
  readonly port: number;
  /** A unix socket instead of host and port. */
  readonly socketPath?: string;
  /** Path of the pprof index, without a slash at its end. */
  readonly path: string;
  /** Query that belongs to every request, e.g. `token=…`; never saved. */
  readonly query: string;
  /** `user:password`; never saved. */
  readonly credentials?: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface TargetDefaults {
  readonly path: string;
  readonly labels: Readonly<Record<string, string>>;
}

const MAX_TARGETS = 10_000;
/** Pages below the index, as people copy them out of their browsers. */
const PAGE = /\/(?:goroutine|goroutineleak|cmdline|heap|profile|trace|symbol|allocs|block|mutex|threadcreate)$/;

/**
 * Targets of the command line; files are read line by line.
 * @throws SnapshotError `UsageError`, `FileNotReadable`
 */
export async function readTargets(
  operands: readonly string[],
  cwd: string,
  defaults: TargetDefaults,
): Promise<readonly Target[]> {
  const targets: Target[] = [];
  for (const operand of operands) {
    const lines = (await isFile(resolve(cwd, operand))) ? await readLines(resolve(cwd, operand)) : [operand];
    for (const line of lines) targets.push(parseTarget(line, defaults));
  }
  if (targets.length === 0) throw new SnapshotError("UsageError", "capture go needs a target: a URL or HOST:PORT");
  if (targets.length > MAX_TARGETS) throw new SnapshotError("UsageError", `more than ${MAX_TARGETS} targets`);
  return targets;
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

async function readLines(path: string): Promise<string[]> {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    throw fileNotReadable(path, error);
  });
  return text
    .split(/\r?\n/)
    .map((line) => line.replace(/^\ufeff/, "").trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
}

/** `[NAME=]WHERE [KEY=VALUE…]`. @throws SnapshotError `UsageError` */
export function parseTarget(line: string, defaults: TargetDefaults): Target {
  const [first = "", ...pairs] = line.split(/[ \t]+/);
  const match = /^([^=/:[\]]+)=(.+)$/.exec(first);
  const [name, where] = match === null ? [undefined, first] : [match[1]!, match[2]!];
  const labels = { ...defaults.labels, ...Object.fromEntries(pairs.map(parseLabel)) };
  return { name, labels, ...parseWhere(where, defaults.path) };
}

/** @throws SnapshotError `UsageError` */
export function parseLabel(text: string): [string, string] {
  const at = text.indexOf("=");
  if (at < 1) throw new SnapshotError("UsageError", `label ${withoutSecrets(text)}: write KEY=VALUE`);
  return [text.slice(0, at), text.slice(at + 1)];
}

type Where = Omit<Target, "name" | "labels">;

function parseWhere(where: string, defaultPath: string): Where {
  if (where.startsWith("unix:")) return parseSocket(where, defaultPath);
  const url = parseUrl(where);
  if (url.protocol !== "http:" && url.protocol !== "https:") throw unusable(where);
  if (url.hostname === "") throw unusable(where);
  const path = indexPath(url.pathname, defaultPath);
  const credentials = url.username === "" && url.password === "" ? undefined : readCredentials(url, where);
  return {
    shown: `${url.protocol}//${url.host}${path}`,
    protocol: url.protocol,
    host: url.hostname.replace(/^\[(.*)\]$/, "$1"),
    port: url.port === "" ? (url.protocol === "https:" ? 443 : 80) : Number(url.port),
    path,
    query: queryOf(url),
    ...(credentials !== undefined && { credentials }),
  };
}

function readCredentials({ username, password }: URL, where: string): string {
  try {
    return `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  } catch {
    throw unusable(where);
  }
}

/** `unix:/run/app.sock` or `unix:/run/app.sock:/debug/pprof`. */
function parseSocket(where: string, defaultPath: string): Where {
  const match = /^unix:(?:\/\/)?([^:]+)(?::(\/.*))?$/.exec(where);
  if (match === null) throw unusable(where);
  const path = indexPath(match[2] ?? "/", defaultPath);
  const socketPath = match[1]!;
  return {
    shown: `unix:${socketPath}:${path}`,
    protocol: "http:",
    host: "localhost",
    port: 80,
    socketPath,
    path,
    query: "",
  };
}

function parseUrl(where: string): URL {
  const hasScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(where);
  if (!hasScheme && !/:\d+(?:\/|\?|$)/.test(where)) throw unusable(where);
  const text = hasScheme ? where : `http://${where.startsWith(":") ? "localhost" : ""}${where}`;
  try {
    return new URL(text);
  } catch {
    throw unusable(where);
  }
}

function unusable(where: string): SnapshotError {
  const shown = withoutSecrets(where);
  return new SnapshotError(
    "UsageError",
    `target ${shown}: neither a file nor a target; write a URL, HOST:PORT or unix:SOCKET`,
  );
}

/** A target as written, without user, password and query. */
function withoutSecrets(text: string): string {
  return text.replace(/[^/=@\s]*:?[^/@\s]*@/g, "").replace(/\?.*$/, "");
}

/** The path of the index; `goroutine?debug=2` and its like at the end are left out. */
function indexPath(path: string, defaultPath: string): string {
  const index = path.replace(/\/+$/, "").replace(PAGE, "");
  return index === "" ? defaultPath.replace(/\/+$/, "") : index;
}

function queryOf({ searchParams }: URL): string {
  for (const own of ["debug", "gc", "seconds"]) searchParams.delete(own);
  return searchParams.toString();
}
