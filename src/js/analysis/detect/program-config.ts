import { isSnapshotError, SnapshotError } from "../../base/errors.ts";
import { type Json5Node, parseJson5 } from "../../base/json5.ts";
import { withLimits } from "../../base/limits.ts";

/** What config.json beside the rules says. */
export interface ProgramConfig {
  readonly filing: boolean;
  /** Rule files that run for some products only, by namespace; of our own, upstream decides that when it builds. */
  readonly conditional: ReadonlyMap<string, readonly string[]>;
}

/**
 * Reads config.json (JSON5); without it nothing is filed.
 * @throws SnapshotError `InvalidRules` with the text of Fuchsia's tool
 */
export function parseProgramConfig(text: string | undefined): ProgramConfig {
  let filing = false;
  let conditional: ProgramConfig["conditional"] = new Map();
  if (text === undefined) return { filing, conditional };
  for (const { key, value } of readMembers(text)) {
    if (value.kind === "null") continue;
    if (key === "enable_filing") {
      if (value.kind !== "boolean") throw refuse("invalid type of `enable_filing`, expected a boolean");
      filing = value.value;
    } else if (key === "conditional") conditional = readConditional(value);
  }
  return { filing, conditional };
}

/** Whether a rule file is to run for a product. */
export function runsFor(config: ProgramConfig, namespace: string, product: string | undefined): boolean {
  const products = config.conditional.get(namespace);
  return products === undefined || (product !== undefined && products.includes(product));
}

function readMembers(text: string): Extract<Json5Node, { kind: "object" }>["members"] {
  try {
    const root = parseJson5(text, withLimits().depth);
    if (root.kind === "object") return root.members;
  } catch (error) {
    if (isSnapshotError(error)) throw refuse(error.message);
    throw error;
  }
  throw refuse("invalid type, expected a map");
}

function readConditional(node: Json5Node): ProgramConfig["conditional"] {
  if (node.kind !== "object") throw refuse("invalid type of `conditional`, expected a map");
  return new Map(node.members.map(({ key, value }) => [key, readProducts(key, value)]));
}

function readProducts(namespace: string, node: Json5Node): readonly string[] {
  const items = node.kind === "array" ? node.items : [node];
  return items.map((item) => {
    if (item.kind === "string") return item.value;
    throw refuse(`invalid type of \`conditional.${namespace}\`, expected a list of products`);
  });
}

function refuse(reason: string): SnapshotError {
  const message = `Error loading program config: Program config format error: ${reason}`;
  return new SnapshotError("InvalidRules", message, { fields: { file: "config.json" } });
}
