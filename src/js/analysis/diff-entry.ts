export type DiffValue = string | bigint | number | boolean;

/** One difference: what was, what is, and where. */
export interface DiffEntry {
  /** `facts.version`, `threads.main.registers.pc`, `logs[3]`; names with dots are quoted. */
  readonly path: string;
  readonly kind: "added" | "removed" | "changed";
  readonly before?: DiffValue;
  readonly after?: DiffValue;
  /** after − before, where both are numbers. */
  readonly delta?: bigint | number;
  readonly unit?: string;
}

/** `a.b`, or `a["b.c"]` for a name that a path would split. */
export function joinPath(path: string, name: string): string {
  return /^[\w-]+$/.test(name) ? `${path}.${name}` : `${path}[${JSON.stringify(name)}]`;
}

/** A changed value, or nothing if it is the same. */
export function compareValues(
  path: string,
  before: DiffValue | undefined,
  after: DiffValue | undefined,
  unit?: string,
): DiffEntry[] {
  if (before === after || (before === undefined && after === undefined)) return [];
  const more = unit === undefined ? {} : { unit };
  if (before === undefined) return [{ path, kind: "added", after: after!, ...more }];
  if (after === undefined) return [{ path, kind: "removed", before, ...more }];
  if (Number.isNaN(before) && Number.isNaN(after)) return [];
  return [{ path, kind: "changed", before, after, ...deltaOf(before, after), ...more }];
}

function deltaOf(before: DiffValue, after: DiffValue): { delta?: bigint | number } {
  if (typeof before === "bigint" && typeof after === "bigint") return { delta: after - before };
  if (typeof before === "number" && typeof after === "number") return { delta: after - before };
  return {};
}
