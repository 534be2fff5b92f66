import { decodeUtf8Lossy } from "../base/bytes.ts";
import { SnapshotError } from "../base/errors.ts";
import type { Issue } from "../base/issue.ts";
import type { CodeFrame, CodeSymbol, SymbolImage } from "../model/symbols.ts";

/** Symbol types of nm(1) that name code or data; `?` and undefined symbols do not. */
const LINE = /^([0-9a-fA-F]{8,16}) ([A-Za-z]) (\S+)(?:[ \t]+\[([^\]]+)\])?\s*$/;
/** Lines looked at to tell what a file is. */
const PROBE_BYTES = 4096;
const HIDDEN_FRACTION = 0.9;

/** Whether the bytes look like /proc/kallsyms or System.map. */
export function isSymbolMap(bytes: Uint8Array): boolean {
  const lines = decodeUtf8Lossy(bytes.subarray(0, PROBE_BYTES)).split("\n").slice(0, -1);
  return lines.length > 0 && lines.every((line) => LINE.test(line));
}

/**
 * Names of a kernel's addresses from /proc/kallsyms or System.map: `address type name [module]` a line.
 *
 * A symbol reaches to the next one; what lies behind the last, or before the first, has no name. Of several names of
 * one address the last global one (upper-case type) wins, as the kernel's own tables have it.
 */
export class SymbolMap implements SymbolImage {
  readonly name: string;
  readonly issues: readonly Issue[];
  private readonly starts: BigUint64Array;
  private readonly names: readonly string[];
  private readonly modules: ReadonlyMap<number, string>;

  /** @throws SnapshotError `MalformedSymbolMap` if no line is a symbol. */
  constructor(name: string, bytes: Uint8Array) {
    this.name = name;
    const rows = parseRows(bytes);
    if (rows.length === 0) throw new SnapshotError("MalformedSymbolMap", `reading ${name}: no line is a symbol`);
    this.issues = hiddenAddresses(rows, name);
    const kept = onePerAddress(rows);
    this.starts = BigUint64Array.from(kept, (row) => row.address);
    this.names = kept.map((row) => row.name);
    this.modules = new Map(kept.flatMap((row, ix) => (row.module === undefined ? [] : [[ix, row.module]])));
  }

  get length(): number {
    return this.names.length;
  }

  lookup(address: bigint): CodeSymbol | undefined {
    const ix = this.find(address);
    return ix < 0 ? undefined : { name: this.names[ix]!, ...this.place(ix) };
  }

  frames(address: bigint): CodeFrame[] {
    const found = this.lookup(address);
    return found === undefined ? [] : [{ ...found, inlined: false }];
  }

  /** Where the first symbol of that name begins. */
  addressOf(name: string): bigint | undefined {
    const ix = this.names.indexOf(name);
    return ix < 0 ? undefined : this.starts[ix];
  }

  /** Bytes from the start of the symbol that holds the address. */
  offsetOf(address: bigint): bigint | undefined {
    const ix = this.find(address);
    return ix < 0 ? undefined : address - this.starts[ix]!;
  }

  private place(ix: number): Pick<CodeSymbol, "file"> {
    const module = this.modules.get(ix);
    return module === undefined ? {} : { file: `[${module}]` };
  }

  private find(address: bigint): number {
    let low = 0;
    let high = this.starts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.starts[middle]! <= address) low = middle + 1;
      else high = middle;
    }
    // The last symbol has no end; the kernel's maps end with `_end` or a module's last function.
    return low === this.starts.length && address !== this.starts[low - 1] ? -1 : low - 1;
  }
}

interface MapRow {
  readonly address: bigint;
  readonly isGlobal: boolean;
  readonly name: string;
  readonly module?: string;
}

function parseRows(bytes: Uint8Array): MapRow[] {
  const rows: MapRow[] = [];
  for (const line of decodeUtf8Lossy(bytes).split("\n")) {
    const match = LINE.exec(line);
    if (match === null || match[2] === "U") continue;
    const [, address, type, name, module] = match;
    rows.push({
      address: BigInt(`0x${address}`),
      isGlobal: type! < "a",
      name: name!,
      ...(module !== undefined && { module }),
    });
  }
  return rows;
}

function onePerAddress(rows: readonly MapRow[]): MapRow[] {
  const sorted = rows
    .map((row, ix) => ({ row, ix }))
    .sort((a, b) => (a.row.address < b.row.address ? -1 : a.row.address > b.row.address ? 1 : order(a, b)));
  return sorted.filter(({ row }, i) => sorted[i + 1]?.row.address !== row.address).map(({ row }) => row);
}

function order(a: { row: MapRow; ix: number }, b: { row: MapRow; ix: number }): number {
  return Number(a.row.isGlobal) - Number(b.row.isGlobal) || a.ix - b.ix;
}

/** An unprivileged reader of kallsyms gets zeroes. */
function hiddenAddresses(rows: readonly MapRow[], input: string): Issue[] {
  const zeroes = rows.filter((row) => row.address === 0n).length;
  if (zeroes < rows.length * HIDDEN_FRACTION) return [];
  const message = `${zeroes} of ${rows.length} addresses are 0: the file was read without the right to see them`;
  return [{ code: "MalformedSymbolMap", severity: "warning", message, input }];
}
