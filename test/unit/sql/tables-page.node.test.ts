import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { renderTablesPage } from "../../../scripts/gen-tables.mjs";
import { parseReportSpec, renderReportSpec } from "../../../src/js/analysis/report/report-spec.ts";
import { isSnapshotError } from "../../../src/js/base/errors.ts";
import { openAll } from "../../../src/js/index.ts";
import { loadSqlEngine } from "../../../src/js/sql/engine.ts";
import { snapshotCatalog } from "../../../src/js/sql/stack-catalog.ts";
import { isFunctionTable, TableDatabase } from "../../../src/js/sql/table-database.ts";
import { publishedSchema } from "../../support/json-schema.ts";

const page = readFileSync("docs/tables.md", "utf8");
const blocks = (language: string): string[] =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, "gm"))].map(([, text]) => text!);

async function openDatabase(file: string): Promise<TableDatabase> {
  const [snapshot] = await openAll([{ name: file.replace(/^.*\//, ""), content: readFileSync(file) }]);
  return new TableDatabase(await loadSqlEngine(), snapshotCatalog(snapshot!));
}

const SERVER = "test/golden/goroutines/shop-go1.24/server.debug2.txt";

describe("docs/tables.md", () => {
  it("has the tables of the code", async () => {
    expect(page).toBe(await renderTablesPage());
  });

  it("has the DDL that SQLite has", async () => {
    const db = await openDatabase(SERVER);
    const documented = blocks("sql").filter((sql) => sql.startsWith("CREATE"));
    const plain = (sql: string): string => sql.replace(/--.*$/gm, "").replace(/\s+/g, "").replace(/;$/, "");
    db.exportFile();
    const actual = db.query("SELECT sql FROM sqlite_master WHERE type = 'table' ORDER BY rowid").rows;
    const made = new Set(actual.map(([sql]) => plain(String(sql))));
    expect(documented.length).toBeGreaterThan(12);
    // Tables without rows are not made for an export.
    for (const [name, rows] of snapshotNames(db))
      if (rows !== 0) expect(made).toContain(plain(ddlOf(documented, name)));
    db.close();
  });

  it("has questions that run and find something", async () => {
    const db = await openDatabase(SERVER);
    const [questions] = blocks("sql");
    for (const sql of questions!.split(";").filter((text) => text.trim() !== "")) {
      if (!sql.includes("labels l")) expect([sql, db.query(sql).rows.length]).not.toEqual([sql, 0]);
      else expect(db.query(sql).columns).toContain("value");
    }
    db.close();
  });

  it("has a spec that applies to snapshots of any Go and of other formats", async () => {
    const spec = parseReportSpec(blocks("json")[0]!);
    const files = [
      SERVER,
      "test/golden/goroutines/zoo-go1.27/zoo.debug2.txt",
      "test/golden/goroutines/shop-go1.24/server.pb.gz",
      "test/golden/goroutines/zoo-go1.19/zoo.debug1.txt",
    ];
    for (const file of files) {
      const db = await openDatabase(file);
      expect(db.addSpec(spec)).toEqual([]);
      expect(db.linkedRows(spec.links[0]!).isCut).toBe(false);
      expect(db.query("SELECT * FROM waiting_clients").columns).toEqual(["client", "process", "minutes"]);
      db.close();
    }
  });

  it("has a spec whose link joins rows of a derived table", async () => {
    const db = await openDatabase("test/golden/goroutines/shop-go1.24/server.pb.gz");
    const spec = parseReportSpec(blocks("json")[0]!);
    db.addSpec(spec);
    const labelled = db.query("SELECT count(*) FROM goroutines WHERE client IS NOT NULL").rows[0]![0];
    expect(db.linkedRows(spec.links[0]!).pairs).toHaveLength(Number(labelled));
    expect(labelled).toBeGreaterThan(0);
    db.close();
  });

  it("describes tables of other formats: log records, facts, values and threads", async () => {
    const db = await openDatabase("test/golden/pigweed/cases/everything_1.pb");
    const count = (table: string): unknown => db.query(`SELECT count(*) FROM ${table}`).rows[0]![0];
    expect(count("logs")).toBeGreaterThan(0);
    expect(count("facts")).toBeGreaterThan(2);
    expect(count("goroutines")).toBeGreaterThan(1);
    const [path, value] = db.query("SELECT path, value FROM tree_values WHERE name = 'device_name'").rows[0]!;
    expect([path, typeof value]).toEqual(["metadata.device_name", "string"]);
    db.close();
  });
});

function snapshotNames(db: TableDatabase): [string, unknown][] {
  return db
    .query("SELECT name FROM sqlite_master WHERE type = 'table'")
    .rows.map(([name]): [string, unknown] => [String(name), undefined])
    .filter(([name]) => !isFunctionTable(name) || name === "sqlite_master");
}

function ddlOf(documented: readonly string[], name: string): string {
  return documented.find((sql) => sql.startsWith(`CREATE TABLE "${name}"`)) ?? `no DDL of ${name}`;
}

describe("docs/json-schema/report-spec.schema.json", () => {
  const schema = publishedSchema("report-spec.schema.json");
  const example = JSON.parse(blocks("json")[0]!);

  it("fits the example, what is saved of it, and notices any change of a type", () => {
    expect(schema.errors(example)).toEqual([]);
    expect(schema.errors(renderReportSpec(parseReportSpec(JSON.stringify(example))))).toEqual([]);
    expect(schema.blindTo(example)).toEqual([]);
  });

  it.each([
    ["no version", {}],
    ["a newer version", { schema: 2 }],
    ["a column without SQL", { schema: 1, columns: [{ table: "goroutines", name: "x" }] }],
    ["an unknown type", { schema: 1, columns: [{ table: "t", name: "x", sql: "1", type: "BLOB" }] }],
    [
      "a link without columns",
      { schema: 1, links: [{ from: { table: "a", columns: [] }, to: { table: "b", columns: [] } }] },
    ],
  ])("refuses %s, as the reader does", (_, document) => {
    expect(schema.errors(document)).not.toEqual([]);
    let thrown: unknown;
    try {
      parseReportSpec(JSON.stringify(document));
    } catch (error) {
      thrown = error;
    }
    expect(isSnapshotError(thrown)).toBe(true);
  });
});
