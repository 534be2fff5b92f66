import type { Snapshot } from "../../model/snapshot.ts";

/** The snapshot without its annotations: Fuchsia's Detect asks for Inspect alone. */
export function withoutAnnotations(snapshot: Snapshot): Snapshot {
  const { values } = snapshot;
  return {
    ...snapshot,
    values: {
      root: values.root,
      count: (node) => values.count(node),
      page: (node, from, count) => values.page(node, from, count),
      child: (node, name) => (node === values.root && name === "annotations" ? undefined : values.child(node, name)),
      scalar: (node) => values.scalar(node),
    },
  };
}
