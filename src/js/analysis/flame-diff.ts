import { type FlameTree, FlameTreeBuilder } from "./flame-builder.ts";

/**
 * Two flame graphs as one: widths are those of `after`, `before` has what the same node counted earlier. Nodes that are
 * gone stay in the tree with a width of zero; `invert` shows them at their old width.
 */
export function diffFlameTrees(before: FlameTree, after: FlameTree): FlameTree {
  const numbers = new Map<string, number>();
  const names: string[] = [];
  const number = (text: string): number => {
    let known = numbers.get(text);
    if (known === undefined) {
      known = names.push(text) - 1;
      numbers.set(text, known);
    }
    return known;
  };
  const builder = new FlameTreeBuilder(number(after.names[after.name[0]!]!));
  const place = (tree: FlameTree): Int32Array => {
    const placed = new Int32Array(tree.parent.length);
    const renamed = tree.names.map(number);
    for (let node = 1; node < tree.parent.length; node++) {
      placed[node] = builder.child(placed[tree.parent[node]!]!, renamed[tree.name[node]!]!, tree.kind[node]!);
    }
    return placed;
  };
  const afterPlaces = place(after);
  const beforePlaces = place(before);
  afterPlaces.forEach((node, ix) => {
    builder.count(node, after.self[ix]!);
  });
  const built = builder.build(names);
  const totals = new Float64Array(built.parent.length);
  beforePlaces.forEach((node, ix) => {
    totals[node] = before.total[ix]!;
  });
  return { ...built, before: totals };
}

/** Swaps before and after, so that what is gone has a width. */
export function invertDiff(tree: FlameTree): FlameTree {
  const { before } = tree;
  if (before === undefined) return tree;
  const self = before.slice();
  for (let node = 1; node < self.length; node++) self[tree.parent[node]!]! -= before[node]!;
  return { ...tree, self, total: before, before: tree.total };
}
