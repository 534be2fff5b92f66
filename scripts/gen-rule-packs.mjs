// Puts the rule packs of rules/ into a module of the library: a browser has no files. A test compares the two.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const FORMATS = { pigweed: "pigweed", "sched-ext": "sched-ext", goroutine: "goroutines", inspect: "inspect" };

/** The text of the module. */
export function renderRulePacks(dir = "rules") {
  const files = readdirSync(dir).filter((file) => file.endsWith(".triage"));
  const rows = files.sort().map((file) => {
    const name = file.replace(/\.triage$/, "");
    const format = FORMATS[Object.keys(FORMATS).find((prefix) => name.startsWith(prefix))];
    const text = JSON.stringify(readFileSync(`${dir}/${file}`, "utf8"));
    return `  { name: ${JSON.stringify(name)}, format: ${JSON.stringify(format)}, text: ${text} },\n`;
  });
  return `// Made from rules/*.triage by scripts/gen-rule-packs.mjs. Do not edit.
import type { RulePack } from "../rule-packs.ts";

export const RULE_PACK_TEXTS: readonly RulePack[] = [
${rows.join("")}];
`;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  writeFileSync("src/js/analysis/triage/committed/rule-packs.generated.ts", renderRulePacks());
}
