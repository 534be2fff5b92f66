import { type SymbolizedAddress, symbolizeStack } from "coldframe/symbols";
import type { Task } from "./task.ts";

export interface InlineCall {
  /** Lower-case hex. */
  readonly buildId: string;
  readonly addresses: readonly bigint[];
}

/** Frames with what the compiler inlined, corrected for return addresses; empty without the image. */
export const inlineChain: Task<InlineCall, readonly SymbolizedAddress[]> = {
  id: "inline-chain",
  what: "naming frames",
  async run({ symbols }, { buildId, addresses }) {
    const id = Uint8Array.from(buildId.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
    const image = (await symbols())?.forBuildId(id);
    return image !== undefined && "frames" in image ? symbolizeStack(image, addresses) : [];
  },
};
