import type { Snapshot } from "../../../model/snapshot.ts";
import type { ValueNode, ValueSource } from "../../../model/values.ts";
import type { Dialect } from "../dialect.ts";
import { readHistogram } from "../histogram.ts";
import { bool, float, int, NODE, problemValue, string, type Value, vector } from "../values.ts";
import { type InspectSelector, monikerMatcher, splitMoniker } from "./inspect-selector.ts";
import { type Segment, segmentMatcher } from "./segment.ts";

/** A value that a selector found, and where. */
export interface Selected {
  readonly value: Value;
  /** In the form of a selector: `core/app:root/a:count`. */
  readonly from: string;
  /** What was written, where a number beyond 2^63 was read as a negative one. */
  readonly wrappedFrom?: string;
}

/** One tree of a snapshot's components. */
interface Tree {
  readonly moniker: string;
  readonly segments: readonly string[];
  readonly name: string;
  readonly root?: ValueNode;
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
  private readonly byPath = new Map<string, Tree[]>();

  constructor(snapshot: Pick<Snapshot, "values">) {
    const { values } = snapshot;
    this.values = values;
    const nodes = values.page(values.root, 0, values.count(values.root));
    this.trees = nodes.filter((node) => node.typeName === "component").map((node) => readTree(values, node));
    for (const tree of this.trees) {
      const path = tree.segments.join("/");
      const others = this.byPath.get(path);
      if (others === undefined) this.byPath.set(path, [tree]);
      else others.push(tree);
    }
  }

  /** @param written the selector's text, for the message when no component matches. */
  select(selector: InspectSelector, written: string, context: SelectContext): readonly Selected[] {
    const isNamed = treeNameTest(selector.treeNames);
    const trees = this.treesOf(selector, context).filter((tree) => isNamed(tree.name));
    if (trees.length === 0) {
      const message = `No component found matching selector ${written}`;
      return [{ value: problemValue({ kind: "Missing", message }), from: written }];
    }
    const found: Selected[] = [];
    for (const tree of trees) this.selectFrom(tree, selector, context, found);
    return found;
  }

  private treesOf({ component }: InspectSelector, context: SelectContext): readonly Tree[] {
    const names = component.flatMap((segment) => (segment.kind === "exact" ? [segment.text] : []));
    if (names.length === component.length) {
      const trees = this.byPath.get(names.join("/")) ?? [];
      context.spend(1 + trees.length);
      return trees;
    }
    context.spend(1 + this.trees.length);
    const matches = monikerMatcher(component);
    return this.trees.filter((tree) => matches(tree.segments));
  }

  private selectFrom(tree: Tree, selector: InspectSelector, context: SelectContext, found: Selected[]): void {
    const treeName = tree.name === "root" ? "" : `[name=${tree.name}]`;
    for (const place of this.findNodes(tree, selector.node, context)) {
      const path = `${tree.moniker}:${treeName}${place.path}`;
      if (selector.property === undefined) this.listNode(place.node, path, context, found);
      else {
        for (const node of this.matchChildren(place.node, selector.property, context)) {
          if (isNode(node)) continue;
          found.push(this.selected(node, path, context));
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
    const from = `${path}:${node.name}`;
    const wrappedFrom = context.dialect.exactIntegers ? undefined : wrappedText(this.values, node);
    return {
      value: propertyValue(this.values, node, context),
      from,
      ...(wrappedFrom !== undefined && { wrappedFrom }),
    };
  }

  private findNodes(
    tree: Tree,
    path: readonly Segment[],
    context: SelectContext,
  ): readonly { readonly node: ValueNode; readonly path: string }[] {
    if (tree.root === undefined || !segmentMatcher(path[0]!)(tree.root.name)) return [];
    let places = [{ node: tree.root, path: tree.root.name }];
    for (const segment of path.slice(1)) {
      places = places.flatMap((place) =>
        this.matchChildren(place.node, segment, context)
          .filter(isNode)
          .map((node) => ({ node, path: `${place.path}/${node.name}` })),
      );
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

function readTree(values: ValueSource, node: ValueNode): Tree {
  const [metadata, root] = values.page(node, 0, 2);
  const named = metadata === undefined ? undefined : values.child(metadata, "name");
  const name = named === undefined ? null : values.scalar(named);
  return {
    moniker: node.name,
    segments: splitMoniker(node.name),
    name: typeof name === "string" ? name : "root",
    ...(root && { root }),
  };
}

function treeNameTest(names: InspectSelector["treeNames"]): (name: string) => boolean {
  if (names === "all") return () => true;
  return names === null ? (name) => name === "root" : (name) => names.includes(name);
}

function isNode(node: ValueNode): boolean {
  return node.typeName === "node";
}

/** The value of a property; kinds that upstream cannot use are `UnhandledType` there. */
function propertyValue(values: ValueSource, node: ValueNode, { dialect, spend }: SelectContext): Value {
  if (node.typeName?.endsWith(" histogram") === true) {
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
  if (typeof scalar === "bigint") return int(dialect.exactIntegers ? scalar : BigInt.asIntN(64, scalar));
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
