import { NONE } from "../../../base/brand.ts";
import { isHistogram, readHistogram } from "../../../model/histogram.ts";
import type { Snapshot } from "../../../model/snapshot.ts";
import type { ValueNode, ValueSource } from "../../../model/values.ts";
import type { Dialect } from "../dialect.ts";
import { bool, float, int, NODE, problemValue, string, type Value, vector } from "../values.ts";
import { type InspectSelector, monikerMatcher, pathOfMoniker, splitMoniker } from "./inspect-selector.ts";
import { type Segment, segmentMatcher } from "./segment.ts";

/** A value that a selector found, and where. */
export interface Selected {
  readonly value: Value;
  /** In the form of a selector: `core/app:root/a:count`. */
  readonly from: string;
  /** What was written, where a number beyond 2^63 was read as a negative one. */
  readonly wrappedFrom?: string;
}

/** One tree of a snapshot's components; what it holds is read when a selector comes to it. */
class Tree {
  readonly moniker: string;
  private readonly values: ValueSource;
  private readonly node: ValueNode;
  private parts: { readonly name: string; readonly root: ValueNode | undefined } | undefined;

  constructor(values: ValueSource, node: ValueNode) {
    this.moniker = node.name;
    this.values = values;
    this.node = node;
  }

  get name(): string {
    return this.read().name;
  }

  /** Absent where the component has no properties. */
  get root(): ValueNode | undefined {
    return this.read().root;
  }

  private read(): { readonly name: string; readonly root: ValueNode | undefined } {
    if (this.parts === undefined) {
      const { values } = this;
      const [metadata, root] = values.page(this.node, 0, 2);
      const named = metadata === undefined ? undefined : values.child(metadata, "name");
      const name = named === undefined ? null : values.scalar(named);
      this.parts = { name: typeof name === "string" ? name : "root", root };
    }
    return this.parts;
  }
}

/** A node that a selector's path led to, and where that is. */
interface Place {
  readonly node: ValueNode;
  readonly from: string;
}

/** What one path led to in one tree. */
interface FoundPlaces {
  readonly tree: Tree;
  readonly path: readonly Segment[];
  readonly places: readonly Place[];
}

export interface SelectContext {
  readonly dialect: Dialect;
  readonly spend: (steps: number) => void;
}

/**
 * The trees of a snapshot whose value tree has structs of type `component` below its root, read once per run.
 * Results come in document order.
 */
export class InspectTrees {
  private readonly values: ValueSource;
  private readonly trees: readonly Tree[];
  /** Trees by the path of their component: most selectors name one. */
  private byPath: TreeIndex | undefined;
  /** Rules often select several properties of one node. */
  private last: FoundPlaces | undefined;

  constructor(snapshot: Pick<Snapshot, "values">) {
    const { values } = snapshot;
    this.values = values;
    const nodes = values.page(values.root, 0, values.count(values.root));
    this.trees = nodes.filter((node) => node.typeName === "component").map((node) => new Tree(values, node));
  }

  /** @param written the selector's text, for the message when no component matches. */
  select(selector: InspectSelector, written: string, context: SelectContext): readonly Selected[] {
    const found: Selected[] = [];
    let hasTree = false;
    for (const tree of this.treesOf(selector, context)) {
      if (!hasWantedName(tree, selector.treeNames)) continue;
      hasTree = true;
      this.selectFrom(tree, selector, context, found);
    }
    if (!hasTree) {
      const message = `No component found matching selector ${written}`;
      return [{ value: problemValue({ kind: "Missing", message }), from: written }];
    }
    return found;
  }

  private treesOf({ component, exactPath }: InspectSelector, context: SelectContext): readonly Tree[] {
    if (exactPath !== undefined) {
      this.byPath ??= new TreeIndex(this.trees);
      const trees = this.byPath.treesAt(exactPath);
      context.spend(1 + trees.length);
      return trees;
    }
    context.spend(1 + this.trees.length);
    const matches = monikerMatcher(component);
    return this.trees.filter((tree) => matches(splitMoniker(tree.moniker)));
  }

  private selectFrom(tree: Tree, selector: InspectSelector, context: SelectContext, found: Selected[]): void {
    for (const { node, from } of this.placesOf(tree, selector.node, context)) {
      if (selector.property === undefined) this.listNode(node, from, context, found);
      else if (selector.property.kind === "exact") {
        context.spend(1);
        const child = this.values.child(node, selector.property.text);
        if (child !== undefined && !isNode(child)) found.push(this.selected(child, from, context));
      } else {
        for (const child of this.matchChildren(node, selector.property, context)) {
          if (!isNode(child)) found.push(this.selected(child, from, context));
        }
      }
    }
  }

  /** What a node selector gives: a `Node` for each child, then each of its properties. */
  private listNode(node: ValueNode, path: string, context: SelectContext, found: Selected[]): void {
    const members = this.members(node, context);
    for (const child of members) if (isNode(child)) found.push({ value: NODE, from: `${path}/${child.name}` });
    for (const child of members) {
      if (isNode(child)) continue;
      found.push(this.selected(child, path, context));
    }
  }

  private selected(node: ValueNode, path: string, context: SelectContext): Selected {
    const value = propertyValue(this.values, node, context);
    const from = `${path}:${node.name}`;
    const wrappedFrom = context.dialect.exactIntegers ? undefined : wrappedText(this.values, node);
    return wrappedFrom === undefined ? { value, from } : { value, from, wrappedFrom };
  }

  private placesOf(tree: Tree, path: readonly Segment[], context: SelectContext): readonly Place[] {
    if (this.last === undefined || this.last.tree !== tree || !isSamePath(this.last.path, path)) {
      this.last = { tree, path, places: this.findPlaces(tree, path, context) };
    }
    return this.last.places;
  }

  private findPlaces({ moniker, name, root }: Tree, path: readonly Segment[], context: SelectContext): Place[] {
    if (root === undefined || !segmentMatcher(path[0]!)(root.name)) return [];
    const treeName = name === "root" ? "" : `[name=${name}]`;
    let places: Place[] = [{ node: root, from: `${moniker}:${treeName}${root.name}` }];
    for (let level = 1; level < path.length; level++) {
      const below: Place[] = [];
      for (const place of places) {
        for (const node of this.matchChildren(place.node, path[level]!, context)) {
          if (isNode(node)) below.push({ node, from: `${place.from}/${node.name}` });
        }
      }
      places = below;
    }
    return places;
  }

  private matchChildren(node: ValueNode, segment: Segment, context: SelectContext): readonly ValueNode[] {
    if (segment.kind === "exact") {
      context.spend(1);
      const child = this.values.child(node, segment.text);
      return child === undefined ? [] : [child];
    }
    const matches = segmentMatcher(segment);
    return this.members(node, context).filter((member) => matches(member.name));
  }

  private members(node: ValueNode, context: SelectContext): readonly ValueNode[] {
    const count = this.values.count(node);
    context.spend(1 + count);
    return this.values.page(node, 0, count);
  }
}

/** Trees by their components' paths, those of one path in document order. */
class TreeIndex {
  private readonly trees: readonly Tree[];
  private readonly first = new Map<string, number>();
  /** The next tree of the same path, or `NONE`. */
  private readonly next: Int32Array;

  constructor(trees: readonly Tree[]) {
    this.trees = trees;
    this.next = new Int32Array(trees.length);
    for (let ix = trees.length - 1; ix >= 0; ix--) {
      const path = pathOfMoniker(trees[ix]!.moniker);
      this.next[ix] = this.first.get(path) ?? NONE;
      this.first.set(path, ix);
    }
  }

  treesAt(path: string): readonly Tree[] {
    const found: Tree[] = [];
    for (let ix = this.first.get(path) ?? NONE; ix !== NONE; ix = this.next[ix]!) found.push(this.trees[ix]!);
    return found;
  }
}

function isSamePath(a: readonly Segment[], b: readonly Segment[]): boolean {
  return a.length === b.length && a.every((segment, ix) => isSameSegment(segment, b[ix]!));
}

function isSameSegment(a: Segment, b: Segment): boolean {
  if (a.kind === "exact") return b.kind === "exact" && a.text === b.text;
  return b.kind === "pattern" && a.pattern === b.pattern;
}

function hasWantedName(tree: Tree, names: InspectSelector["treeNames"]): boolean {
  if (names === "all") return true;
  return names === null ? tree.name === "root" : names.includes(tree.name);
}

function isNode(node: ValueNode): boolean {
  return node.typeName === "node";
}

/** The value of a property; kinds that upstream cannot use are `UnhandledType` there. */
function propertyValue(values: ValueSource, node: ValueNode, { dialect, spend }: SelectContext): Value {
  if (isHistogram(node)) {
    if (!dialect.allKinds) return unhandled("Histogram is not supported");
    return { kind: "Histogram", value: readHistogram(values, node) };
  }
  if (node.kind !== "array") return scalarValue(values, node, dialect);
  if (node.typeName === "string[]" && !dialect.allKinds) return unhandled("StringList is not supported");
  const count = values.count(node);
  spend(count);
  return vector(values.page(node, 0, count).map((item) => scalarValue(values, item, dialect)));
}

function scalarValue(values: ValueSource, node: ValueNode, dialect: Dialect): Value {
  const scalar = values.scalar(node);
  if (typeof scalar === "bigint") {
    // Of a property that fits i64 the kind is int, and nothing wraps.
    return int(dialect.exactIntegers || node.kind !== "uint" ? scalar : BigInt.asIntN(64, scalar));
  }
  if (typeof scalar === "number") return float(scalar);
  if (typeof scalar === "string") return string(scalar);
  if (typeof scalar === "boolean") return bool(scalar);
  if (scalar instanceof Uint8Array) return { kind: "Bytes", value: scalar };
  return unhandled(`${node.kind} is not supported`);
}

/** The number of a property that does not fit a signed 64-bit integer. */
function wrappedText(values: ValueSource, node: ValueNode): string | undefined {
  if (node.typeName === "uint[]") return "numbers beyond 2^63";
  return node.kind === "uint" ? String(values.scalar(node)) : undefined;
}

function unhandled(message: string): Value {
  return problemValue({ kind: "UnhandledType", message });
}
