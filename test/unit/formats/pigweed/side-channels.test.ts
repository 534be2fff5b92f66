import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  buildMetricTree,
  Detokenizer,
  decodeTrace,
  LogStreamDecoder,
  NO_TOKENS,
  nameStatuses,
  renderChromeTrace,
  renderChromeTraceLines,
  renderStreamedLog,
} from "../../../../src/js/pigweed.ts";

const plain = new Detokenizer(NO_TOKENS);
const text = (value: string): Uint8Array => new TextEncoder().encode(value);

describe("log streams", () => {
  it("give every part of a record", () => {
    const stream = new LogStreamDecoder(plain, { source: "core0", timestampText: (ticks) => `t${ticks}` });
    const [log] = stream.decode({
      entries: [
        {
          message: text("■msg♦hello■module♦M■file♦f.cc■k♦v■l♦w"),
          lineLevel: (42 << 3) | 4,
          timestamp: 0n,
          thread: text("main"),
          flags: 3,
        },
      ],
    });
    expect(log).toMatchObject({ level: 4, thread: "main", flags: 3, place: "f.cc:42", dropped: 0 });
    expect(renderStreamedLog(log!)).toBe("ERR [core0] M t0 hello f.cc:42 k=v, l=w");
  });

  it("tell losses in transport, and only once", () => {
    const issues: string[] = [];
    const stream = new LogStreamDecoder(plain, { onIssue: (issue) => issues.push(`${issue.code}: ${issue.message}`) });
    const lines = (batch: Parameters<typeof stream.decode>[0]): string[] => stream.decode(batch).map(renderStreamedLog);
    expect(lines({ entries: [{ message: text("a") }], firstEntrySequenceId: 1 })).toEqual([
      "WRN Dropped 1 log due to source not connected",
      "a",
    ]);
    expect(lines({ entries: [{ dropped: 2 }, { message: text("b") }], firstEntrySequenceId: 5 })).toEqual([
      "WRN Dropped 3 logs due to loss at transport",
      "b",
    ]);
    expect(lines({ entries: [{ dropped: 2, message: text("Buffer FULL") }], firstEntrySequenceId: 2 })).toEqual([
      "WRN Dropped 2 logs due to buffer full",
    ]);
    expect(issues).toEqual(["LogOutOfSequence: decoding a log stream: found sequence id 2, expected 6 or more"]);
  });

  it("name statuses where asked to", () => {
    expect(nameStatuses("pw::Status=5 pw::Status=016, pw::Status=17 pw::Status=0x")).toBe(
      "NOT_FOUND UNAUTHENTICATED, pw::Status=17 OKx",
    );
    const stream = new LogStreamDecoder(plain, { messageText: nameStatuses });
    expect(stream.decode({ entries: [{ message: text("pw::Status=1") }] })[0]?.message).toBe("CANCELLED");
  });
});

describe("metrics", () => {
  const names = { nameOf: (token: number) => ["root", '"child"', undefined][token] };

  it("become a tree of names", () => {
    const { tree, issues } = buildMetricTree(
      [
        { tokenPath: [0, 1], value: 1 },
        { tokenPath: [0, 2], value: 0.5 },
        { tokenPath: [], stringPath: ["root", "__proto__"], value: 2 },
        { tokenPath: [], value: 9 },
      ],
      names,
    );
    expect(issues).toEqual([]);
    expect(tree).toEqual(
      new Map([
        [
          "root",
          new Map([
            ["child", 1],
            ["$00000002", 0.5],
            ["__proto__", 2],
          ]),
        ],
      ]),
    );
  });

  it("keep the first of two with one name", () => {
    const twice = [
      { tokenPath: [0, 1], value: 1 },
      { tokenPath: [0, 1], value: 2 },
      { tokenPath: [0], value: 3 },
      { tokenPath: [0, 1, 2], value: 4 },
    ];
    const { tree, issues } = buildMetricTree(twice, names);
    expect(tree).toEqual(new Map([["root", new Map([["child", 1]])]]));
    expect(issues.map((issue) => [issue.code, issue.path])).toEqual([
      ["DuplicateMetric", "root.child"],
      ["DuplicateMetric", "root"],
      ["DuplicateMetric", "root.child.$00000002"],
    ]);
    expect(() => buildMetricTree(twice, names, { strict: true })).toThrow(
      expect.objectContaining({ code: "DuplicateMetric" }),
    );
  });

  it("refuse a path of any length", () => {
    const tokenPath = Array.from({ length: 100_000 }, () => 0);
    expect(buildMetricTree([{ tokenPath, value: 1 }], names).issues[0]?.code).toBe("LimitExceeded");
  });
});

describe("trace data", () => {
  const strings: Record<number, string> = {
    1: "PW_TRACE_EVENT_TYPE_INSTANT|0|mod||lbl",
    2: "PW_TRACE_EVENT_TYPE_INSTANT|0|mod||lbl|@pw_py_struct_fmt:B3s?",
    3: "PW_TRACE_EVENT_TYPE_ASYNC_START|0|mod|grp|lbl",
    4: "too|few",
    5: "PW_TRACE_EVENT_TYPE_INSTANT|0|mod||lbl|@pw_py_map_fmt:{a:H,b:f}",
    6: "PW_TRACE_EVENT_TYPE_INSTANT|0|mod||lbl|@pw_py_map_fmt:>{a:I,broken}",
    7: "PW_TRACE_EVENT_TYPE_INSTANT|0|mod||lbl|@pw_py_struct_fmt:@Bq",
    8: 'PW_TRACE_EVENT_TYPE_INSTANT|0|ü"|g|l',
  };
  const record = (token: number, ...rest: number[]): number[] => [4 + rest.length, token, 0, 0, 0, ...rest];
  const decode = (...records: number[][]) => decodeTrace(Uint8Array.from(records.flat()), (token) => strings[token]);
  const args = (...rest: number[]): unknown => JSON.parse(renderChromeTraceLines(decode(rest).events)[0]!).args;

  it("describe their own arguments", () => {
    expect(args(...record(2, 1, 7, 0x61, 0x62, 0x63, 1))).toEqual({ data_0: 7, data_1: "abc", data_2: true });
    expect(args(...record(5, 1, 1, 2, 0, 0, 0x20, 0x40))).toEqual({ a: 513, b: 2.5 });
    expect(args(...record(7, 1, 9, ...new Uint8Array(7), 0xff, ...new Uint8Array(7).fill(0xff)))).toEqual({
      data_0: 9,
      data_1: -1,
    });
    expect(args(...record(2, 1, 7))).toEqual({
      error: "Mismatched struct/data format @pw_py_struct_fmt:B3s? expected data len 5 data 07 data len 1",
    });
    expect(args(...record(6, 1, 7))).toEqual({ error: "Invalid map format @pw_py_map_fmt:>{a:I,broken}" });
  });

  it("make a file that Chrome reads, ASCII only", () => {
    const file = renderChromeTrace(decode(record(8, 1), record(3, 2)).events);
    expect(file).toBe(
      '[{"pid": "\\u00fc\\"", "name": "l", "ts": 1000.0, "ph": "I", "s": "p"},\n' +
        '{"pid": "mod", "name": "lbl", "ts": 3000.0, "ph": "b", "scope": "grp", "tid": "grp", "cat": "mod", "id": null, "args": {"id": null}},\n{}]',
    );
    expect(JSON.parse(file)).toHaveLength(3);
  });

  it("go on past records that cannot be read, saying where", () => {
    const { events, issues } = decode(
      record(1, 5),
      record(99, 5),
      [2, 1, 0],
      record(4, 1),
      record(1, 0x80),
      record(2, 1),
      record(1, 5),
    );
    expect(events.map((event) => [event.offset, event.timestampUs])).toEqual([
      [0, 5000],
      [27, 6000],
      [33, 11000],
    ]);
    expect(issues.map((issue) => [issue.code, issue.offset])).toEqual([
      ["UnknownToken", 6],
      ["MalformedTrace", 12],
      ["MalformedTrace", 15],
      ["MalformedTrace", 21],
      ["MalformedTrace", 27],
    ]);
    const bytes = Uint8Array.from(record(99, 5));
    expect(() => decodeTrace(bytes, () => undefined, { strict: true })).toThrow(
      expect.objectContaining({ code: "UnknownToken", offset: 0 }),
    );
  });

  it("never throw, whatever the bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        const { events } = decodeTrace(bytes, (token) => strings[token % 9]);
        expect(renderChromeTraceLines(events).length).toBe(events.length);
      }),
      { seed: 21, numRuns: 300 },
    );
  });
});
