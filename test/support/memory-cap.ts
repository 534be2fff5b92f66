import { isSnapshotError } from "../../src/js/base/errors.ts";

export const PAGE = 65_536;
const MEMORY_SECTION = 5;

interface Limits {
  readonly at: number;
  readonly end: number;
  readonly initial: number;
}

/** The memory of a module: where its limits are in the bytes, and how many pages it starts with. */
function findMemory(wasm: Uint8Array): Limits {
  for (let at = 8; at < wasm.length; ) {
    const id = wasm[at]!;
    const size = readLeb(wasm, at + 1);
    const body = size.next;
    if (id === MEMORY_SECTION) {
      const initial = readLeb(wasm, body + 2);
      return { at: body, end: body + size.value, initial: initial.value };
    }
    at = body + size.value;
  }
  throw new Error("the module has no memory");
}

function readLeb(bytes: Uint8Array, from: number): { value: number; next: number } {
  let value = 0;
  for (let at = from; ; at++) {
    value += (bytes[at]! & 127) * 2 ** (7 * (at - from));
    if (bytes[at]! < 128) return { value, next: at + 1 };
  }
}

const leb = (value: number): number[] => (value < 128 ? [value] : [(value & 127) | 128, ...leb(value >>> 7)]);

/** The module with a memory that never grows beyond `pages`. */
function capModule(wasm: Uint8Array, pages: number): WebAssembly.Module {
  const { at, end, initial } = findMemory(wasm);
  const body = [1, 1, ...leb(initial), ...leb(pages)];
  const head = at - 1 - (at - 1 > 0 && wasm[at - 2] !== MEMORY_SECTION ? 1 : 0);
  return new WebAssembly.Module(
    Uint8Array.from([...wasm.subarray(0, head), ...leb(body.length), ...body, ...wasm.subarray(end)]),
  );
}

/** How each run ended: the code of an error, `whole`, or `lost without a word`. */
export interface CappedRuns {
  readonly ends: readonly string[];
  readonly initial: number;
  /** Pages. */
  readonly needed: number;
}

/** Runs `work` with every number of pages from the initial one to what it needs. @returns how each run ended. */
export async function outcomes(
  wasm: Uint8Array,
  work: (module: WebAssembly.Module) => Promise<{ pages: number; text: string }>,
): Promise<CappedRuns> {
  const whole = await work(new WebAssembly.Module(wasm as BufferSource));
  const { initial } = findMemory(wasm);
  const ends: string[] = [];
  for (let pages = initial; pages <= whole.pages; pages++) {
    try {
      const { text } = await work(capModule(wasm, pages));
      ends.push(text === whole.text ? "whole" : "lost without a word");
    } catch (error) {
      if (!isSnapshotError(error)) throw error;
      ends.push(error.code);
    }
  }
  return { ends, initial, needed: whole.pages };
}
