import { listChildren, type PathChild, type Snapshot, type ValueOrigin } from "coldframe";

/** Nodes looked at for one byte; a tree without places for its containers could be endless otherwise. */
const BUDGET = 100_000;
const PAGE = 1000;

export interface ByteOwner {
  readonly path: string;
  readonly origin: ValueOrigin;
}

/**
 * The innermost value that a byte of an input belongs to: containers that know their place and do not hold the byte
 * are passed over whole.
 */
export function findByteOwner(snapshot: Snapshot, input: number, offset: number): ByteOwner | undefined {
  let best: ByteOwner | undefined;
  let budget = BUDGET;
  const waiting: { path: string; from: number }[] = [{ path: "", from: 0 }];
  for (let next = waiting.pop(); next !== undefined && budget > 0; next = waiting.pop()) {
    const { children, total } = listChildren(snapshot, next.path, { from: next.from, count: PAGE });
    budget -= children.length + 1;
    if (next.from + children.length < total && children.length > 0) {
      waiting.push({ path: next.path, from: next.from + children.length });
    }
    for (const child of children) {
      const place = placeOf(child, input, offset);
      if (place === "outside") continue;
      const { origin } = child.node;
      if (place === "inside" && origin !== undefined && (best === undefined || origin.length <= best.origin.length)) {
        best = { path: child.path, origin };
      }
      if (child.count > 0 && child.node.kind !== "pointer") waiting.push({ path: child.path, from: 0 });
    }
  }
  return best;
}

function placeOf({ node: { origin } }: PathChild, input: number, offset: number): "inside" | "outside" | "unknown" {
  if (origin === undefined) return "unknown";
  const inside = origin.input === input && offset >= origin.offset && offset < origin.offset + origin.length;
  return inside ? "inside" : "outside";
}
