// Copies the constants that Wasm modules and TypeScript share; a contract test fails when two twins differ.
import { readFileSync, writeFileSync } from "node:fs";

/** Source → twin. */
export const TWINS = {
  "assembly/layout.ts": "src/js/abi/layout.ts",
  "assembly/btf/layout.ts": "src/js/abi/btf-layout.ts",
  "assembly/btf/codes.ts": "src/js/abi/btf-codes.ts",
  "assembly/btf/plan.ts": "src/js/abi/btf-plan.ts",
};

export function layoutTwin(source, path = "assembly/layout.ts") {
  return source
    .replace(/^(export const \w+): (?:u32|usize) = /gm, "$1 = ")
    .replace(
      `Twin of ${TWINS[path]}; a contract test compares them.`,
      `Twin of ${path}, written by scripts/gen-layout.mjs; a contract test compares them.`,
    );
}

if (process.argv[1]?.endsWith("gen-layout.mjs")) {
  for (const [path, twin] of Object.entries(TWINS)) writeFileSync(twin, layoutTwin(readFileSync(path, "utf8"), path));
}
