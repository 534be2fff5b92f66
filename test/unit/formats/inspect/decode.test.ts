import { describe, expect, it } from "vitest";
import type { Snapshot } from "../../../../src/js/model/snapshot.ts";
import { childrenOf, inspectOf, inspectTree, nodeAt } from "../../../support/inspect.ts";

const messages = (snapshot: Snapshot): string[] => snapshot.issues.map((issue) => issue.message);
const monikers = (snapshot: Snapshot): string[] => childrenOf(snapshot, snapshot.values.root).map((node) => node.name);

function readValue(root: string, name: string): readonly [kind: string, type: string | undefined, value: unknown] {
  const snapshot = inspectTree(root);
  const node = nodeAt(snapshot, "core/app", "root", name);
  const items = childrenOf(snapshot, node).map((child) => snapshot.values.scalar(child));
  return [node.kind, node.typeName, node.kind === "array" ? items : snapshot.values.scalar(node)];
}

describe("properties", () => {
  const rows: readonly (readonly [string, string, string | undefined, unknown])[] = [
    ['"text"', "string", "string", "text"],
    ["true", "bool", "bool", true],
    ["9223372036854775807", "int", "int", 9223372036854775807n],
    ["-9223372036854775808", "int", "int", -9223372036854775808n],
    ["18446744073709551615", "uint", "uint", 18446744073709551615n],
    ["18446744073709551616", "float", "double", 2 ** 64],
    ["5.0", "float", "double", 5],
    ['"b64:AQID"', "bytes", "bytes", Uint8Array.of(1, 2, 3)],
    ['"b64:"', "bytes", "bytes", new Uint8Array()],
    ['"b64:b64:AQ=="', "bytes", "bytes", Uint8Array.of(1)],
    ["[1,-2]", "array", "int[]", [1n, -2n]],
    ["[0,18446744073709551615]", "array", "uint[]", [0n, 18446744073709551615n]],
    ["[1.5,2.0]", "array", "double[]", [1.5, 2]],
    ['["a","b"]', "array", "string[]", ["a", "b"]],
    ["[]", "array", "string[]", []],
  ];
  for (const [json, kind, type, value] of rows) {
    it(`reads ${json} as ${type}`, () => {
      expect(readValue(`{"x":${json}}`, "x")).toEqual([kind, type, value]);
    });
  }

  for (const bad of [
    "null",
    "[1,1.5]",
    "[-1,9223372036854775808]",
    '[1,"a"]',
    "[null]",
    "[[1]]",
    '"b64:AQ"',
    '"b64:AR=="',
    '"b64:*"',
  ]) {
    it(`drops the tree that holds ${bad}`, () => {
      const snapshot = inspectTree(`{"ok":1,"x":${bad}}`);
      expect(messages(snapshot)).toEqual(["Unable to deserialize Inspect contents for core/app to node hierarchy"]);
      expect(monikers(snapshot)).toEqual([]);
    });
  }

  it("keeps members in document order, also those whose names look like numbers", () => {
    const snapshot = inspectTree('{"b":1,"10":{"z":1},"2":3,"a":{}}');
    expect(childrenOf(snapshot, nodeAt(snapshot, "core/app", "root")).map((n) => n.name)).toEqual([
      "b",
      "10",
      "2",
      "a",
    ]);
  });
});

describe("histograms", () => {
  const typeOf = (json: string): string | undefined =>
    nodeAt(inspectTree(`{"h":${json}}`), "core/app", "root", "h").typeName;

  it.each([
    ['{"floor":0,"step":2,"counts":[4,1,3],"size":3}', "linear histogram"],
    ['{"floor":0,"step":2,"counts":[4],"indexes":[2],"size":3}', "linear histogram"],
    ['{"floor":0,"step":2,"counts":[],"indexes":[],"size":3}', "linear histogram"],
    ['{"floor":0.5,"initial_step":2.0,"step_multiplier":4.0,"counts":[1.0,3.0,4.0],"size":3}', "exponential histogram"],
    ['{"floor":0,"initial_step":2,"step_multiplier":4,"counts":[1],"indexes":[0],"size":9}', "exponential histogram"],
    ['{"buckets":[{"floor":0,"upper_bound":4,"count":1}]}', "explicit histogram"],
    ['{"buckets":[{"floor":0,"ceiling":4,"count":1}]}', "explicit histogram"],
  ])("recognises %s", (json, type) => {
    expect(typeOf(json)).toBe(type);
  });

  it.each([
    '{"floor":0,"step":2,"counts":[4,1],"size":2}',
    '{"floor":0,"step":2,"counts":[4,1],"size":3}',
    '{"floor":0,"step":2,"counts":[4],"indexes":[3],"size":3}',
    '{"floor":0,"step":2,"counts":[4,1],"indexes":[1],"size":3}',
    '{"floor":0,"step":2.5,"counts":[4,1,1],"size":3}',
    '{"floor":-1,"step":2,"counts":[4,1,18446744073709551615],"size":3}',
    '{"floor":0,"step":2,"counts":[4,1,1],"size":3,"more":1}',
    '{"floor":0,"step":2,"counts":[4,1,1],"size":3.0}',
  ])("reads %s as an ordinary node", (json) => {
    expect(typeOf(json)).toBe("node");
  });

  it("shows its numbers as members", () => {
    const snapshot = inspectTree('{"h":{"floor":0,"step":2,"counts":[4],"indexes":[2],"size":3}}');
    const h = nodeAt(snapshot, "core/app", "root", "h");
    expect(childrenOf(snapshot, h).map((n) => n.name)).toEqual(["floor", "step", "counts", "size", "indexes"]);
    expect(snapshot.values.scalar(nodeAt(snapshot, "core/app", "root", "h", "counts", "0"))).toBe(4n);
  });
});

describe("elements", () => {
  it.each([
    ["{}", "'moniker' not found in Inspect component"],
    ["7", "'moniker' not found in Inspect component"],
    ['{"moniker":5}', "Inspect component path wasn't a valid string"],
    ['{"moniker":"a"}', "'metadata' not found in Inspect component"],
    ['{"moniker":"a","metadata":{}}', "Neither 'payload' nor 'contents' found in Inspect component"],
    ['{"moniker":"a","metadata":{},"payload":{}}', "Unable to deserialize Inspect contents for a to node hierarchy"],
    [
      '{"moniker":"a","metadata":{},"payload":{"r":{},"s":{}}}',
      "Unable to deserialize Inspect contents for a to node hierarchy",
    ],
    [
      '{"moniker":"a","metadata":{},"payload":{"r":5}}',
      "Unable to deserialize Inspect contents for a to node hierarchy",
    ],
    ['{"moniker":"a","metadata":{},"payload":[]}', "Unable to deserialize Inspect contents for a to node hierarchy"],
  ])("drops %s and says why", (element, message) => {
    const snapshot = inspectOf({ "inspect.json": `[${element},{"moniker":"b","metadata":{},"payload":null}]` });
    expect(messages(snapshot)).toEqual([message]);
    expect(snapshot.issues[0]).toMatchObject({ code: "UnreadableTree", offset: 1, input: "inspect.json" });
    expect(monikers(snapshot)).toEqual(["b"]);
  });

  it("takes contents only where there is no payload", () => {
    const both = '{"moniker":"a","metadata":{},"payload":null,"contents":{"root":{"x":1}}}';
    const old = '{"moniker":"b","metadata":{},"contents":{"root":{"x":1}}}';
    const snapshot = inspectOf({ "inspect.json": `[${both},${old}]` });
    const parts = childrenOf(snapshot, snapshot.values.root).map((tree) =>
      childrenOf(snapshot, tree).map((n) => n.name),
    );
    expect(parts).toEqual([["metadata"], ["metadata", "root"]]);
  });

  it("reads elements without metadata and with path only when asked to", () => {
    const files = { "inspect.json": '[{"path":"a.cmx","contents":{"root":{"x":1}}}]' };
    expect(messages(inspectOf(files))).toEqual(["'moniker' not found in Inspect component"]);
    expect(monikers(inspectOf(files, { legacy: true }))).toEqual(["a.cmx"]);
  });

  it.each([
    ["{", "Parsing inspect.json: Couldn't parse Inspect text as JSON."],
    ["", "Parsing inspect.json: Couldn't parse Inspect text as JSON."],
    ["[]]", "Parsing inspect.json: Couldn't parse Inspect text as JSON."],
    ["[{},]", "Parsing inspect.json: Couldn't parse Inspect text as JSON."],
    ["{}", "Parsing inspect.json: Bad json inspect data needs to be array."],
    [" 5 ", "Parsing inspect.json: Bad json inspect data needs to be array."],
  ])("says that %j is no inspect.json", (text, message) => {
    const issues = inspectOf({ "inspect.json": text }).issues.filter((issue) => issue.code === "MalformedInspect");
    expect(issues.map((issue) => issue.message)).toEqual([message]);
  });

  it("keeps the whole elements of a truncated file and says where it ends", () => {
    const whole = '[{"moniker":"a","metadata":{},"payload":{"root":{"x":"]}"}}},{"moniker":"b","meta';
    const snapshot = inspectOf({ "inspect.json": whole });
    expect(monikers(snapshot)).toEqual(["a"]);
    expect(snapshot.issues).toMatchObject([{ code: "MalformedInspect", offset: whole.indexOf('{"moniker":"b"') }]);
  });

  it("gives the byte offset of bad JSON inside an element, after characters of several bytes", () => {
    const text =
      '[{"moniker":"é","metadata":{},"payload":{"root":{"x":01}}},{"moniker":"b","metadata":{},"payload":null}]';
    const snapshot = inspectOf({ "inspect.json": text });
    expect(monikers(snapshot)).toEqual(["b"]);
    expect(snapshot.issues).toMatchObject([{ code: "MalformedInspect", offset: text.indexOf("1}}}") + 1 }]);
  });

  it("refuses deep nesting with the limit's name and keeps the other trees", () => {
    const deep = `{"moniker":"a","metadata":{},"payload":${'{"n":'.repeat(100_000)}{}${"}".repeat(100_000)}}`;
    const snapshot = inspectOf({ "inspect.json": `[${deep},{"moniker":"b","metadata":{},"payload":null}]` });
    expect(snapshot.issues.map((issue) => issue.code)).toEqual(["LimitExceeded"]);
    expect(monikers(snapshot)).toEqual(["b"]);
  });
});

describe("device snapshots", () => {
  const files = {
    "inspect.json": "[]",
    "annotations.json": '{"build.version":"1.2","n":[1,{}],"device.uptime":"1d2h3m4s"}',
    "log.kernel.txt": "k1\nk2",
    "log.system.txt": "s1\n",
  };

  it("tags every line of every log with where it is from", () => {
    const { logs } = inspectOf(files);
    const lines = Array.from({ length: logs.length }, (_, ix) => logs.at(ix));
    expect(lines.map((line) => `${line.tags?.[0]}:${line.text}`)).toEqual([
      "klog:k1",
      "klog:k2",
      "syslog:s1",
      "syslog:",
    ]);
  });

  it("gives annotations as facts and, with their structure, as values", () => {
    const snapshot = inspectOf(files);
    const fact = (key: string): unknown => snapshot.facts.find((f) => f.key === key)?.value;
    expect([fact("version"), fact("inspect.annotation.device.uptime"), fact("inspect.annotation.n")]).toEqual([
      "1.2",
      "1d2h3m4s",
      undefined,
    ]);
    expect(nodeAt(snapshot, "annotations", "n", "1").kind).toBe("struct");
  });

  it.each([
    ["{", "Parsing annotations: Couldn't parse KeyValue text as JSON."],
    ["[]", "Parsing annotations: Bad json KeyValue data needs to be Object (map)."],
  ])("says that %j are no annotations", (text, message) => {
    expect(messages(inspectOf({ "annotations.json": text }))).toEqual([message]);
  });
});

describe("bad bytes", () => {
  const sample =
    '[{"moniker":"core/é","metadata":{"name":"t"},"payload":{"root":{"a":1,"h":{"floor":0,"step":2,"counts":[4,1,3],"size":3},"b":"b64:AQID","c":{"d":[1.5]}}}},' +
    '{"moniker":"b","metadata":{},"payload":null}]';

  it("is read at every length without a throw and with an issue unless it is whole", () => {
    const bytes = new TextEncoder().encode(sample);
    for (let length = 0; length < bytes.length; length++) {
      const snapshot = inspectOf({ "inspect.json": bytes.subarray(0, length) });
      expect(snapshot.issues.length, `length ${length}`).toBeGreaterThan(0);
    }
    expect(inspectOf({ "inspect.json": bytes }).issues).toEqual([]);
  });

  it("is read with any byte changed", () => {
    const bytes = new TextEncoder().encode(sample);
    for (let at = 0; at < bytes.length; at++) {
      for (const change of [0x00, 0x22, 0x5b, 0x7d, 0xff]) {
        const bad = bytes.slice();
        bad[at] = change;
        const snapshot = inspectOf({ "inspect.json": bad });
        expect(snapshot.format).toBe("inspect");
      }
    }
  });
});
