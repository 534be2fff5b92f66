import type { OpenOptions } from "coldframe";
import { loadedSymbols } from "./symbols.ts";
import type { Companion } from "./types.ts";

const ELF: readonly number[] = [0x7f, 0x45, 0x4c, 0x46];
const ARCHIVE: readonly number[] = [0x21, 0x3c, 0x61, 0x72, 0x63, 0x68, 0x3e];
const TOKEN_MAGIC = "TOKENS\0\0";
const TOKEN_ROW = /^\s*[0-9a-fA-F]{8}\s*,[^\n]*,\s*"/m;
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
  return undefined;
}

/** Options of `open` out of what was dropped beside the snapshots. */
export async function openOptions(companions: readonly Companion[]): Promise<OpenOptions> {
  const images = companions.filter(({ kind }) => kind === "symbols");
  const databases = companions.filter(({ kind }) => kind === "tokens");
  const holders = images.length === 0 ? [] : await withTokens(images);
  const tokens = [...databases, ...holders].map(({ name, bytes }) => ({ name, bytes }));
  const symbols = await loadedSymbols(companions);
  return { ...(tokens.length > 0 && { tokens }), ...(symbols !== undefined && { symbols }) };
}

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
