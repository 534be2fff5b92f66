import { type FlameTree, FlameTreeBuilder } from "../../analysis/flame-builder.ts";
import { flamePath } from "../../analysis/flame-tree.ts";

/**
 * Folded stacks: `outermost;…;innermost COUNT`, one per line, in the order of the tree. Frames may hold spaces; `;` and
 * line ends in a name become `:` and a space, because the form has no escape.
 */
export function renderFolded(tree: FlameTree): string {
  const lines: string[] = [];
  for (let node = 1; node < tree.parent.length; node++) {
    const weight = tree.self[node]!;
    if (weight === 0) continue;
    lines.push(`${flamePath(tree, node).map(foldName).join(";")} ${weight}\n`);
  }
  return lines.join("");
}

function foldName(name: string): string {
  return name.replaceAll(";", ":").replace(/[\r\n\u2028\u2029]+/g, " ");
}

/** Reads folded stacks; the count stands behind the last space, so names may hold spaces. Other lines are left out. */
export function parseFolded(text: string): FlameTree {
  const names = ["all"];
  const numbers = new Map<string, number>();
  const builder = new FlameTreeBuilder(0);
  for (const line of text.split(/\r?\n/)) {
    const match = /^(.*) (-?\d+(?:\.\d+)?)$/.exec(line);
    if (match === null) continue;
    let node = 0;
    for (const name of match[1]!.split(";")) {
      let number = numbers.get(name);
      if (number === undefined) {
        number = names.push(name) - 1;
        numbers.set(name, number);
      }
      node = builder.child(node, number);
    }
    builder.count(node, Number(match[2]));
  }
  return builder.build(names);
}
