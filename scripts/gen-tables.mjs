// Writes docs/tables.md: the DDL and notes of every built-in table. A test compares the page with what this would write.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));

const BEGIN = "<!-- written by scripts/gen-tables.mjs: begin -->";
const END = "<!-- end -->";
const PAGE = "docs/tables.md";

async function loadTables() {
  mkdirSync("build", { recursive: true });
  const outfile = "build/tables-library.mjs";
  await build({ entryPoints: ["src/js/tables.ts"], bundle: true, format: "esm", outfile, logLevel: "warning" });
  return import(`../${outfile}`);
}

function renderTable({ name, note, columns }) {
  const width = Math.max(...columns.map((column) => column.name.length));
  const lines = columns.map((column, ix) => {
    const comma = ix === columns.length - 1 ? " " : ",";
    return `  ${`"${column.name}"`.padEnd(width + 2)} ${column.type.padEnd(7)}${comma} -- ${column.note}`;
  });
  return `### ${name}\n${note}\n\n\`\`\`sql\nCREATE TABLE "${name}" (\n${lines.join("\n")}\n);\n\`\`\`\n`;
}

/** The page as it should be: its own text, with the tables of the code between the two marks. */
export async function renderTablesPage() {
  const { builtinTables, snapshotTables } = await loadTables();
  const stacks = { frames: [], frame: new Int32Array(), caller: new Int32Array(), contexts: [] };
  const nothing = { inputs: [], facts: [], issues: [], stacks, logs: { length: 0 }, values: {} };
  const page = readFileSync(PAGE, "utf8");
  const [from, to] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`${PAGE} has lost its marks`);
  const tables = [...builtinTables(stacks), ...snapshotTables(nothing)].map(renderTable);
  return `${page.slice(0, from)}${BEGIN}\n${tables.join("\n")}\n${page.slice(to)}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(PAGE, await renderTablesPage());
