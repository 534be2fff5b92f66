// Writes docs/errors.md, docs/limits.md and docs/openapi.json from their tables. Tests compare them with the code.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { buildSync, transformSync } from "esbuild";

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
  const rows = [...table.matchAll(/\/\*\* ([\s\S]*?) \*\/\s*(\w+): ([\d_]+)/g)].map(
    ([, what, name, value]) => `| \`${name}\` | ${value.replaceAll("_", "")} | ${what.replace(/\s*\n\s*\* ?/g, " ")} |`,
  );
  return `# Limits
Written by \`node scripts/gen-docs.mjs\` from \`src/js/base/limits.ts\`. \`OpenOptions.limits\` and \`--limit NAME=N\` change them. Reaching one keeps what was read, with the code \`LimitExceeded\` (exit status 4).

| name | default | what |
|---|---|---|
${rows.join("\n")}
`;
}

export async function renderOpenApi() {
  const options = { bundle: true, write: false, format: "esm", platform: "neutral", external: ["node:*"] };
  const { outputFiles } = buildSync({ ...options, entryPoints: ["src/serverless/openapi.ts"], outdir: "build" });
  const { openApiDocument } = await import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`);
  return `${JSON.stringify(openApiDocument(), null, 2)}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync("docs/errors.md", await renderErrorsPage());
  writeFileSync("docs/limits.md", renderLimitsPage());
  writeFileSync("docs/openapi.json", await renderOpenApi());
}
