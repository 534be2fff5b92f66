// rules/signature/default.json → src/js/analysis/default-signature-rules.ts, so that the rules travel in the bundle.
// node scripts/gen-rules.mjs; a test compares the two.
import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

export function generatedRules(json) {
  return `// Written by scripts/gen-rules.mjs from rules/signature/default.json. Do not edit.\nexport const DEFAULT_SIGNATURE_RULES: string = ${JSON.stringify(JSON.stringify(JSON.parse(json)))};\n`;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const json = readFileSync("rules/signature/default.json", "utf8");
  writeFileSync("src/js/analysis/default-signature-rules.ts", generatedRules(json));
}
