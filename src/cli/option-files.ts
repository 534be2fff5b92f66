import { readdir, readFile, stat } from "node:fs/promises";
import { basename, join, relative, resolve, sep } from "node:path";
import { compareText, type OpenOptions, readContent, SnapshotError } from "../js/index.ts";
import { isDirectoryTokenFile, type ProjectSchema, parseProject, type TokenInput } from "../js/pigweed.ts";
import { fileContent, fileNotReadable } from "../js/platform/node.ts";
import type { Call } from "./command.ts";

/** @throws SnapshotError `FileNotReadable`, `LimitExceeded` */
export async function readOptionFile(call: Call, path: string): Promise<{ name: string; bytes: Uint8Array }> {
  const { name, content, byteLength } = await fileContent(resolve(call.host.cwd, path));
  const max = call.limits.inputBytes;
  if (byteLength > max) {
    throw new SnapshotError(
      "LimitExceeded",
      `reading ${path}: ${byteLength} bytes are over the limit inputBytes=${max}`,
      {
        limit: { name: "inputBytes", max, actual: byteLength },
      },
    );
  }
  // Not by a Response: the first one loads all of Node's HTTP client, 60 ms.
  const { bytes, problem } = await readContent(content, { limits: call.limits, signal: call.signal });
  if (problem !== undefined) throw problem;
  return { name, bytes };
}

/** Options of `open` out of the options that every opening verb takes. */
export async function readOpenOptions(call: Call): Promise<OpenOptions> {
  return {
    tokens: await readTokens(call),
    project: await readProject(call),
    traceTicksPerSecond: readTraceTicks(call),
    ...(await readBtf(call)),
  };
}

function readTraceTicks({ options }: Call): number | undefined {
  const text = options.last("trace-ticks");
  if (text === undefined) return undefined;
  if (Number(text) > 0 && Number.isFinite(Number(text))) return Number(text);
  throw new SnapshotError("UsageError", `--trace-ticks ${text} is not a positive number`);
}

/** The options `--btf` and `--btf-type`. */
async function readBtf(call: Call): Promise<OpenOptions> {
  const path = call.options.last("btf");
  const types = call.options.list("btf-type");
  if (path === undefined) {
    if (types.length > 0) throw new SnapshotError("UsageError", "--btf-type needs --btf FILE");
    return {};
  }
  const { bytes } = await readOptionFile(call, path);
  return { btf: bytes, btfTypes: Object.fromEntries(types.map(readMapType)) };
}

function readMapType(text: string): [map: string, type: string] {
  const at = text.indexOf("=");
  if (at > 0 && at < text.length - 1) return [text.slice(0, at), text.slice(at + 1)];
  throw new SnapshotError("UsageError", `--btf-type ${text}: it takes MAP=TYPE, e.g. "task_ctxs=struct task_ctx"`);
}

/** The files of `--tokens`; a directory stands for its `*.pw_tokenizer.csv`. Undefined without the option. */
export async function readTokens(call: Call): Promise<readonly TokenInput[] | undefined> {
  const given = call.options.list("tokens");
  if (given.length === 0) return undefined;
  const inputs: TokenInput[] = [];
  for (const path of given) {
    const absolute = resolve(call.host.cwd, path);
    if (!(await isDirectory(absolute))) inputs.push(await readOptionFile(call, path));
    else {
      const names = (await readdir(absolute)).filter(isDirectoryTokenFile).sort(compareText);
      if (names.length === 0) throw fileNotReadable(path, new Error("the directory has no *.pw_tokenizer.csv"));
      for (const name of names) inputs.push(await readOptionFile(call, join(absolute, name)));
    }
  }
  return inputs;
}

/** What the options `--proto`, `--message` and `--proto-path` say; undefined without `--proto`. */
export async function readProject(call: Call): Promise<ProjectSchema | undefined> {
  if (call.options.list("proto").length === 0) {
    if (call.options.last("message") !== undefined)
      throw new SnapshotError("UsageError", "--message needs --proto FILE");
    return undefined;
  }
  const { files, roots } = await readProtoFiles(call);
  const message = call.options.required("message");
  return parseProject({ files, roots, message, threadMessage: call.options.last("thread-message") });
}

/** The `.proto` files of the options and all that they import from `--proto-path`, by import name. */
async function readProtoFiles(call: Call): Promise<{ files: Map<string, string>; roots: string[] }> {
  const paths = call.options.list("proto-path").map((path) => resolve(call.host.cwd, path));
  const files = new Map<string, string>();
  const roots: string[] = [];
  const waiting: { name: string; path: string }[] = [];
  for (const given of call.options.list("proto")) {
    const path = resolve(call.host.cwd, given);
    const name = importName(path, paths);
    roots.push(name);
    waiting.push({ name, path });
    paths.push(resolve(path, ".."));
  }
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (files.has(next.name)) continue;
    const { path } = next;
    const text = await readFile(path, "utf8").catch((error: unknown) => {
      throw fileNotReadable(path, error);
    });
    files.set(next.name, text);
    for (const [, name] of text.matchAll(/^\s*import\s+(?:public\s+|weak\s+)?"([^"]+)"/gm)) {
      const found = await findImport(name!, paths);
      if (found !== undefined) waiting.push({ name: name!, path: found });
    }
  }
  return { files, roots };
}

/** A file is imported by its path below a directory of imports. */
function importName(path: string, paths: readonly string[]): string {
  const below = paths.map((dir) => relative(dir, path)).find((name) => !name.startsWith("..") && !name.startsWith(sep));
  return (below ?? basename(path)).split(sep).join("/");
}

async function findImport(name: string, paths: readonly string[]): Promise<string | undefined> {
  for (const dir of paths) {
    const path = join(dir, name);
    const found = await stat(path).then(
      (entry) => entry.isFile(),
      () => false,
    );
    if (found) return path;
  }
  return undefined;
}

async function isDirectory(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
