import { afterEach, describe, expect, it } from "vitest";
import { builtinTables } from "../../../src/js/analysis/report/builtin-tables.ts";
import { functionNames } from "../../../src/js/analysis/report/function-tables.ts";
import { parseReportSpec, renderReportSpec } from "../../../src/js/analysis/report/report-spec.ts";
import { renderJson } from "../../../src/js/base/json.ts";
import type { StackTable } from "../../../src/js/model/stacks.ts";
import { renderCsv } from "../../../src/js/render/csv.ts";
import { loadSqlEngine } from "../../../src/js/sql/engine.ts";
import { stackCatalog } from "../../../src/js/sql/stack-catalog.ts";
import { TableDatabase } from "../../../src/js/sql/table-database.ts";
import { goroutineFixture, readDump, readGoroutines } from "../../support/goroutines.ts";

const open: TableDatabase[] = [];
afterEach(() => {
  for (const database of open.splice(0)) database.close();
});

async function database(stacks: StackTable): Promise<TableDatabase> {
  const made = new TableDatabase(await loadSqlEngine(), stackCatalog(stacks));
  open.push(made);
  return made;
}

async function shop(suffix = "debug2.txt"): Promise<StackTable> {
  const files: Record<string, Uint8Array> = {};
  for (const name of ["server", "client-a", "client-b", "pipeline"]) {
    files[`${name}.${suffix}`] = await goroutineFixture(`shop-go1.24/${name}.${suffix}`);
  }
  return (await readGoroutines(files))[0]!.stacks;
}

const zoo = async () => (await readDump(await goroutineFixture("zoo-go1.27/zoo.debug2.txt"), "zoo.txt")).stacks;

describe("built-in tables", () => {
  it("have a row per process and goroutine", async () => {
    const db = await database(await shop());
    expect(db.query("SELECT name, goroutines, truncated FROM processes ORDER BY process_snapshot_id").rows).toEqual([
      ["server", 71, 0],
      ["client-a", 65, 0],
      ["client-b", 29, 0],
      ["pipeline", 31, 0],
    ]);
    const states = db.query(
      "SELECT status, count(*) n, max(wait_for)/60000000000 m FROM goroutines GROUP BY 1 ORDER BY n DESC LIMIT 2",
    );
    expect(states).toEqual({
      columns: ["status", "n", "m"],
      rows: [
        ["IO wait", 66, 7],
        ["chan receive", 50, 7],
      ],
      isCut: false,
    });
  });

  it("answer questions across tables", async () => {
    const db = await database(await zoo());
    const sql = `SELECT g.goroutine_id, l.value, f.line FROM labels l JOIN goroutines g USING (context_id)
      JOIN frames f ON f.context_id = g.context_id AND f.depth = 0 WHERE l.key = 'tenant' ORDER BY l.value`;
    expect(db.query(sql).rows).toEqual([
      [81, "acme 0", 193],
      [82, "acme 1", 193],
      [83, "acme 2", 193],
    ]);
    expect(db.query("SELECT labels ->> '$.tenant' t FROM goroutines WHERE t IS NOT NULL ORDER BY 1").rows).toEqual([
      ["acme 0"],
      ["acme 1"],
      ["acme 2"],
    ]);
  });

  it("hold every argument word: who else has this value?", async () => {
    const db = await database(await zoo());
    const sql =
      "SELECT value, count(DISTINCT goroutine_id) n FROM all_captured_data WHERE table_name LIKE '%lockSlow' GROUP BY 1 ORDER BY n DESC LIMIT 1";
    expect(db.query(sql).rows[0]![1]).toBe(25);
  });

  it("agree with the groups and the statistics", async () => {
    const db = await database(await zoo());
    expect(db.query("SELECT sum(count) FROM groups").rows).toEqual([[65]]);
    expect(db.query("SELECT count(*) FROM (SELECT DISTINCT group_id FROM goroutines)").rows).toEqual(
      db.query("SELECT count(*) FROM groups").rows,
    );
    expect(db.query("SELECT frames = (SELECT count(*) FROM frames) FROM snapshot_statistics").rows).toEqual([[1]]);
  });

  it("hold records of profiles with their counts and no ids", async () => {
    const db = await database(await shop("pb.gz"));
    expect(db.query("SELECT sum(count), count(goroutine_id), sum(status_inferred) > 0 FROM goroutines").rows).toEqual([
      [222, 0, 1],
    ]);
    expect(db.query("SELECT pc FROM frames WHERE function = 'runtime.gopark' LIMIT 1").rows[0]![0]).toMatch(
      /^0x[0-9a-f]+$/,
    );
  });

  it("hold ancestors", async () => {
    const { stacks } = await readDump(await goroutineFixture("zoo-go1.24/ancestors.debug2.txt"));
    const db = await database(stacks);
    expect(db.query("SELECT count(DISTINCT context_id || '/' || nth) FROM ancestors").rows).toEqual([[68]]);
  });

  it("are exact for ids beyond 2^53; beyond 2^63 they are NULL", async () => {
    const { stacks } = await readDump(
      "goroutine 9007199254740993 [running]:\nmain.f()\n\tx.go:1 +0x1\n\ngoroutine 18446744073709551615 [select]:\nmain.f()\n\tx.go:1 +0x1\n",
    );
    const db = await database(stacks);
    expect(db.query("SELECT goroutine_id FROM goroutines ORDER BY context_id").rows).toEqual([
      [9007199254740993n],
      [null],
    ]);
  });

  it("of nothing are there, and empty", async () => {
    const { stacks } = await readDump("nothing");
    const db = await database(stacks);
    for (const { name } of builtinTables(stacks)) expect(db.query(`SELECT * FROM ${name}`).rows).toEqual([]);
  });
});

describe("function tables", () => {
  it("have a row per frame and argument words as columns; doubtful ones only raw", async () => {
    const { stacks } = await readDump(
      "goroutine 1 [select]:\nmain.f(0x1, {0x2?, 0x3}, ...)\n\tx.go:1 +0x1\nmain.main()\n\tx.go:9 +0x1\n\ngoroutine 2 [select]:\nmain.f(0x7, {0x8, 0x9}, ...)\n\tx.go:2 +0x1\n",
    );
    const db = await database(stacks);
    expect([...functionNames(stacks)]).toEqual([
      ["main.main", 1],
      ["main.f", 2],
    ]);
    const sql = 'SELECT goroutine_id, line, "arg0", "arg1.0", "arg1.1", "raw_arg1.0" FROM "main.f"';
    expect(db.query(sql).rows).toEqual([
      [1, 1, "0x1", null, "0x3", "0x2?"],
      [2, 2, "0x7", "0x8", "0x9", "0x8"],
    ]);
    expect(
      db
        .columnsOf("main.f")
        .filter(({ isHidden }) => isHidden)
        .map(({ name }) => name),
    ).toEqual(["raw_arg0", "raw_arg1.0", "raw_arg1.1"]);
  });
});

describe("queries", () => {
  it("name what is wrong and what there is", async () => {
    const db = await database(await zoo());
    expect(() => db.query("SELECT * FROM gorutines")).toThrow(
      expect.objectContaining({
        code: "InvalidQuery",
        message: expect.stringContaining("did you mean goroutines?"),
        available: expect.arrayContaining(["processes"]),
      }),
    );
    expect(() => db.query("SELEC 1")).toThrow(expect.objectContaining({ code: "InvalidQuery" }));
  });

  it("name the columns of the tables that a query reads", async () => {
    const db = await database(await zoo());
    const near = "running a query: there is no column goroutine_idd in goroutines; did you mean goroutine_id?";
    expect(() => db.query("SELECT g.goroutine_idd FROM goroutines g")).toThrow(
      expect.objectContaining({ code: "InvalidQuery", message: near, available: expect.arrayContaining(["status"]) }),
    );
    expect(() => db.query("SELECT zzz FROM goroutines")).toThrow("no column zzz in goroutines; there are context_id, ");
    expect(() => db.query("SELECT zzz")).toThrow(/no column zzz$/);
  });

  it("say how to write the table of a function", async () => {
    const db = await database(await zoo());
    const message = 'running a query: there is no table lockA; did you mean "main.lockA" in double quotes?';
    expect(() => db.query("SELECT * FROM main.lockA")).toThrow(expect.objectContaining({ message }));
  });

  it("stop at a number of rows and say so", async () => {
    const db = await database(await zoo());
    const endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n";
    expect(db.query(endless, { maxRows: 3 })).toEqual({ columns: ["i"], rows: [[1], [2], [3]], isCut: true });
  });

  it("may be several statements", async () => {
    const db = await database(await zoo());
    expect(db.query("CREATE TABLE t AS SELECT 1 AS a; SELECT a FROM t;").rows).toEqual([[1]]);
  });

  it("export as CSV without running anything in a spreadsheet", () => {
    expect(
      renderCsv(
        ["a", "b"],
        [
          ["=1+1", -1],
          ['x"y', null],
          ["a,b\nc", 12345678901234567890n],
        ],
      ),
    ).toBe('a,b\r\n\'=1+1,-1\r\n"x""y",\r\n"a,b\nc",12345678901234567890\r\n');
  });

  it("export as an SQLite file", async () => {
    const db = await database(await zoo());
    const file = db.exportFile(["main.lockA"]);
    expect(new TextDecoder().decode(file.subarray(0, 15))).toBe("SQLite format 3");
    const engine = await loadSqlEngine();
    const copy = new engine.Database(file);
    const names = copy.exec("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1")[0]!.values.flat();
    expect(names).toEqual(
      expect.arrayContaining(["goroutines", "processes", "frames", "main.lockA", "all_captured_data"]),
    );
    expect(copy.exec('SELECT count(*) FROM "main.lockA"')[0]!.values).toEqual([[2]]);
    copy.close();
  });
});

describe("report specs", () => {
  const spec = {
    schema: 1,
    columns: [
      { table: "goroutines", name: "minutes", sql: "wait_for / 60000000000", type: "INTEGER" },
      { table: "goroutines", name: "tenant", sql: "labels ->> '$.tenant'", type: "TEXT" },
      { table: "main.nowhere", name: "x", sql: "1", type: "TEXT" },
    ],
    tables: [
      {
        name: "stuck",
        sql: "SELECT goroutine_id, minutes FROM goroutines WHERE minutes >= 2",
        note: "two minutes and more",
      },
      {
        name: "stuck_states",
        sql: "SELECT g.status, count(*) AS n FROM stuck s JOIN goroutines g USING (goroutine_id) GROUP BY 1",
      },
      { name: "broken", sql: "SELECT nothing FROM stuck" },
    ],
    links: [
      {
        from: { table: "goroutines", columns: ["created_by_goroutine"] },
        to: { table: "goroutines", columns: ["goroutine_id"] },
        note: "created by",
      },
      { from: { table: "main.nowhere", columns: ["x"] }, to: { table: "goroutines", columns: ["goroutine_id"] } },
    ],
  };

  it("add columns, tables over tables and links; what does not fit is noted", async () => {
    const db = await database(await zoo());
    const issues = db.addSpec(parseReportSpec(JSON.stringify(spec)));
    expect(issues.map(({ path, code }) => [path, code])).toEqual([
      ["columns[2]", "InvalidQuery"],
      ["tables[2]", "InvalidQuery"],
      ["links[1]", "InvalidQuery"],
    ]);
    expect(db.query("SELECT count(*) FROM stuck").rows).toEqual([[60]]);
    expect(db.query("SELECT n FROM stuck_states WHERE status = 'sync.Mutex.Lock'").rows).toEqual([[28]]);
    expect(db.query("SELECT tenant FROM goroutines WHERE goroutine_id = 82").rows).toEqual([["acme 1"]]);
    expect(db.activeSpec.links).toHaveLength(1);
    expect(db.linkedRows(db.activeSpec.links[0]!).pairs.length).toBeGreaterThan(60);
  });

  it("apply to other snapshots and survive being saved", async () => {
    const saved = renderJson(renderReportSpec(parseReportSpec(JSON.stringify(spec))));
    expect(parseReportSpec(saved)).toEqual(parseReportSpec(JSON.stringify(spec)));
    const db = await database(await shop());
    db.addSpec(parseReportSpec(saved));
    expect(db.query("SELECT count(*) FROM stuck").rows[0]![0]).toBeGreaterThan(40);
  });

  it.each([
    ["[]", ""],
    ['{"schema": 1, "columns": {}}', "columns"],
    ['{"schema": 1, "columns": [{"table": "t"}]}', "columns[0].name"],
    ['{"schema": 1, "columns": [{"table": "t", "name": "n", "sql": "1", "type": "DATE"}]}', "columns[0].type"],
    ['{"schema": 1, "tables": ["x"]}', "tables[0]"],
    [
      '{"schema": 1, "links": [{"from": {"table": "a", "columns": ["x"]}, "to": {"table": "b", "columns": ["x", "y"]}}]}',
      "links[0].to.columns",
    ],
    ['{"columns": []}', "schema"],
  ])("refuse %s with the path of what is wrong", (text, path) => {
    expect(() => parseReportSpec(text)).toThrow(expect.objectContaining({ code: "MalformedReportSpec", path }));
  });

  it("say when they are newer than we read", () => {
    expect(() => parseReportSpec('{"schema": 2}')).toThrow(expect.objectContaining({ code: "NewerSchema" }));
  });
});
