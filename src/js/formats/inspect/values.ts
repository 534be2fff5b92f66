import type { JsonObject, JsonValue } from "../../base/json.ts";
import type { Scalar, ValueKind, ValueNode, ValueSource } from "../../model/values.ts";
import type { Histogram, InspectMember, InspectNode, InspectTree } from "./tree.ts";

/** What a node of the value tree stands for. */
type Item =
  | { readonly is: "root" }
  | { readonly is: "tree"; readonly tree: InspectTree }
  | { readonly is: "member"; readonly member: InspectMember }
  | { readonly is: "json"; readonly value: JsonValue; readonly typeName?: string };

type Child = readonly [name: string, item: Item];

/** Members from which on a node is looked up through an index of names. */
const INDEXED_FROM = 8;

/**
 * The value tree of an Inspect snapshot, everything in document order:
 * the root holds one struct of type `component` per tree, named by its moniker, and last, where there are any, one of
 * type `annotations`; a component holds `metadata` and, unless its payload is null, the root node under its own name;
 * nodes are structs of type `node`; histograms are structs of type `linear|exponential|explicit histogram`.
 */
export function createInspectValues(trees: readonly InspectTree[], annotations: JsonObject | undefined): ValueSource {
  return new InspectValues(trees, annotations);
}

class InspectValues implements ValueSource {
  readonly root: ValueNode = { kind: "struct", name: "", typeName: "inspect", handle: { is: "root" } satisfies Item };
  private readonly components: readonly Child[];
  private readonly indexes = new WeakMap<object, ReadonlyMap<string, number>>();

  constructor(trees: readonly InspectTree[], annotations: JsonObject | undefined) {
    const components: Child[] = trees.map((tree) => [tree.moniker, { is: "tree", tree }]);
    if (annotations !== undefined) {
      components.push(["annotations", { is: "json", value: annotations, typeName: "annotations" }]);
    }
    this.components = components;
  }

  count(node: ValueNode): number {
    return this.childrenOf(node).length;
  }

  page(node: ValueNode, from: number, count: number): readonly ValueNode[] {
    const children = this.childrenOf(node);
    const nodes: ValueNode[] = [];
    for (let ix = Math.max(0, from); ix < Math.min(children.length, from + count); ix++) {
      nodes.push(toNode(children.at(ix)));
    }
    return nodes;
  }

  child(node: ValueNode, name: string): ValueNode | undefined {
    const children = this.childrenOf(node);
    if (children.owner === undefined || children.length < INDEXED_FROM) return findByName(children, name);
    let index = this.indexes.get(children.owner);
    if (index === undefined) {
      index = indexByName(children);
      this.indexes.set(children.owner, index);
    }
    const ix = index.get(name);
    return ix === undefined ? undefined : toNode(children.at(ix));
  }

  scalar(node: ValueNode): Scalar {
    const item = node.handle as Item;
    if (item.is === "json") return scalarOf(item.value);
    if (item.is !== "member" || item.member.kind === "node" || item.member.kind === "histogram") return null;
    const { value } = item.member;
    return Array.isArray(value) ? null : (value as Scalar);
  }

  private childrenOf(node: ValueNode): Children {
    const item = node.handle as Item;
    if (item.is === "root") return listOf(this.components, this.components);
    if (item.is === "tree") return listOf(partsOf(item.tree), undefined);
    return item.is === "member" ? membersOf(item.member) : jsonMembersOf(item.value);
  }
}

/** Children made one at a time; `owner` is what an index of their names may hang on. */
interface Children {
  readonly length: number;
  readonly owner: object | undefined;
  at(ix: number): Child;
}

function listOf(children: readonly Child[], owner: object | undefined): Children {
  return { length: children.length, owner, at: (ix) => children[ix]! };
}

function elementsOf(values: readonly JsonValue[]): Children {
  return { length: values.length, owner: values, at: (ix) => [String(ix), { is: "json", value: values[ix]! }] };
}

function partsOf(tree: InspectTree): Child[] {
  const metadata: Child = ["metadata", { is: "json", value: tree.metadata, typeName: "metadata" }];
  return tree.root === undefined ? [metadata] : [metadata, [tree.root.name, { is: "member", member: tree.root }]];
}

function membersOf(member: InspectMember): Children {
  if (member.kind === "node") return nodeMembers(member);
  if (member.kind === "histogram") return jsonMembersOf(histogramObject(member.value));
  return Array.isArray(member.value) ? elementsOf(member.value) : listOf([], undefined);
}

function nodeMembers({ members }: InspectNode): Children {
  const at = (ix: number): Child => [members[ix]!.name, { is: "member", member: members[ix]! }];
  return { length: members.length, owner: members, at };
}

function jsonMembersOf(value: JsonValue): Children {
  if (Array.isArray(value)) return elementsOf(value);
  if (!(value instanceof Map)) return listOf([], undefined);
  const entries = [...(value as JsonObject)];
  return listOf(
    entries.map(([name, member]) => [name, { is: "json", value: member }]),
    undefined,
  );
}

function histogramObject(histogram: Histogram): JsonObject {
  if (histogram.type === "explicit") {
    const buckets = histogram.buckets.map((bucket) => new Map<string, JsonValue>(Object.entries(bucket)));
    return new Map<string, JsonValue>([["buckets", buckets]]);
  }
  const { type: _, ...numbers } = histogram;
  return new Map<string, JsonValue>(Object.entries(numbers));
}

function findByName(children: Children, name: string): ValueNode | undefined {
  for (let ix = 0; ix < children.length; ix++) {
    const child = children.at(ix);
    if (child[0] === name) return toNode(child);
  }
  return undefined;
}

/** The first of equal names is found. */
function indexByName(children: Children): Map<string, number> {
  const index = new Map<string, number>();
  for (let ix = children.length - 1; ix >= 0; ix--) index.set(children.at(ix)[0], ix);
  return index;
}

function toNode([name, item]: Child): ValueNode {
  const { kind, typeName } = shapeOf(item);
  return { kind, name, handle: item, ...(typeName !== undefined && { typeName }) };
}

function shapeOf(item: Item): { kind: ValueKind; typeName?: string } {
  if (item.is === "root" || item.is === "tree") return { kind: "struct", typeName: "component" };
  if (item.is === "json") return { ...jsonShape(item.value), ...(item.typeName && { typeName: item.typeName }) };
  const { member } = item;
  if (member.kind === "node") return { kind: "struct", typeName: "node" };
  if (member.kind === "histogram") return { kind: "struct", typeName: `${member.value.type} histogram` };
  if (member.kind === "double") return { kind: "float", typeName: "double" };
  if (Array.isArray(member.value)) return { kind: "array", typeName: member.kind };
  return { kind: member.kind as ValueKind, typeName: member.kind };
}

function jsonShape(value: JsonValue): { kind: ValueKind } {
  if (value === null) return { kind: "null" };
  if (typeof value === "bigint") return { kind: value > 0x7fff_ffff_ffff_ffffn ? "uint" : "int" };
  if (typeof value === "number") return { kind: "float" };
  if (typeof value === "boolean") return { kind: "bool" };
  if (typeof value === "string") return { kind: "string" };
  return { kind: Array.isArray(value) ? "array" : "struct" };
}

function scalarOf(value: JsonValue): Scalar {
  return value === null || typeof value !== "object" ? value : null;
}
