import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isSnapshotError } from "../../../../src/js/base/errors.ts";
import type { LogRecord } from "../../../../src/js/model/logs.ts";
import type { Snapshot } from "../../../../src/js/model/snapshot.ts";
import { StackTableBuilder } from "../../../../src/js/model/stacks.ts";
import { debugValue, displayValue, EXTENDED, selectValues, UPSTREAM } from "../../../../src/js/triage.ts";
import { inspectTree } from "../../../support/inspect.ts";

const RECORDS: readonly LogRecord[] = [
  { text: "one", level: "info", module: "net", time: 5n },
  { text: "two", level: "error", tags: ["kernel", "disk"], dropped: 3 },
  { text: "three", module: "disk", thread: "main", file: "a.c", line: 7 },
];

function snapshotOf(): Snapshot {
  const builder = new StackTableBuilder();
  const frames = [
    builder.addFrame({ functionName: "park", file: "proc.go", line: 9, address: 0x10n, module: "runtime" }),
    builder.addFrame({ functionName: "main.work" }),
  ];
  const stack = builder.addStack(frames);
  builder.addContext({ kind: "goroutine", name: "goroutine 1", id: 1n, state: "select", stack, count: 1n });
  builder.addContext({
    ...{ kind: "goroutine", name: "goroutine 2", id: 2n, state: "semacquire", normalState: "sync.Mutex.Lock" },
    ...{ stack, count: 4n, process: "server", waitAtLeastNs: 60n, traits: ["locked"], labels: { tenant: "acme" } },
  });
  const stacks = {
    ...builder.build(),
    processes: [{ name: "server", input: "server.txt", labels: { env: "prod", tenant: "none" } }],
  };
  return {
    ...inspectTree('{"n":1,"list":[1,2],"inner":{"n":2,"s":"x"},"a/b":3,"u":18446744073709551615}', "core/app"),
    format: "goroutines",
    facts: [
      { key: "version", value: "1.2" },
      { key: "goroutines.count", value: 5n },
      { key: "fatal", value: true },
    ],
    stacks,
    logs: { length: RECORDS.length, at: (ix) => RECORDS[ix]! },
  };
}

const snapshot = snapshotOf();
const select = (selector: string): string[] =>
  selectValues(`SNAPSHOT:${selector}`, snapshot, EXTENDED).map(
    ({ value, from }) => `${debugValue(value)} from ${from}`,
  );
const values = (selector: string): string[] =>
  selectValues(`SNAPSHOT:${selector}`, snapshot, EXTENDED).map(({ value }) => debugValue(value));

function refusal(selector: string, dialect = EXTENDED): string {
  try {
    selectValues(selector, snapshot, dialect);
    return "read";
  } catch (error) {
    return isSnapshotError(error) ? `${error.code} at ${error.offset}` : String(error);
  }
}

describe("SNAPSHOT selectors", () => {
  it("find facts by their key, whole or word by word", () => {
    expect(select("*:facts:version")).toEqual(['String("1.2") from goroutines:facts:version']);
    expect(values("goroutines:facts:goroutines.count")).toEqual(["Int(5)"]);
    expect(values("*:facts/goroutines:count")).toEqual(["Int(5)"]);
    expect(values("*:facts/*:count")).toEqual(["Int(5)"]);
    expect(values("*:facts:*")).toEqual(['String("1.2")', "Int(5)", "Bool(true)"]);
    expect(values("*:facts:nothing")).toEqual([]);
  });

  it("find values by their path: scalars, vectors, nodes", () => {
    const inTree = (selector: string) => values(`*:values/*/${selector}`);
    expect(select("*:values/core\\/app/root:n")).toEqual(["Int(1) from goroutines:values/core/app/root:n"]);
    expect(inTree("root:list")).toEqual(["Vector([Int(1), Int(2)])"]);
    expect(inTree("root/list:1")).toEqual(["Int(2)"]);
    expect(inTree("root/inner:*")).toEqual(["Int(2)", 'String("x")']);
    expect(inTree("root/inner")).toEqual(["Int(2)", 'String("x")']);
    expect(inTree("root:inner")).toEqual(["Node"]);
    expect(inTree("root/n")).toEqual(["Int(1)"]);
    expect(inTree("root:a\\/b")).toEqual(["Int(3)"]);
    expect(inTree("root:u")).toEqual(["Int(18446744073709551615)"]);
    expect(inTree("root/none:n")).toEqual([]);
  });

  it("find contexts, their frames, and the labels of both process and context", () => {
    expect(values("*:stacks:id")).toEqual(["Int(1)", "Int(2)"]);
    expect(values("*:stacks:state")).toEqual(['String("select")', 'String("sync.Mutex.Lock")']);
    expect(values("*:stacks:wait")).toEqual(["Int(60)"]);
    expect(values("*:stacks/goroutine\\ 2:functions")).toEqual(['Vector([String("park"), String("main.work")])']);
    expect(values("*:stacks/*2:label.*")).toEqual(['String("prod")', 'String("acme")']);
    expect(values("*:stacks/*1:label.*")).toEqual([]);
    expect(select("*:stacks/*1/0:line")).toEqual(["Int(9) from goroutines:stacks/goroutine 1/0:line"]);
    expect(values("*:stacks/*/*:function")).toHaveLength(4);
    expect(values("*:stacks/*/1:file")).toEqual([]);
    expect(values("*:stacks")).toEqual(["Node", "Node"]);
  });

  it("find log records by module or tag", () => {
    expect(values("*:logs:text")).toEqual(['String("one")', 'String("two")', 'String("three")']);
    expect(select("*:logs/disk:text")).toEqual([
      'String("two") from goroutines:logs/1:text',
      'String("three") from goroutines:logs/2:text',
    ]);
    expect(values("*:logs/k*:dropped")).toEqual(["Int(3)"]);
    expect(values("*:logs/net:*")).toHaveLength(4);
  });

  it("are Missing for a snapshot of another format", () => {
    const [found] = selectValues("SNAPSHOT:pigweed:facts:version", snapshot, EXTENDED);
    expect(displayValue(found!.value)).toBe("Missing: No pigweed snapshot for selector pigweed:facts:version");
  });

  it.each([
    ["SNAPSHOT:facts:a", "SelectorSyntax at 15"],
    ["SNAPSHOT:*:fcts:a", "SelectorSyntax at 11"],
    ["SNAPSHOT:*:factsx", "SelectorSyntax at 11"],
    ["SNAPSHOT:*:facts:", "SelectorSyntax at 17"],
    ["SNAPSHOT:*:facts//a:b", "SelectorSyntax at 17"],
    ["SNAPSHOT:*:facts:a:b", "SelectorSyntax at 18"],
    ["SNAPSHOT:*:facts:\\q", "SelectorSyntax at 18"],
    ["SNAPSHOT", "SelectorSyntax at 0"],
    ["SNAPSHOTS:*:facts:a", "SelectorSyntax at 0"],
  ])("refuse %s", (selector, expected) => {
    expect(refusal(selector)).toBe(expected);
  });

  it("are an error in compatible mode", () => {
    expect(refusal("SNAPSHOT:*:facts:version", UPSTREAM)).toBe("SelectorSyntax at 0");
  });

  it("find what an escaped name names, and only that", () => {
    const names = fc.string({ minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(names, fc.uniqueArray(names, { maxLength: 4 }), (name, others) => {
        const escaped = name.replace(/[*/:\\ \t]/g, "\\$&");
        const members = [...new Set([...others, name])].map((one) => `${JSON.stringify(one)}:${JSON.stringify(one)}`);
        const own = { ...inspectTree(`{${members.join(",")}}`, "a"), format: "inspect" as const };
        const found = selectValues(`SNAPSHOT:*:values/a/root:${escaped}`, own, EXTENDED);
        fc.pre(!name.startsWith("b64:") && !others.some((one) => one.startsWith("b64:")));
        expect(found.map(({ value }) => value)).toEqual([{ kind: "String", value: name }]);
      }),
    );
  });
});
