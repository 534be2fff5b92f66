import { describe, expect, it } from "vitest";
import { encodeUtf8 } from "../../../../src/js/base/bytes.ts";
import {
  failureDumpKind,
  readFailureDump,
  readFailureDumps,
} from "../../../../src/js/formats/sched-ext/failure-dump.ts";
import { redactFailureDump } from "../../../../src/js/formats/sched-ext/redaction/redact-dump.ts";
import type { ValueNode, ValueSource } from "../../../../src/js/model/values.ts";
import { viewCapture } from "../../../../src/js/view/capture.ts";
import { getPath, listChildren } from "../../../../src/js/view/path.ts";
import { goldenText, reportNames } from "../../../support/sched-ext-cases.ts";

/** Visits every node without recursion. @returns how many there are. */
function walkAll(values: ValueSource): number {
  let visited = 0;
  const open: ValueNode[] = [values.root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    visited++;
    values.scalar(node);
    values.rawInteger?.(node);
    for (const child of values.page(node, 0, values.count(node))) open.push(child);
  }
  return visited;
}

describe("reading failure dumps", () => {
  it.each(reportNames())("reads %s without an issue of its own and walks every value", (name) => {
    const { dumps, issues } = readFailureDumps(goldenText(`reports/${name}.json`));
    expect(issues.filter((issue) => issue.code !== "CaptureIncomplete")).toEqual([]);
    expect(dumps).toHaveLength(1);
    expect(walkAll(dumps[0]!.values)).toBeGreaterThan(0);
  });

  it.each(reportNames())("keeps what is readable of %s cut at 32 lengths", (name) => {
    const bytes = encodeUtf8(goldenText(`reports/${name}.json`).trimEnd());
    for (let i = 0; i < 32; i++) {
      const cut = bytes.subarray(0, Math.floor((bytes.length * i) / 32));
      const { dumps, issues } = readFailureDumps(cut);
      expect(issues[0]?.code).toMatch(/^(MalformedJson|UnknownSchema)$/);
      for (const dump of dumps) walkAll(dump.values);
    }
  });

  it("keeps the maps before a cut, and what the cut map has", () => {
    const text = goldenText("reports/synthetic_basic.json");
    const { dumps } = readFailureDumps(text.slice(0, text.indexOf("runtime_ns", text.indexOf('"tid"'))));
    const view = viewCapture(dumps[0]!);
    expect(view.var("nr_cpus_onln").asU64()).toBe(4n);
    expect(view.map("scx_per_task").at(0).get("tid").asI64()).toBe(100n);
  });

  it("says where a value is wrong and keeps the others", () => {
    const text =
      '{"schema":"single","maps":[{"name":"a.bss","map_type":-1,"value_size":4,"max_entries":1,"value":{"kind":"struct","members":[{"name":"x","value":{"kind":"uint","bits":32,"value":"7"}},{"name":"y","value":{"kind":"uint","bits":32,"value":8}}]}}]}';
    const { dumps, issues } = readFailureDumps(text);
    expect(issues.map(({ code, path, offset }) => [code, path, text[offset!]])).toEqual([
      ["ValueOutOfRange", "maps[0].map_type", "-"],
      ["ValueOutOfRange", "maps[0].value.members[0].value.value", '"'],
    ]);
    expect(viewCapture(dumps[0]!).var("y").asU64()).toBe(8n);
  });

  it("keeps unknown members", () => {
    const dump = readFailureDump(
      '{"schema":"single","future":{"big":18446744073709551615},"maps":[{"name":"m","map_type":1,"value_size":1,"max_entries":1,"colour":"red"}],"__proto__":{"x":1}}',
    );
    expect(dump.values.scalar(getPath(dump, "future.big"))).toBe(18446744073709551615n);
    expect(dump.values.scalar(getPath(dump, "maps.m.colour"))).toBe("red");
    expect(dump.values.scalar(getPath(dump, "__proto__.x"))).toBe(1n);
    expect(({} as Record<string, unknown>)["x"]).toBeUndefined();
  });

  it("reads a tag that stands last, and any order of members", () => {
    const dump = readFailureDump(
      '{"maps":[{"max_entries":1,"value":{"members":[{"value":{"value":18446744073709551615,"bits":64,"kind":"uint"},"name":"n"}],"kind":"struct"},"value_size":8,"map_type":2,"name":"o.bss"}],"schema":"single"}',
    );
    expect(viewCapture(dump).var("n").asU64()).toBe(18446744073709551615n);
  });

  it("nests values deeply without overflowing", () => {
    const deep = (levels: number): string =>
      levels === 0 ? '{"kind":"bool","value":true}' : `{"kind":"ptr","value":1,"deref":${deep(levels - 1)}}`;
    const wrap = (value: string): string =>
      `{"schema":"single","maps":[{"name":"a.bss","map_type":2,"value_size":1,"max_entries":1,"value":${value}}]}`;
    expect(readFailureDumps(wrap(deep(90))).issues).toEqual([]);
    const { dumps, issues } = readFailureDumps(wrap(deep(3000)));
    expect(issues.map((issue) => issue.code)).toEqual(["LimitExceeded"]);
    expect(walkAll(dumps[0]!.values)).toBeGreaterThan(90);
  });

  it("refuses what the format's own tools refuse", () => {
    expect(failureDumpKind('{"schema":"single","maps":[],"schema_version":2}')).toBe("Single");
    expect(failureDumpKind('{"schema":"single"}')).toBeUndefined();
    expect(failureDumpKind('{"schema":"single","maps":[]} x')).toBeUndefined();
    expect(failureDumpKind('{"schema":"single","maps":[],"maps_truncated":-1}')).toBeUndefined();
    expect(failureDumpKind('{"schema":"dual","early":null,"late":{"schema":"single","maps":[]}}')).toBe("Dual");
    expect(failureDumpKind('{"schema":"dual","late":{"maps":[]}}')).toBeUndefined();
    expect(failureDumpKind("[]")).toBeUndefined();
  });

  it("tells what a capture lacks", () => {
    const { issues } = readFailureDumps(goldenText("reports/layered_stall.json"));
    const gaps = issues.map(({ path, message }) => `${path}: ${message}`);
    expect(gaps).toContain("maps_truncated: the capture met its deadline after 2500000 µs and left out 7 maps");
    expect(gaps).toContain("dsq_states[2]: the list of tasks of the queue 1024 (user) is cut: 0 of 41");
    expect(gaps).toContain("vcpu_regs[1]: registers of vCPU 1 were not captured");
  });

  it("lists a dump by paths that lead back", () => {
    const dump = readFailureDump(goldenText("reports/hash_maps.json"));
    const open = [""];
    let seen = 0;
    for (let path = open.pop(); path !== undefined; path = open.pop()) {
      for (const child of listChildren(dump, path).children) {
        seen++;
        const found = getPath(dump, child.path);
        expect([found.kind, found.name, dump.values.scalar(found)]).toEqual([
          child.node.kind,
          child.node.name,
          dump.values.scalar(child.node),
        ]);
        open.push(child.path);
      }
    }
    expect(seen).toBeGreaterThan(300);
    expect(dump.values.scalar(getPath(dump, "maps.scx_big.entries[3].value"))).toBe(30n);
  });

  it("says that a member is there twice and takes the last one, as its issue says", () => {
    const text = '{"schema":"single","maps":[],"maps_truncated":1,"maps_truncated":2}';
    const { dumps, issues } = readFailureDumps(text);
    expect(issues[0]).toMatchObject({ code: "DuplicateMember", offset: 65 });
    expect(dumps[0]?.maps.host.maps_truncated).toBe(2);
    expect(failureDumpKind(text)).toBeUndefined();
    const unknown = '{"schema":"single","maps":[],"new":1,"new":2}';
    expect(readFailureDumps(unknown).issues).toEqual([]);
  });

  it("reads entries that have members of other lists, of any kind", () => {
    const strange = '"value":5,"payload":"s3cret","per_cpu":{"a":1},"key":[1]';
    const text = `{"schema":"single","maps":[
      {"name":"a","map_type":6,"value_size":8,"max_entries":1,"percpu_entries":[{${strange.replace('"per_cpu":{"a":1},', "")},"key":0,"per_cpu":[null]}]},
      {"name":"b","map_type":2,"value_size":8,"max_entries":2,"array_entries":[{"payload":"s3cret","per_cpu":{"a":1},"key":0}]},
      {"name":"c","map_type":1,"value_size":8,"max_entries":1,"entries":[{"key_hex":"","value_hex":"","per_cpu":{"a":1}}]}]}`;
    const dump = readFailureDump(text);
    expect(walkAll(dump.values)).toBeGreaterThan(20);
    const view = viewCapture(dump);
    expect(view.map("a").at(0).payload("").error?.code).toBe("TypeMismatch");
    expect([...redactFailureDump(text, { key: new Uint8Array(16).fill(1) })].join("")).not.toContain("s3cret");
  });
});
