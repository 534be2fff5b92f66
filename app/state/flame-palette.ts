import { type FlameTree, isStandardPackage, packageOf } from "coldframe/goroutines";

export interface FlamePalette {
  readonly ink: string;
  readonly text: string;
  readonly dim: string;
  readonly font: string;
  /** By package; of a difference by more or less. */
  colour(tree: FlameTree, node: number): string;
}

const FRAME = 0;

/** The colours of the page's scheme, light or dark. */
export function paletteOf(element: Element): FlamePalette {
  const style = getComputedStyle(element);
  const isDark = matchMedia("(prefers-color-scheme: dark)").matches;
  const light = isDark ? 30 : 82;
  const ink = style.getPropertyValue("--ink").trim();
  return {
    ink,
    text: ink,
    dim: style.getPropertyValue("--dim").trim(),
    font: `11px ${style.getPropertyValue("--mono")}`,
    colour(tree, node) {
      if (tree.before !== undefined) return diffColour(tree, node, isDark);
      if (tree.kind[node] !== FRAME) return `hsl(210 8% ${light}%)`;
      const path = packageOf(tree.names[tree.name[node]!]!);
      return `hsl(${hueOf(path)} ${isStandardPackage(path) ? 18 : 55}% ${light}%)`;
    },
  };
}

/** Orange for more, blue for less, paler the smaller the change; grey for none. */
function diffColour({ total, before }: FlameTree, node: number, isDark: boolean): string {
  const [now, then] = [total[node]!, before![node]!];
  if (now === then) return `hsl(0 0% ${isDark ? 28 : 88}%)`;
  const share = Math.min(1, Math.abs(now - then) / Math.max(now, then, 1));
  const light = isDark ? 26 + 14 * share : 90 - 24 * share;
  return now > then ? `hsl(24 85% ${light}%)` : `hsl(215 80% ${light}%)`;
}

function hueOf(text: string): number {
  let h = 0x811c9dc5;
  for (let ix = 0; ix < text.length; ix++) h = Math.imul(h ^ text.charCodeAt(ix), 16777619);
  return ((h ^ (h >>> 13)) >>> 0) % 360;
}
