import { type FileHandle, open, rename, unlink } from "node:fs/promises";
import { resolve } from "node:path";
import { fileNotReadable } from "../../../js/platform/node.ts";
import type { Call } from "../../command.ts";

/** Where a capture is written: a file that appears when it is whole, or stdout. */
export interface CaptureTarget {
  /** Undefined for stdout. */
  readonly path: string | undefined;
  write(piece: Uint8Array): Promise<void>;
  finish(): Promise<void>;
  /** Leaves nothing behind. */
  abandon(): Promise<void>;
}

/** @param name file for a terminal, which wants no binary data. */
export async function openTarget(call: Call, name: string): Promise<CaptureTarget> {
  const { out } = call;
  const path = call.options.last("out") ?? (out.isTerminal || out.json ? name : "-");
  if (path === "-") {
    const nothing = async (): Promise<void> => {};
    return { path: undefined, write: (piece) => out.bytes(piece), finish: nothing, abandon: nothing };
  }
  const whole = resolve(call.host.cwd, path);
  const unfinished = `${whole}.${process.pid}.part`;
  const handle: FileHandle = await open(unfinished, "w").catch((error: unknown) => {
    throw fileNotReadable(path, error);
  });
  return {
    path,
    write: async (piece) => {
      await handle.writeFile(piece);
    },
    finish: async () => {
      await handle.close();
      await rename(unfinished, whole).catch((error: unknown) => {
        throw fileNotReadable(path, error);
      });
    },
    abandon: async () => {
      await handle.close().catch(() => {});
      await unlink(unfinished).catch(() => {});
    },
  };
}
