import { append } from "../../base/append.ts";
import { escapeTerminal } from "../../base/text.ts";
import { mapTypeName } from "../../model/map-type-names.ts";
import type { ArenaState, CapturedEntry, CapturedMap, MapStore } from "../../model/maps.ts";
import { inlineText, printableText, scalarText } from "../../model/node-text.ts";
import { childrenOf, isStruct } from "../../model/nodes.ts";
import type { ValueNode, ValueSource } from "../../model/values.ts";
import { renderTable } from "../table.ts";
import { type ValueTextOptions, valueLines } from "./value-lines.ts";
import { isZero } from "./zero-values.ts";

export interface MapTextOptions extends ValueTextOptions {
  /** Entries shown of each map; what is left out is counted. Default 64. */
  readonly entries?: number | undefined;
}

const ENTRIES = 64;
const COLUMNS = 14;
const CELL = 40;
const KEY = 48;

/** One map: what it is, what is wrong with it, what it holds. Escaped for terminals. */
export function mapText(values: ValueSource, map: CapturedMap, options: MapTextOptions = {}): string {
  const lines = [mapTitle(map)];
  const body: string[] = [];
  if (map.error !== undefined) body.push(`! ${map.error}`);
  for (const store of map.stores) append(body, storeLines(values, store, options));
  append(body, specialLines(map));
  if (body.length === 0) body.push("(empty)");
  append(
    lines,
    body.map((line) => `  ${line}`),
  );
  return lines.map((line) => `${escapeTerminal(line, false).trimEnd()}\n`).join("");
}

function mapTitle({ name, kva, mapType, valueSize, maxEntries, stores }: CapturedMap): string {
  const isCounted = stores[0] !== undefined && stores[0].kind !== "value";
  const count = isCounted ? stores.reduce((sum, { length }) => sum + length, 0) : undefined;
  const parts = [
    mapTypeName(mapType),
    `value ${valueSize} bytes`,
    `max ${maxEntries}`,
    ...(count === undefined ? [] : [`${count} captured`]),
    ...(kva === 0n ? [] : [`at 0x${kva.toString(16)}`]),
  ];
  return `${name}: ${parts.join(", ")}`;
}

function storeLines(values: ValueSource, store: MapStore, options: MapTextOptions): string[] {
  const most = Math.min(store.length, options.entries ?? ENTRIES);
  const entries = Array.from({ length: most }, (_, ix) => store.entry(ix));
  const isPerCpu = store.kind === "percpu-array" || store.kind === "percpu-hash";
  const only = store.kind === "value" ? entries[0]?.value : undefined;
  const lines = isPerCpu
    ? entries.flatMap((entry, ix) => perCpuLines(values, entry, ix, options))
    : only !== undefined
      ? valueLines(values, only, options)
      : entryLines(values, entries, options);
  if (store.length > most) lines.push(`… ${store.length - most} more entries`);
  return lines;
}

function keyText(values: ValueSource, { key, keyNumber, keyHex }: CapturedEntry, ix: number): string {
  if (keyNumber !== undefined) return String(keyNumber);
  if (key !== undefined) return clip(inlineText(values, key, KEY));
  return keyHex === undefined ? `#${ix}` : `hex:${clip(keyHex)}`;
}

function clip(text: string): string {
  return text.length > KEY ? `${text.slice(0, KEY)}…` : text;
}

/** A table where every value has the same scalars, else one block for each entry. */
function entryLines(values: ValueSource, entries: readonly CapturedEntry[], options: MapTextOptions): string[] {
  const rows = entries.map((entry) => scalarMembers(values, entry.value));
  const names = rows[0] === undefined ? undefined : [...rows[0].keys()];
  const isUniform =
    entries.length > 1 &&
    names !== undefined &&
    names.length > 0 &&
    rows.every(
      (row, ix) => row?.size === names.length && names.every((name) => row.has(name)) && !entries[ix]?.payload,
    );
  if (!isUniform) return entries.flatMap((entry, ix) => entryBlock(values, entry, ix, options));
  const idle = options.zeros === true ? [] : names.filter((name) => rows.every((row) => row!.get(name)!.isZero));
  const used = names.filter((name) => !idle.includes(name));
  const columns = ["key", ...used].map((title) => ({ title, align: "right" as const }));
  const cells = entries.map((entry, ix) => [
    keyText(values, entry, ix),
    ...used.map((name) => rows[ix]!.get(name)!.text),
  ]);
  const lines = renderTable(columns, cells).trimEnd().split("\n");
  if (idle.length > 0) lines.push(`zero in every entry: ${idle.join(", ")}`);
  return lines;
}

interface Cell {
  readonly text: string;
  readonly isZero: boolean;
}

/** Members of a struct, those of inner structs with dots; undefined if some are no scalars, or there are too many. */
function scalarMembers(values: ValueSource, value: ValueNode | undefined): ReadonlyMap<string, Cell> | undefined {
  if (value === undefined || !isStruct(value)) return undefined;
  const cells = new Map<string, Cell>();
  const open: { prefix: string; node: ValueNode; depth: number }[] = [{ prefix: "", node: value, depth: 0 }];
  for (let next = open.shift(); next !== undefined; next = open.shift()) {
    for (const member of childrenOf(values, next.node)) {
      const name = member.name === "" ? next.prefix.replace(/\.$/, "") : `${next.prefix}${member.name}`;
      if (isStruct(member) && next.depth < 3)
        open.push({ prefix: name === "" ? "" : `${name}.`, node: member, depth: next.depth + 1 });
      else {
        const text =
          printableText(values, member) ?? (values.count(member) > 0 ? undefined : scalarText(values, member));
        if (text === undefined || text.length > CELL || cells.has(name)) return undefined;
        cells.set(name, { text, isZero: isZero(values, member) });
      }
      if (cells.size > COLUMNS) return undefined;
    }
  }
  return cells;
}

function entryBlock(values: ValueSource, entry: CapturedEntry, ix: number, options: MapTextOptions): string[] {
  const { value, valueHex, keyHex, key, payload } = entry;
  const name = `${keyText(values, entry, ix)}: `;
  const lines: string[] = [];
  if (value !== undefined) append(lines, headed(name, valueLines(values, value, options)));
  else if (valueHex !== undefined && valueHex !== "") lines.push(`${name}hex:${valueHex}`);
  else lines.push(`${name}not readable`);
  if (key !== undefined && value === undefined && keyHex !== undefined) lines.push(`  key hex:${keyHex}`);
  if (payload !== undefined) append(lines, headed("  payload ", valueLines(values, payload, options), "    "));
  return lines;
}

/** A title on the line of the value, or above it where the value takes several. */
function headed(title: string, lines: readonly string[], pad = "  "): string[] {
  if (lines.length === 1) return [`${title}${lines[0]!.trimStart()}`];
  return [title.trimEnd(), ...lines.map((line) => `${pad}${line}`)];
}

/** CPUs that hold the same stand together; where all are structs of scalars, what is equal everywhere is said once. */
function perCpuLines(values: ValueSource, entry: CapturedEntry, ix: number, options: MapTextOptions): string[] {
  const slots = entry.perCpu ?? [];
  const key = keyText(values, entry, ix);
  const rows = slots.map((slot) => scalarMembers(values, slot));
  const present = rows.filter((row) => row !== undefined);
  if (present.length > 1 && present.length === slots.filter((slot) => slot !== undefined).length) {
    const lines = perCpuTable(rows, options);
    return [`${key}: ${slots.length} CPUs`, ...lines.map((line) => `  ${line}`)];
  }
  const groups = new Map<string, number[]>();
  slots.forEach((slot, cpu) => {
    const text = slot === undefined ? "not mapped" : valueLines(values, slot, options).join("\n");
    groups.set(text, [...(groups.get(text) ?? []), cpu]);
  });
  return [
    `${key}: ${slots.length} CPUs`,
    ...[...groups].flatMap(([text, cpus]) => headed(`  CPU ${ranges(cpus)}: `, text.split("\n"), "    ")),
  ];
}

function perCpuTable(rows: readonly (ReadonlyMap<string, Cell> | undefined)[], options: MapTextOptions): string[] {
  const first = rows.find((row) => row !== undefined)!;
  const names = [...first.keys()];
  const texts = (name: string): Set<string> => new Set(rows.flatMap((row) => row?.get(name)?.text ?? []));
  const common = names.filter((name) => texts(name).size === 1);
  const shown = common.filter((name) => options.zeros === true || !first.get(name)!.isZero);
  const own = names.filter((name) => !common.includes(name));
  const lines: string[] = [];
  if (shown.length > 0)
    lines.push(`on every CPU: ${shown.map((name) => `${name}: ${first.get(name)!.text}`).join(", ")}`);
  if (own.length > 0) {
    const columns = ["cpu", ...own].map((title) => ({ title, align: "right" as const }));
    const cells = rows.map((row) =>
      row === undefined ? ["not mapped"] : own.map((name) => row.get(name)?.text ?? ""),
    );
    append(lines, renderTable(columns, groupRows(cells)).trimEnd().split("\n"));
  }
  const hidden = common.length - shown.length;
  if (hidden > 0) lines.push(`(${hidden} zero on every CPU)`);
  return lines;
}

/** Equal rows as one, headed by the CPUs that have it. */
function groupRows(cells: readonly (readonly string[])[]): string[][] {
  const groups = new Map<string, { cpus: number[]; row: readonly string[] }>();
  cells.forEach((row, cpu) => {
    const group = groups.get(row.join("\0")) ?? { cpus: [], row };
    groups.set(row.join("\0"), group);
    group.cpus.push(cpu);
  });
  return [...groups.values()].map(({ cpus, row }) => [ranges(cpus), ...row]);
}

/** `0-2,5` */
function ranges(numbers: readonly number[]): string {
  const parts: string[] = [];
  for (let ix = 0; ix < numbers.length; ) {
    let end = ix;
    while (end + 1 < numbers.length && numbers[end + 1] === numbers[end]! + 1) end++;
    parts.push(end === ix ? String(numbers[ix]) : `${numbers[ix]}-${numbers[end]}`);
    ix = end + 1;
  }
  return parts.join(",");
}

// -- maps that hold no entries -------------------------------------------------------------------------------------

function specialLines({ ringbuf, arena, stackTrace, fdArray }: CapturedMap): string[] {
  const lines: string[] = [];
  if (ringbuf !== undefined) {
    const { capacity, consumer_pos, producer_pos, pending_pos, pending_bytes } = ringbuf;
    const percent = capacity === 0n ? "" : ` (${Number((pending_bytes * 1000n) / capacity) / 10} %)`;
    lines.push(`ring buffer: capacity ${capacity}, pending ${pending_bytes}${percent}`);
    lines.push(`positions: consumer ${consumer_pos}, producer ${producer_pos}, pending ${pending_pos}`);
  }
  if (arena !== undefined) append(lines, arenaLines(arena));
  if (stackTrace !== undefined) {
    const { entries, n_buckets, truncated, buckets_unreadable } = stackTrace;
    const rest = `${truncated ? ", cut" : ""}${buckets_unreadable > 0 ? `, ${buckets_unreadable} unreadable` : ""}`;
    lines.push(`stack traces: ${entries.length} of ${n_buckets} buckets${rest}`);
    for (const { bucket_id, nr, pcs, data_hex } of entries) {
      const addresses = pcs.map((pc) => `0x${pc.toString(16)}`).join(" ");
      lines.push(`  ${bucket_id}: ${nr} frames ${addresses === "" ? `hex:${data_hex}` : addresses}`);
    }
  }
  if (fdArray !== undefined) {
    const { populated, scanned, indices, truncated, indices_truncated, unreadable } = fdArray;
    const rest = `${truncated ? ", cut" : ""}${unreadable > 0 ? `, ${unreadable} unreadable` : ""}`;
    lines.push(`slots: ${populated} populated of ${scanned} looked at${rest}`);
    if (indices.length > 0) lines.push(`  ${ranges(indices)}${indices_truncated ? " …" : ""}`);
  }
  return lines;
}

function arenaLines({
  pages,
  declared_pages,
  truncated,
  span_capped,
  kern_vm_start,
  user_vm_start,
}: ArenaState): string[] {
  const filled = pages.filter(({ isZero: zero }) => !zero).length;
  const rest = `${truncated ? ", cut" : ""}${span_capped ? ", only part of the span was looked at" : ""}`;
  return [
    `arena: ${pages.length} pages captured, ${filled} not all zero, ${declared_pages} declared${rest}`,
    `at 0x${user_vm_start.toString(16)} for programs, 0x${kern_vm_start.toString(16)} in the kernel`,
  ].concat(pages.length === 0 ? [] : [`pages: ${pageRanges(pages)}`]);
}

/** Neighbouring pages as one range of addresses. */
function pageRanges(pages: ArenaState["pages"]): string {
  const parts: string[] = [];
  let start: bigint | undefined;
  let end = 0n;
  const close = (): void => {
    if (start !== undefined) parts.push(`0x${start.toString(16)}-0x${end.toString(16)}`);
  };
  for (const { user_addr, byteLength } of pages) {
    if (start === undefined || user_addr !== end) {
      close();
      start = user_addr;
    }
    end = user_addr + BigInt(byteLength);
  }
  close();
  const shown = parts.slice(0, 16).join(" ");
  return parts.length > 16 ? `${shown} … ${parts.length - 16} more ranges` : shown;
}
