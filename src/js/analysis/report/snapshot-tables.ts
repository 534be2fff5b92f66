import { renderJson } from "../../base/json.ts";
import { scalarText } from "../../model/node-text.ts";
import type { Snapshot } from "../../model/snapshot.ts";
import { walkTree } from "../../view/tree-walk.ts";
import type { Cell, ReportTable } from "./report-table.ts";
import { define } from "./table-shape.ts";

export type TabledSnapshot = Pick<Snapshot, "inputs" | "facts" | "issues" | "logs" | "values" | "stacks">;

/** Rows of the table of values: more are left out, and the last row says so. */
const MAX_VALUES = 1_000_000;

/** The tables every snapshot has, whatever its format. docs/tables.md is compared with them by a test. */
export function snapshotTables(snapshot: TabledSnapshot): readonly ReportTable[] {
  return [inputTable(snapshot), factTable(snapshot), issueTable(snapshot), logTable(snapshot), valueTable(snapshot)];
}

function inputTable({ inputs }: TabledSnapshot): ReportTable {
  return define<TabledSnapshot["inputs"][number]>(
    "inputs",
    "One row per file the snapshot was read from.",
    [
      ["name", "TEXT", "name", ({ name }) => name],
      ["bytes", "INTEGER", "bytes after decompression", ({ byteLength }) => byteLength],
    ],
    () => inputs,
    inputs.length,
  );
}

function factTable({ facts }: TabledSnapshot): ReportTable {
  return define<TabledSnapshot["facts"][number]>(
    "facts",
    "One row per fact about the snapshot as a whole.",
    [
      ["key", "TEXT", "name of the fact", ({ key }) => key],
      ["value", "TEXT", "value as text; numbers in decimal", ({ value }) => String(value)],
      ["unit", "TEXT", "unit of a number", ({ unit }) => unit],
      ["origin", "TEXT", "where it comes from", ({ origin }) => origin],
    ],
    () => facts,
    facts.length,
  );
}

function issueTable({ issues }: TabledSnapshot): ReportTable {
  return define<TabledSnapshot["issues"][number]>(
    "issues",
    "One row per thing that could not be read, or was read with a doubt.",
    [
      ["code", "TEXT", "code of docs/errors.md", ({ code }) => code],
      ["severity", "TEXT", "info, warning or error", ({ severity }) => severity],
      ["message", "TEXT", "sentence", ({ message }) => message],
      ["offset", "INTEGER", "byte in the input", ({ offset }) => offset],
      ["path", "TEXT", "what is concerned", ({ path }) => path],
      ["input", "TEXT", "file, where there are several", ({ input }) => input],
    ],
    () => issues,
    issues.length,
  );
}

interface LogRow {
  readonly record: ReturnType<TabledSnapshot["logs"]["at"]>;
  readonly ix: number;
}

function logTable({ logs }: TabledSnapshot): ReportTable {
  function* rows(): Generator<LogRow> {
    for (let ix = 0; ix < logs.length; ix++) yield { record: logs.at(ix), ix };
  }
  return define<LogRow>(
    "logs",
    "One row per log record, in the order of the snapshot.",
    [
      ["record_id", "INTEGER", "number of the record, from 0", ({ ix }) => ix],
      ["time", "INTEGER", "time in `time_unit`", ({ record }) => record.time],
      ["time_unit", "TEXT", "ns, us, ms, s or ticks", () => logs.timeUnit],
      ["level", "TEXT", "trace, debug, info, warning, error, critical or fatal", ({ record }) => record.level],
      ["text", "TEXT", "message", ({ record }) => record.text],
      ["module", "TEXT", "module", ({ record }) => record.module],
      ["file", "TEXT", "file", ({ record }) => record.file],
      ["line", "INTEGER", "line", ({ record }) => record.line],
      ["thread", "TEXT", "thread", ({ record }) => record.thread],
      ["flags", "INTEGER", "flags of the producer", ({ record }) => record.flags],
      ["dropped", "INTEGER", "records lost just before this one", ({ record }) => record.dropped],
      ["tags", "TEXT", "tags as a JSON array", ({ record }) => record.tags && renderJson(record.tags)],
    ],
    rows,
    logs.length,
  );
}

interface ValueRow {
  readonly path: string;
  readonly name: string;
  readonly kind: string;
  readonly typeName: string | undefined;
  readonly depth: number;
  readonly value: Cell;
  readonly integer: bigint | undefined;
  readonly address: bigint | undefined;
}

function valueTable({ values }: TabledSnapshot): ReportTable {
  return define<ValueRow>(
    "tree_values",
    `One row per value of the value tree, parents first; at most ${MAX_VALUES}.`,
    [
      ["path", "TEXT", "path that `coldframe get` takes", ({ path }) => path],
      ["name", "TEXT", "member, key or index", ({ name }) => name],
      ["depth", "INTEGER", "0 for the top level", ({ depth }) => depth],
      ["kind", "TEXT", "struct, array, int, string, …", ({ kind }) => kind],
      ["type", "TEXT", "type as its schema writes it", ({ typeName }) => typeName],
      ["value", "TEXT", "value as text; NULL for what has members", ({ value }) => value],
      ["integer_value", "INTEGER", "whole number, where it fits 64 bits with a sign", ({ integer }) => integer],
      [
        "address",
        "TEXT",
        "address in the captured system, 0x…",
        ({ address }) => address && `0x${address.toString(16)}`,
      ],
    ],
    () => valueRows(values),
  );
}

function* valueRows(values: TabledSnapshot["values"]): Generator<ValueRow> {
  let rows = 0;
  for (const visit of walkTree(values, values.root)) {
    if (rows++ >= MAX_VALUES) return;
    const { node, depth } = visit;
    const scalar = values.scalar(node);
    yield {
      path: visit.path(),
      name: node.name,
      kind: node.kind,
      typeName: node.typeName,
      depth,
      value: scalarText(values, node) ?? null,
      integer: typeof scalar === "bigint" ? scalar : undefined,
      address: node.address,
    };
  }
}
