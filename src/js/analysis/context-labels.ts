import type { StackContext, StackTable } from "../model/stacks.ts";

type Labels = Readonly<Record<string, string>>;

/**
 * Reads the labels a context is found and counted by: those its process was given at capture, and its own. Where both
 * have a key, its own says more.
 */
export function labelReader(table: StackTable): (context: StackContext) => Labels | undefined {
  const ofProcess = new Map<string, Labels>();
  for (const { name, labels } of table.processes ?? []) if (labels !== undefined) ofProcess.set(name, labels);
  if (ofProcess.size === 0) return ({ labels }) => labels;
  return ({ labels, process }) => {
    const given = ofProcess.get(process ?? "");
    if (given === undefined) return labels;
    return labels === undefined ? given : Object.assign(Object.create(null) as Record<string, string>, given, labels);
  };
}
