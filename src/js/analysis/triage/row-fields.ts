import { innermost } from "../../model/nodes.ts";
import { framesOf, type StackContext, type StackTable } from "../../model/stacks.ts";
import type { Scalar, ValueNode, ValueSource } from "../../model/values.ts";
import type { Entry } from "../../view/entry.ts";
import type { Field } from "../../view/field.ts";
import { type MapTable, tableColumn } from "../../view/table.ts";
import { labelReader } from "../context-labels.ts";
import type { RowField } from "./row-filter.ts";

/** Items of an array that a filter sees. */
const MAX_ITEMS = 10_000;

/**
 * A value as a row: `columns` first, then what is below the value by dotted path (`Field('a.b')`; plain names are
 * members). Pointers are followed; an array of numbers, texts or truths is a vector.
 */
export function valueRow(values: ValueSource, node: ValueNode, columns: Readonly<Record<string, Scalar>>): RowField {
  return (path) => {
    if (Object.hasOwn(columns, path)) return columns[path];
    let at = innermost(values, node);
    for (const name of path.split(".")) {
      const child = values.child(at, name);
      if (child === undefined) return undefined;
      at = innermost(values, child);
    }
    return contentOf(values, at);
  };
}

/** The scalar of a value, or the scalars of an array; what has parts is null. */
function contentOf(values: ValueSource, node: ValueNode): Scalar | readonly Scalar[] {
  if (node.kind !== "array") return values.scalar(node) ?? values.rawInteger?.(node) ?? null;
  return values.page(node, 0, Math.min(values.count(node), MAX_ITEMS)).map((item) => values.scalar(item));
}

/**
 * A thread, goroutine or task as a row: `id`, `name`, `kind`, `state`, `process`, `count`, `wait` (nanoseconds, a lower
 * bound), `function` (innermost), `functions`, `created_by`, `traits`, and `labels.KEY` (its own and its process's),
 * `attributes.KEY`. The function it returns makes the rows of one table.
 */
export function contextRows(table: StackTable): (context: StackContext) => RowField {
  const labelsOf = labelReader(table);
  return (context) => (path) => {
    const read = CONTEXT_COLUMNS[path];
    if (read !== undefined) return read(context, table);
    const [group, ...rest] = path.split(".");
    const key = rest.join(".");
    const map = group === "labels" ? labelsOf(context) : group === "attributes" ? context.attributes : undefined;
    return map !== undefined && Object.hasOwn(map, key) ? map[key] : undefined;
  };
}

type ContextColumn = (context: StackContext, table: StackTable) => Scalar | readonly Scalar[];

const CONTEXT_COLUMNS: Readonly<Record<string, ContextColumn | undefined>> = Object.assign(Object.create(null), {
  id: ({ id }) => id ?? null,
  name: ({ name }) => name,
  kind: ({ kind }) => kind,
  state: ({ state }) => state ?? null,
  process: ({ process }) => process ?? null,
  count: ({ count }) => count,
  wait: ({ waitAtLeastNs }) => waitAtLeastNs ?? null,
  function: (context, table) => functionsOf(context, table)[0] ?? null,
  functions: functionsOf,
  created_by: ({ creator }, table) => (creator === undefined ? null : table.frames[creator.frame]!.functionName),
  traits: ({ traits }) => traits ?? [],
} satisfies Record<string, ContextColumn>);

function functionsOf({ stack }: StackContext, table: StackTable): readonly string[] {
  return framesOf(table, stack).map(({ functionName }) => functionName);
}

/**
 * Rows of a value: its children with the columns that `ls` prints. An entry of a map has `key` and `value`, and its
 * other names are those of its value.
 */
export function childRow(values: ValueSource, node: ValueNode, path: string): RowField {
  const inside = innermost(values, node);
  const held = node.kind === "entry" ? values.child(node, "value") : undefined;
  const scalar = contentOf(values, innermost(values, held ?? inside));
  const { name, kind, typeName = kind } = node;
  const columns = { path, name, kind, type: typeName, inside: BigInt(values.count(inside)) };
  const plain = valueRow(values, node, columns);
  const ofValue = held === undefined ? undefined : valueRow(values, held, {});
  return (wanted) => (wanted === "value" ? scalar : (plain(wanted) ?? ofValue?.(wanted)));
}

/** A row of a table of entries: `key`, `key.a`, `value`, `value.a`; other names are of the value. */
export function entryRow(values: ValueSource, table: MapTable, entry: Entry): RowField {
  return (path) => {
    const name = /^(?:key|value)(?:[.[]|$)/.test(path) ? path : `value.${path}`;
    return fieldContent(values, table.cell(entry, tableColumn(name)));
  };
}

/** What a field holds: its scalar, or the scalars of an array; null for what has parts, undefined for a missing one. */
export function fieldContent(values: ValueSource, field: Field): Scalar | readonly Scalar[] | undefined {
  if (field.node !== undefined) return contentOf(values, innermost(values, field.node));
  const key = field.tryAsU64();
  return key.ok ? key.value : undefined;
}
