import type { JsonObject, JsonValue } from "../../base/json.ts";
import type { Fact, FactKey } from "../../model/facts.ts";
import type { InspectTree } from "./tree.ts";

/** Annotations that answer a fact every format has; the first that is there wins. */
const COMMON: readonly (readonly [FactKey, readonly string[]])[] = [
  ["version", ["build.version"]],
  ["device", ["device.board-name", "hardware.product.name", "build.board"]],
  ["time", ["device.utc-time"]],
  ["reason", ["system.last-reboot.reason"]],
];

/** Facts of a device snapshot: the common ones, the number of trees, and every scalar annotation. */
export function inspectFacts(trees: readonly InspectTree[], annotations: JsonObject | undefined): Fact[] {
  const facts: Fact[] = [{ key: "format", value: "inspect" }];
  const known: JsonObject = annotations ?? new Map();
  for (const [key, names] of COMMON) {
    const name = names.find((candidate) => isFilled(known.get(candidate)));
    const value = name === undefined ? undefined : known.get(name);
    if (typeof value === "string") facts.push({ key, value, origin: `annotations.json ${name}` });
  }
  const components = new Set(trees.map((tree) => tree.moniker)).size;
  facts.push({ key: "inspect.components", value: BigInt(components) });
  facts.push({ key: "inspect.trees", value: BigInt(trees.length) });
  for (const [name, value] of known) {
    if (value === null || typeof value === "object") continue;
    facts.push({ key: `inspect.annotation.${name}`, value, origin: "annotations.json" });
  }
  return facts;
}

function isFilled(value: JsonValue | undefined): boolean {
  return typeof value === "string" && value !== "";
}
