import { FLAME_FRAME, FLAME_PROCESS, FLAME_ROOT, type FlameTree } from "../../analysis/flame-builder.ts";
import { isStandardPackage, packageOf } from "../../base/go-symbol.ts";

/** Fill of a node as `hsl(…)`: by package, so that code of one package looks alike; the standard library is paler. */
export function packageColour(tree: FlameTree, node: number): string {
  const kind = tree.kind[node]!;
  if (kind === FLAME_ROOT || kind === FLAME_PROCESS) return "hsl(210 10% 80%)";
  if (kind !== FLAME_FRAME) return "hsl(0 0% 88%)";
  const path = packageOf(tree.names[tree.name[node]!]!);
  const hue = hash(path) % 360;
  return isStandardPackage(path) ? `hsl(${hue} 25% 84%)` : `hsl(${hue} 65% 74%)`;
}

/**
 * Fill of a node of a difference: red for more, blue for less, paler the smaller its share of the larger side; grey for
 * no change.
 */
export function diffColour(tree: FlameTree, node: number): string {
  const after = tree.total[node]!;
  const before = tree.before?.[node] ?? 0;
  if (after === before) return "hsl(0 0% 90%)";
  const share = Math.min(1, Math.abs(after - before) / Math.max(after, before, 1));
  const light = Math.round(90 - 30 * share);
  return after > before ? `hsl(8 85% ${light}%)` : `hsl(215 85% ${light}%)`;
}

function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 16777619);
  return (h ^ (h >>> 13)) >>> 0;
}
