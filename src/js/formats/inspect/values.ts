import type { JsonObject, JsonValue } from "../../base/json.ts";
import type { Scalar, ValueKind, ValueNode, ValueSource } from "../../model/values.ts";
import type { Histogram, InspectMember, InspectNode, InspectTree } from "./tree.ts";

/** What a node of the value tree stands for. */
type Item =
  | { readonly is: "root" }
  | { readonly is: "tree"; readonly tree: InspectTree }
  | { readonly is: "member"; readonly member: InspectMember }
  | { readonly is: "json"; readonly value: JsonValue; readonly typeName?: string };

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
  private readonly components: Children;
  private readonly indexes = new WeakMap<object, ReadonlyMap<string, number>>();

  constructor(trees: readonly InspectTree[], annotations: JsonObject | undefined) {
    const names = trees.map((tree) => tree.moniker);
    const items: Item[] = trees.map((tree) => ({ is: "tree", tree }));
    if (annotations !== undefined) {
      names.push("annotations");
      items.push({ is: "json", value: annotations, typeName: "annotations" });
    }
    this.components = listOf(names, items, items);
  }

  count(node: ValueNode): number {
    return this.childrenOf(node).length;
  }

  page(node: ValueNode, from: number, count: number): readonly ValueNode[] {
    const children = this.childrenOf(node);
    const nodes: ValueNode[] = [];
    for (let ix = Math.max(0, from); ix < Math.min(children.length, from + count); ix++) {
      nodes.push(toNode(children.nameAt(ix), children.itemAt(ix)));
    }
    return nodes;
  }

  child(node: ValueNode, name: string): ValueNode | undefined {
    const item = node.handle as Item;
    if (item.is === "member" && item.member.kind === "node") {
      const { members } = item.member;
      // Rules ask for little else.
      if (members.length < INDEXED_FROM) return findMember(members, name);
    }
    if (item.is === "json" && item.value instanceof Map) {
      const value = (item.value as JsonObject).get(name);
      return value === undefined ? undefined : toNode(name, { is: "json", value });
    }
    const children = this.childrenOf(node);
    const ix = this.indexOf(children, name);
    return ix === undefined ? undefined : toNode(children.nameAt(ix), children.itemAt(ix));
  }

  /** The first of equal names is found. */
  private indexOf(children: Children, name: string): number | undefined {
    const { owner, length } = children;
    if (owner === undefined || length < INDEXED_FROM) {
      for (let ix = 0; ix < length; ix++) if (children.nameAt(ix) === name) return ix;
      return undefined;
    }
    let index = this.indexes.get(owner);
    if (index === undefined) {
      index = indexByName(children);
      this.indexes.set(owner, index);
    }
    return index.get(name);
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
    if (item.is === "root") return this.components;
    if (item.is === "tree") return partsOf(item.tree);
    return item.is === "member" ? membersOf(item.member) : jsonMembersOf(item.value);
  }
}

/** Children made one at a time; `owner` is what an index of their names may hang on. */
interface Children {
  readonly length: number;
  readonly owner: object | undefined;
  nameAt(ix: number): string;
  itemAt(ix: number): Item;
}

function listOf(names: readonly string[], items: readonly Item[], owner?: object): Children {
  return { length: items.length, owner, nameAt: (ix) => names[ix]!, itemAt: (ix) => items[ix]! };
}

const NO_CHILDREN: Children = listOf([], []);

function elementsOf(values: readonly JsonValue[]): Children {
  const itemAt = (ix: number): Item => ({ is: "json", value: values[ix]! });
  return { length: values.length, owner: values, nameAt: String, itemAt };
}

function partsOf(tree: InspectTree): Children {
  const metadata: Item = { is: "json", value: tree.metadata, typeName: "metadata" };
  if (tree.root === undefined) return listOf(["metadata"], [metadata]);
  return listOf(["metadata", tree.root.name], [metadata, { is: "member", member: tree.root }]);
}

function membersOf(member: InspectMember): Children {
  if (member.kind === "node") return nodeMembers(member);
  if (member.kind === "histogram") return jsonMembersOf(histogramObject(member.value));
  return Array.isArray(member.value) ? elementsOf(member.value) : NO_CHILDREN;
}

function nodeMembers({ members }: InspectNode): Children {
  const itemAt = (ix: number): Item => ({ is: "member", member: members[ix]! });
  return { length: members.length, owner: members, nameAt: (ix) => members[ix]!.name, itemAt };
}

function jsonMembersOf(value: JsonValue): Children {
  if (Array.isArray(value)) return elementsOf(value);
  if (!(value instanceof Map)) return NO_CHILDREN;
  const object = value as JsonObject;
  const items = Array.from(object.values(), (member): Item => ({ is: "json", value: member }));
  return listOf([...object.keys()], items);
}

function histogramObject(histogram: Histogram): JsonObject {
  if (histogram.type === "explicit") {
    const buckets = histogram.buckets.map((bucket) => new Map<string, JsonValue>(Object.entries(bucket)));
    return new Map<string, JsonValue>([["buckets", buckets]]);
  }
  const { type: _, ...numbers } = histogram;
  return new Map<string, JsonValue>(Object.entries(numbers));
}

function findMember(members: readonly InspectMember[], name: string): ValueNode | undefined {
  for (const member of members) if (member.name === name) return toNode(name, { is: "member", member });
  return undefined;
}

function indexByName(children: Children): Map<string, number> {
  const index = new Map<string, number>();
  for (let ix = children.length - 1; ix >= 0; ix--) index.set(children.nameAt(ix), ix);
  return index;
}

function toNode(name: string, handle: Item): ValueNode {
  const kind = kindOf(handle);
  const typeName = typeNameOf(handle);
  return typeName === undefined ? { kind, name, handle } : { kind, name, typeName, handle };
}

function kindOf(item: Item): ValueKind {
  if (item.is === "root" || item.is === "tree") return "struct";
  if (item.is === "json") return jsonKind(item.value);
  const { member } = item;
  if (member.kind === "node" || member.kind === "histogram") return "struct";
  if (member.kind === "double") return "float";
  return Array.isArray(member.value) ? "array" : (member.kind as ValueKind);
}

function typeNameOf(item: Item): string | undefined {
  if (item.is === "root" || item.is === "tree") return "component";
  if (item.is === "json") return item.typeName;
  return item.member.kind === "histogram" ? `${item.member.value.type} histogram` : item.member.kind;
}

function jsonKind(value: JsonValue): ValueKind {
  if (value === null) return "null";
  if (typeof value === "bigint") return value > 0x7fff_ffff_ffff_ffffn ? "uint" : "int";
  if (typeof value === "number") return "float";
  if (typeof value === "boolean") return "bool";
  if (typeof value === "string") return "string";
  return Array.isArray(value) ? "array" : "struct";
}

function scalarOf(value: JsonValue): Scalar {
  return value === null || typeof value !== "object" ? value : null;
}
