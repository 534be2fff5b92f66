import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { SnapshotSource } from "../../js/detect.ts";
import { compareText, type OpenOptions, type Snapshot } from "../../js/index.ts";
import { fileNotReadable } from "../../js/platform/node.ts";
import type { Call } from "../command.ts";
import { type InputSet, listFiles, openInput } from "../inputs.ts";

interface FoundFile {
  readonly relative: string;
  /** Path, size and time of change: another name for other content. */
  readonly key: string;
  readonly changedAt: number;
}

/** Names that writers give to what is not finished. */
const UNFINISHED = /(^|\/)\.|~$|\.(part|tmp|partial|crdownload)$/i;
/** A directory with one of these is one snapshot, with everything below it. */
const MARKERS: ReadonlySet<string> = new Set(["inspect.json", "manifest.json", "capture.json"]);

export interface DirectorySourceOptions {
  /** As the operand names it. */
  readonly dir: string;
  /** Files that changed within this time are left for the next scan, milliseconds. */
  readonly settle: number;
  readonly open: OpenOptions;
}

/** A directory that receives snapshots: each file is one, and each directory that holds the parts of one. */
export class DirectorySource implements SnapshotSource {
  private readonly call: Call;
  private readonly options: DirectorySourceOptions;
  private readonly path: string;
  private items: ReadonlyMap<string, InputSet> = new Map();

  constructor(call: Call, options: DirectorySourceOptions) {
    this.call = call;
    this.options = options;
    this.path = resolve(call.host.cwd, options.dir);
  }

  async list(): Promise<readonly string[]> {
    const newest = Date.now() - this.options.settle;
    const items = groupFiles(await this.findFiles())
      .map((members) => ({ members, changedAt: Math.max(...members.map(({ changedAt }) => changedAt)) }))
      .filter(({ changedAt }) => changedAt <= newest)
      .sort((a, b) => a.changedAt - b.changedAt || compareText(a.members[0]!.relative, b.members[0]!.relative));
    this.items = new Map(items.map(({ members }) => [nameOf(members), this.toSet(members)]));
    return [...this.items.keys()];
  }

  async open(name: string): Promise<readonly Snapshot[]> {
    const set = this.items.get(name);
    if (set === undefined) throw fileNotReadable(name, new Error("it has gone"));
    return (await openInput(this.call, set, { open: this.options.open })).snapshots;
  }

  private async findFiles(): Promise<FoundFile[]> {
    const { dir } = this.options;
    const top = await stat(this.path).catch((error: unknown) => {
      throw fileNotReadable(dir, error);
    });
    if (!top.isDirectory()) throw fileNotReadable(dir, new Error("it is not a directory"));
    const files: FoundFile[] = [];
    for (const relative of await listFiles(this.call, this.path)) {
      if (UNFINISHED.test(relative)) continue;
      const found = await stat(join(this.path, relative)).catch(() => undefined);
      if (found === undefined) continue;
      const { size, mtimeMs } = found;
      files.push({ relative, key: `${relative}|${size}|${mtimeMs}`, changedAt: mtimeMs });
    }
    return files;
  }

  private toSet(members: readonly FoundFile[]): InputSet {
    const paths = members.map(({ relative }) => ({ path: join(this.path, relative), relative }));
    return { label: join(this.options.dir, members[0]!.relative), paths };
  }
}

/** Files by the outermost directory that is a snapshot; all others alone. */
function groupFiles(files: readonly FoundFile[]): FoundFile[][] {
  const marked = new Set(
    files
      .filter(({ relative }) => MARKERS.has(relative.replace(/^.*\//, "")))
      .map(({ relative }) => parentOf(relative)),
  );
  const groups = new Map<string, FoundFile[]>();
  for (const file of files) {
    const place = ancestorsOf(file.relative).find((dir) => marked.has(dir));
    const key = place === undefined ? `file ${file.relative}` : `dir ${place}`;
    const members = groups.get(key);
    if (members === undefined) groups.set(key, [file]);
    else members.push(file);
  }
  return [...groups.values()];
}

/** Directories above a file, the outermost (``) first. */
function ancestorsOf(relative: string): string[] {
  const parts = relative.split("/").slice(0, -1);
  return ["", ...parts.map((_, ix) => parts.slice(0, ix + 1).join("/"))];
}

function parentOf(relative: string): string {
  return relative.includes("/") ? relative.slice(0, relative.lastIndexOf("/")) : "";
}

/** One file's own key; for several the place of the first and what all come to. */
function nameOf(members: readonly FoundFile[]): string {
  if (members.length === 1) return members[0]!.key;
  const all = createHash("sha256").update(members.map(({ key }) => key).join("\n"));
  return `${members[0]!.relative}|${members.length} files|${all.digest("hex").slice(0, 16)}`;
}
