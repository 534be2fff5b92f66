// Writes docs/errors.md, limits.md, functions.md, rule-packs.md and openapi.json from their tables. Tests compare the
// pages with what this would write.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { buildSync, transformSync } from "esbuild";
import json5 from "json5";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));

async function load(path) {
  const source = readFileSync(path, "utf8");
  const code = transformSync(source, { loader: "ts", format: "esm" }).code.replace(/^import .*$/gm, "");
  return import(`data:text/javascript,${encodeURIComponent(code)}`);
}

export async function renderErrorsPage() {
  const { ERROR_CODES } = await load("src/js/base/error-codes.ts");
  const rows = Object.entries(ERROR_CODES).map(
    ([code, { family, when, fields }]) =>
      `| \`${code}\` | ${family} | ${when} | ${fields.map((f) => `\`${f}\``).join(", ")} |`,
  );
  return `# Error and issue codes
Written by \`node scripts/gen-docs.mjs\` from \`src/js/base/error-codes.ts\`. A code is never renamed and never reused. Families: *input* (the bytes), *lookup* (a name that is not there), *usage* (the call), *environment* (the host), *bug* (ours: please report).

| code | family | when | fields |
|---|---|---|---|
${rows.join("\n")}
`;
}

export function renderLimitsPage() {
  const source = readFileSync("src/js/base/limits.ts", "utf8");
  const table = source.slice(source.indexOf("DEFAULT_LIMITS = {"), source.indexOf("} as const"));
  const rows = [...table.matchAll(/\/\*\* (.*?) \*\/\s*(\w+): ([\d_]+)/g)].map(([, text, name, value]) => {
    const [what, beyond] = text.split(" Beyond: ");
    return `| \`${name}\` | ${value.replaceAll("_", "")} | ${what} | ${beyond} |`;
  });
  return `# Limits
Written by \`node scripts/gen-docs.mjs\` from \`src/js/base/limits.ts\`. \`OpenOptions.limits\` and \`--limit NAME=N\` change them. Reaching one keeps what was read, with the code \`LimitExceeded\` (exit status 4), unless the last column says otherwise. Every row has a test in \`test/unit/limits.node.test.ts\`.

| name | default | what | beyond it |
|---|---|---|---|
${rows.join("\n")}
`;
}

export async function renderOpenApi() {
  const options = { bundle: true, write: false, format: "esm", platform: "neutral", external: ["node:*"] };
  const { outputFiles } = buildSync({ ...options, entryPoints: ["src/serverless/openapi.ts"], outdir: "build" });
  const { openApiDocument } = await import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`);
  return `${JSON.stringify(openApiDocument(), null, 2)}\n`;
}

/** Every function of the rule language: upstream's first, then those of extended mode, by group. */
export async function renderFunctionsPage() {
  const entry = "src/js/analysis/triage/functions/reference.ts";
  const [{ text }] = buildSync({ entryPoints: [entry], bundle: true, format: "esm", write: false }).outputFiles;
  const { FUNCTION_GROUPS, REFERENCE } = await import(`data:text/javascript,${encodeURIComponent(text)}`);
  const { EXTENDED_FUNCTIONS } = await loadNames();
  const sections = [false, true].flatMap((isExtended) =>
    FUNCTION_GROUPS.flatMap((group) => {
      const found = Object.entries(REFERENCE).filter(
        ([name, row]) => row.group === group && EXTENDED_FUNCTIONS.includes(name) === isExtended,
      );
      if (found.length === 0) return [];
      const title = isExtended ? `${group} (extended mode)` : group;
      const rows = found.map(([, { call, summary, examples }]) => {
        const shown = examples
          .map(([expression, value]) => `\`${cell(expression)}\` → \`${cell(value)}\``)
          .join("<br>");
        return `| \`${cell(call)}\` | ${cell(summary)} | ${shown} |`;
      });
      return [`## ${title}`, "| call | gives | examples |", "|---|---|---|", ...rows, ""];
    }),
  );
  return `# Functions of the rule language
Written by \`node scripts/gen-docs.mjs\` from \`src/js/analysis/triage/functions/reference*.ts\`. A test runs every example; in those of histograms \`latency\` is a histogram of six counts: 4 below 0, 1 in [0, 2), 1 in [2, 10). [rules.md](rules.md) has the language.

${sections.join("\n").trimEnd()}
`;
}

async function loadNames() {
  const entry = "src/js/analysis/triage/function-names.ts";
  const [{ text }] = buildSync({ entryPoints: [entry], bundle: true, format: "esm", write: false }).outputFiles;
  return import(`data:text/javascript,${encodeURIComponent(text)}`);
}

function cell(text) {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}

/** What the built-in rule packs look for. */
export function renderRulePacksPage() {
  const packs = readdirSync("rules").filter((name) => name.endsWith(".triage"));
  const sections = packs.sort().map((name) => {
    const { act } = json5.parse(readFileSync(`rules/${name}`, "utf8"));
    const rows = Object.entries(act).map(([action, { type, severity, trigger, value, print, signature }]) => {
      const kind = severity === undefined ? type : `${type} (${severity})`;
      return `| \`${action}\` | ${kind} | \`${cell(trigger ?? value)}\` | ${cell(print ?? signature ?? "")} |`;
    });
    return `## ${name.replace(/\.triage$/, "")}\n| action | type | when, or what | says |\n|---|---|---|---|\n${rows.join("\n")}\n`;
  });
  return `# Built-in rule packs
Written by \`node scripts/gen-docs.mjs\` from \`rules/\`. \`coldframe triage FILE\` runs the packs of the format; \`--rules NAME\` runs one.

${sections.join("\n")}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync("docs/errors.md", await renderErrorsPage());
  writeFileSync("docs/limits.md", renderLimitsPage());
  writeFileSync("docs/openapi.json", await renderOpenApi());
  writeFileSync("docs/functions.md", await renderFunctionsPage());
  writeFileSync("docs/rule-packs.md", renderRulePacksPage());
}
