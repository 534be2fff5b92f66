import { listChildren, renderValue, type Snapshot, type ValueNode } from "coldframe";
import { hexText } from "./numbers.ts";
import type { Detail, DetailField } from "./types.ts";

/** Bytes of the text that a format's own renderer gives for a whole subtree. */
const TEXT_SHOWN = 20_000;
const JSON_NODES = 5_000;

/** All about one value: its forms, its type, where it was in memory and in the file. */
export function valueDetail(snapshot: Snapshot, path: string | undefined, node: ValueNode): Detail {
  const { values, inputs } = snapshot;
  const count = values.count(node);
  const fields: DetailField[] = [
    ...optional("path", path),
    { name: "kind", value: node.kind },
    ...optional("type", node.typeName),
    { name: "value", value: renderValue(values, node) },
    ...integerForms(snapshot, node),
    ...(count > 0 ? [{ name: "inside", value: count.toLocaleString("en") }] : []),
    ...optional("address", node.address === undefined ? undefined : hexText(node.address, 16)),
    ...optional("note", node.note),
    ...(node.problem === undefined
      ? []
      : [{ name: "problem", value: `${node.problem.code}: ${node.problem.message}` }]),
    ...(node.origin === undefined
      ? []
      : [
          {
            name: "bytes",
            value: `${inputs[node.origin.input]?.name ?? "input"}, from ${node.origin.offset}, ${node.origin.length} long`,
          },
        ]),
  ];
  const text = count > 0 ? values.renderText?.(node) : undefined;
  if (text !== undefined)
    fields.push({ name: "as C", value: text.length > TEXT_SHOWN ? `${text.slice(0, TEXT_SHOWN)} …` : text });
  return {
    title: node.name === "" ? (path ?? node.kind) : node.name,
    fields,
    path,
    origin: node.origin,
    json: () => (path === undefined ? (text ?? values.scalar(node)) : valueJson(snapshot, path)),
  };
}

function optional(name: string, value: string | undefined): DetailField[] {
  return value === undefined || value === "" ? [] : [{ name, value }];
}

function integerForms({ values }: Snapshot, node: ValueNode): DetailField[] {
  const value = values.rawInteger?.(node) ?? values.scalar(node);
  if (typeof value !== "bigint") return [];
  const forms: DetailField[] = [
    { name: "hex", value: value < 0n ? `-0x${(-value).toString(16)}` : `0x${value.toString(16)}` },
  ];
  if (value >= 1n << 63n) forms.push({ name: "signed", value: String(BigInt.asIntN(64, value)) });
  if (node.kind === "enum" || node.kind === "pointer") forms.push({ name: "number", value: String(value) });
  return forms;
}

/** The subtree as plain JSON, cut after a number of nodes; built without recursion. */
function valueJson(snapshot: Snapshot, path: string): unknown {
  const { values } = snapshot;
  let budget = JSON_NODES;
  const rootHolder: { value?: unknown } = {};
  const waiting: { path: string; put(value: unknown): void }[] = [
    {
      path,
      put: (value) => {
        rootHolder.value = value;
      },
    },
  ];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { put } = next;
    const page = listChildren(snapshot, next.path, { count: Math.max(1, budget) });
    if (page.total === 0) {
      put(page.node.problem === undefined ? values.scalar(page.node) : { problem: page.node.problem });
      continue;
    }
    budget -= page.children.length;
    const isArray = page.node.kind === "array";
    const into: unknown[] = [];
    const members = new Map<string, unknown>();
    put(isArray ? into : members);
    if (budget < 0) {
      members.set("…", `${page.total} more`);
      continue;
    }
    for (const [ix, child] of page.children.entries()) {
      if (isArray) into.push(null);
      else members.set(child.node.name, null);
      waiting.push({
        path: child.path,
        put(value) {
          if (isArray) into[ix] = value;
          else members.set(child.node.name, value);
        },
      });
    }
  }
  return rootHolder.value;
}
