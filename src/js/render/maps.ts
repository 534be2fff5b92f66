import { escapeTerminal } from "../base/text.ts";
import type { CapturedMap, MapCapture } from "../model/maps.ts";
import { inlineText } from "../model/node-text.ts";
import { childrenOf } from "../model/nodes.ts";
import type { ValueNode, ValueSource } from "../model/values.ts";
import { viewCapture } from "../view/capture.ts";
import type { Entry } from "../view/entry.ts";
import { MapTable, type TableColumn } from "../view/table.ts";
import { renderTable } from "./table.ts";

export interface MapTextLimits {
  /** Entries shown per map. Default 20. */
  readonly mapRows?: number;
}

const CELL = 48;
const VALUE = 160;
/** Wider rows are shown as one value each. */
const ROW = 200;

interface MapsTarget {
  readonly values: ValueSource;
  readonly maps?: MapCapture;
}

/** The maps of a snapshot: a table of them, then the first entries of each. Everything is escaped for terminals. */
export function renderMaps(snapshot: MapsTarget, { mapRows = 20 }: MapTextLimits = {}): string {
  const maps = snapshot.maps?.maps ?? [];
  if (maps.length === 0) return "";
  const rows = maps.map((map) => [
    map.name,
    map.node.typeName ?? "",
    String(lengthOf(map)),
    map.maxEntries === 0 ? "" : String(map.maxEntries),
    map.maxEntries === 0 ? "" : `${Math.ceil((lengthOf(map) / map.maxEntries) * 100)} %`,
    String(map.valueSize),
    map.error ?? "",
  ]);
  const overview = renderTable(OVERVIEW, rows).replace(/^(?=.)/gm, "  ");
  const details = viewCapture(snapshot)
    .maps()
    .filter(({ length }) => length > 0)
    .map((map) => renderMap(new MapTable(map, snapshot.values), snapshot.values, mapRows));
  return [`Maps (${maps.length})\n${overview}`, ...details].join("\n");
}

const OVERVIEW = [
  { title: "NAME" },
  { title: "TYPE" },
  { title: "ENTRIES", align: "right" },
  { title: "OF", align: "right" },
  { title: "FILL", align: "right" },
  { title: "VALUE BYTES", align: "right" },
  { title: "" },
] as const;

function lengthOf(map: CapturedMap): number {
  return map.stores[0]?.length ?? 0;
}

/** A section of globals by variable, anything else by entry. */
function renderMap(table: MapTable, values: ValueSource, most: number): string {
  const { captured, name } = table.map;
  const title = `${escapeTerminal(name, false)}\n`;
  const single = captured.value();
  if (single !== undefined && values.count(single) > 0 && single.kind !== "array") {
    return title + indent(renderVariables(values, single, most));
  }
  const left = table.length - most;
  const more = left > 0 ? `… ${left} more\n` : "";
  return title + indent(renderRows(table, values, table.page(0, most)) + more);
}

function renderVariables(values: ValueSource, single: ValueNode, most: number): string {
  const variables = childrenOf(values, single);
  const rows = variables.slice(0, most * 4).map((node) => [node.name, node.typeName ?? "", text(values, node, VALUE)]);
  const left = variables.length - rows.length;
  return renderTable([{ title: "" }, { title: "" }, { title: "" }], rows) + (left > 0 ? `… ${left} more\n` : "");
}

function renderRows(table: MapTable, values: ValueSource, entries: readonly Entry[]): string {
  const columns = table.columns();
  if (columns.some(({ side }) => side === "value")) {
    const perCpu = entries.some(({ kind }) => kind === "Percpu" || kind === "PercpuHash");
    const rows = entries.flatMap((entry) =>
      perCpu ? slotRows(entry, columns, values) : [cells(entry, columns, values)],
    );
    const titles = [...(perCpu ? ["cpu"] : []), ...columns.map(({ name }) => name.replace(/^value\./, ""))];
    const text = renderTable(
      titles.map((title) => ({ title })),
      rows,
    );
    if (text.split("\n").every((line) => line.length <= ROW)) return text;
  }
  const rows = entries.map(({ captured }) => [
    captured?.node.name ?? "",
    captured?.value !== undefined ? text(values, captured.value, VALUE) : cut(captured?.valueHex ?? ""),
  ]);
  return renderTable([{ title: "key" }, { title: "value" }], rows);
}

function cells(entry: Entry, columns: readonly TableColumn[], values: ValueSource): string[] {
  return columns.map(({ side, path }) => {
    const field = side === "key" ? entry.key(path) : entry.get(path);
    if (side === "key" && path === "" && entry.captured?.keyNumber !== undefined)
      return String(entry.captured.keyNumber);
    return field.node === undefined ? "" : text(values, field.node, CELL);
  });
}

/** A row per CPU. */
function slotRows(entry: Entry, columns: readonly TableColumn[], values: ValueSource): string[][] {
  const value = columns.filter(({ side }) => side === "value");
  const key = cells(
    entry,
    columns.filter(({ side }) => side === "key"),
    values,
  );
  const slots = entry.captured?.perCpu ?? [];
  return slots.flatMap((slot, cpu) => {
    if (slot === undefined) return [];
    const found = value.map(({ path }) => {
      const read = entry.cpuEach(path).find(([number]) => number === cpu)?.[1];
      return read?.node === undefined ? "" : text(values, read.node, CELL);
    });
    return [[String(cpu), ...key, ...found]];
  });
}

function text(values: ValueSource, node: ValueNode, limit: number): string {
  return cut(inlineText(values, node, limit), limit);
}

function cut(whole: string, limit: number = VALUE): string {
  return whole.length > limit ? `${whole.slice(0, limit - 1)}…` : whole;
}

function indent(whole: string): string {
  return whole.replace(/^(?=.)/gm, "  ");
}
