import type { FormatId, OpenOptions } from "coldframe";
import type { ArtifactFiles } from "../tasks/task.ts";
import type { Companion } from "./types.ts";

const ELF: readonly number[] = [0x7f, 0x45, 0x4c, 0x46];
const ARCHIVE: readonly number[] = [0x21, 0x3c, 0x61, 0x72, 0x63, 0x68, 0x3e];
const TOKEN_MAGIC = "TOKENS\0\0";
const TOKEN_ROW = /^\s*[0-9a-fA-F]{8}\s*,[^\n]*,\s*"/m;
const SPEC_START =
  /^\s*\{\s*(?:"\$schema"\s*:\s*"[^"]*"\s*,\s*)?"schema"\s*:\s*\d+\s*,\s*"(?:columns|tables|links)"\s*:\s*\[/;
const RULE_KEYS = /(?:^|[{,\s])["']?(?:select|eval|act|test)["']?\s*:\s*\{/;

/** What a file is that is no snapshot, by its first bytes; undefined if it may be one. */
export function companionKind(name: string, head: Uint8Array): Companion["kind"] | undefined {
  const startsWith = (magic: readonly number[]): boolean => magic.every((byte, ix) => head[ix] === byte);
  if (startsWith(ELF) || startsWith(ARCHIVE)) return "symbols";
  if ((head[0] === 0x9f && head[1] === 0xeb) || (head[0] === 0xeb && head[1] === 0x9f)) return "types";
  const text = new TextDecoder("latin1").decode(head);
  if (text.startsWith(TOKEN_MAGIC)) return "tokens";
  if (/\.csv$/i.test(name) && TOKEN_ROW.test(text)) return "tokens";
  if (/\.(?:triage|json5)$/i.test(name) || (/\.json$/i.test(name) && RULE_KEYS.test(text))) return "rules";
  if (SPEC_START.test(text)) return "reports";
  return undefined;
}

/** What was dropped beside the snapshots, as what helps to read them. */
export interface Helpers {
  readonly options: OpenOptions;
  readonly artifacts: ArtifactFiles;
}

let lastKey = 0;
const kept = new WeakMap<readonly Companion[], Promise<Helpers>>();

/** Worked out once for each list. */
export function helpersOf(companions: readonly Companion[]): Promise<Helpers> {
  let helpers = kept.get(companions);
  if (helpers === undefined) {
    helpers = readHelpers(companions);
    kept.set(companions, helpers);
  }
  return helpers;
}

async function readHelpers(companions: readonly Companion[]): Promise<Helpers> {
  const images = companions.filter(({ kind }) => kind === "symbols");
  const databases = companions.filter(({ kind }) => kind === "tokens");
  const holders = images.length === 0 ? [] : await withTokens(images);
  const tokens = [...databases, ...holders].map(({ name, bytes }) => ({ name, bytes }));
  const types = companions.findLast(({ kind }) => kind === "types");
  return {
    options: { ...(tokens.length > 0 && { tokens }), ...(types !== undefined && { btf: types.bytes }) },
    // As Blobs, which cross to a worker for nothing.
    artifacts: {
      key: ++lastKey,
      files: images.map(({ name, bytes }) => ({ name, content: new Blob([bytes]) })),
    },
  };
}

/** Formats that are read otherwise when such a file is there. */
export const HELPED: Readonly<Record<Companion["kind"], readonly FormatId[]>> = {
  symbols: ["pigweed", "goroutines", "sched-ext", "bpf"],
  tokens: ["pigweed"],
  types: ["sched-ext"],
  rules: [],
  reports: [],
};

/** Images that carry a token database of their own. */
async function withTokens(images: readonly Companion[]): Promise<readonly Companion[]> {
  const { readElfTokens } = await import("coldframe/pigweed");
  return images.filter(({ name, bytes }) => {
    try {
      return readElfTokens(bytes, { name }).entries.length > 0;
    } catch {
      return false;
    }
  });
}
