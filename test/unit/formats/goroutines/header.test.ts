import { describe, expect, it } from "vitest";
import { parseLabels, readGoQuoted } from "../../../../src/js/formats/goroutines/label-text.ts";
import { parseStatus } from "../../../../src/js/formats/goroutines/status-text.ts";
import { readDump } from "../../../support/goroutines.ts";

const NOTHING = { leaked: false, scan: false, durable: false, locked: false, minutes: 0 };

describe("status between the brackets", () => {
  it.each([
    ["running", { state: "running", stateText: "running" }],
    [
      "chan receive (nil chan), 6 minutes",
      { state: "chan receive (nil chan)", stateText: "chan receive (nil chan)", minutes: 6 },
    ],
    [
      "select (no cases) (leaked)",
      { state: "select (no cases)", stateText: "select (no cases) (leaked)", leaked: true },
    ],
    ["syscall, 2 minutes, locked to thread", { state: "syscall", stateText: "syscall", minutes: 2, locked: true }],
    ["runnable (scan)", { state: "runnable", stateText: "runnable (scan)", scan: true }],
    [
      "select (durable), synctest bubble 7",
      { state: "select", stateText: "select (durable)", durable: true, bubble: "bubble 7" },
    ],
    ["sleep, synctest group 1", { state: "sleep", stateText: "sleep", bubble: "group 1" }],
    ["a wait reason of Go 2.7", { state: "a wait reason of Go 2.7", stateText: "a wait reason of Go 2.7" }],
    ["GC worker (idle)", { state: "GC worker (idle)", stateText: "GC worker (idle)" }],
    ["", { state: "", stateText: "" }],
  ])("reads %j", (text, expected) => {
    expect(parseStatus(text)).toEqual({ ...NOTHING, ...expected });
  });
});

describe("labels", () => {
  it.each([
    ["{client_id: 0, rpc.method: GetInfo}", { client_id: "0", "rpc.method": "GetInfo" }],
    ['{"quote\\"key": "back\\\\slash", tenant: "acme 0"}', { 'quote"key': "back\\slash", tenant: "acme 0" }],
    ['{"a":"b", "c":"d, e}"}', { a: "b", c: "d, e}" }],
    ["{empty: , b: 1}", { empty: "", b: "1" }],
    ["{}", {}],
    ['{"\\x00\\u00e9\\U0001f600\\t": x}', { "\x00é😀\t": "x" }],
    ['{__proto__: "x"}', Object.fromEntries([["__proto__", "x"]])],
  ])("reads %s", (text, expected) => {
    const parsed = parseLabels(text);
    expect(Object.entries(parsed!.labels)).toEqual(Object.entries(expected));
    expect(parsed!.end).toBe(text.length);
  });

  it.each(["{a}", "{a: 1", '{"a: 1}', "a: 1", "{a: 1; b: 2", ""])("refuses %j", (text) => {
    expect(parseLabels(text)).toBeUndefined();
  });

  it("reads strings as Go quotes them", () => {
    expect(readGoQuoted('"a\\"b\\\\c\\n\\101" rest', 0)).toEqual({ value: 'a"b\\c\nA', end: 15 });
    expect(readGoQuoted('"open', 0)).toBeUndefined();
  });
});

describe("headers", () => {
  const goroutine = async (header: string) =>
    (await readDump(`${header}\nmain.f()\n\t/x.go:1 +0x1\n`)).stacks.contexts[0];

  it("carry thread addresses of crash dumps", async () => {
    expect(
      await goroutine("goroutine 7 gp=0xc000002380 m=3 mp=0xc000045008 [running, locked to thread]:"),
    ).toMatchObject({
      id: 7n,
      state: "running",
      traits: ["locked"],
      attributes: { gp: "0xc000002380", m: "3", mp: "0xc000045008" },
    });
    expect(await goroutine("goroutine 8 gp=0xc0000028c0 m=nil [select]:")).toMatchObject({
      attributes: { gp: "0xc0000028c0", m: "nil" },
    });
  });

  it("carry labels of Go 1.26 and of both drafts", async () => {
    const labels = { a: "b", c: "d]e: {" };
    expect(await goroutine('goroutine 1 [select, 2 minutes] {a: b, c: "d]e: {"}:')).toMatchObject({ labels });
    expect(await goroutine('goroutine 1 [running labels:{"a": "b", "c": "d]e: {"}]:')).toMatchObject({
      labels,
      state: "running",
    });
    expect(await goroutine('goroutine 1 [select, 2 minutes]{"a": "b", "c": "d]e: {"}:')).toMatchObject({ labels });
  });

  it("keep ids beyond 2^53 exactly", async () => {
    expect(await goroutine("goroutine 18446744073709551615 [running]:")).toMatchObject({ id: 18446744073709551615n });
    expect(await goroutine("goroutine 9007199254740993 [running]:")).toMatchObject({ id: 9007199254740993n });
  });
});
