import { describe, expect, it } from "vitest";
import { type DiffOptions, diffSnapshots } from "../../../src/js/analysis/diff-snapshots.ts";
import type { Snapshot } from "../../../src/js/model/snapshot.ts";
import { goldenText, openDumps } from "../../support/sched-ext-cases.ts";

const stall = goldenText("reports/layered_stall.json");
const open = (text: string): Snapshot => openDumps("dump", text)[0]!;
/** The same dump of a kernel that was loaded elsewhere. */
const moved = stall.replaceAll(/\b1844\d{16}\b/g, (text) => String(BigInt(text) + 0x700_0000n));
const paths = (a: string, b: string, options?: DiffOptions): string[] =>
  diffSnapshots(open(a), open(b), options).sections.flatMap(({ entries }) => entries.map(({ path }) => path));

describe("diff of two captures of a kernel", () => {
  it("finds nothing where only addresses differ", () => {
    expect(moved).not.toBe(stall);
    expect(paths(stall, moved)).toEqual([]);
    expect(diffSnapshots(open(stall), open(moved)).isEqual).toBe(true);
  });

  it("compares addresses when asked to", () => {
    expect(paths(stall, moved, { addresses: "compare" }).length).toBeGreaterThan(15);
  });

  it("still finds what changed: counters, entries by key, queue lengths, members behind pointers", () => {
    const changed = moved
      .replace(/"nr": ?41/, '"nr":40')
      .replace('"nr_running":2', '"nr_running":3')
      .replace('"nr_running": 2', '"nr_running": 3');
    expect(paths(stall, changed)).toEqual(["values.rq_scx_states[0].nr_running", "values.dsq_states[2].nr"]);
    const kinds = goldenText("reports/value_kinds.json");
    const pointee = kinds.replace(/("name": ?"p_arena".*?"deref".*?"value": ?)5/s, "$16");
    expect(pointee).not.toBe(kinds);
    expect(paths(kinds, pointee)).toEqual(['values.maps["kinds.bss"].value.p_arena.x']);
  });

  it("tells null from an address", () => {
    const kinds = goldenText("reports/value_kinds.json");
    const gone = kinds.replace(/("name": ?"p_plain".*?"value": ?)57005/s, "$10");
    expect(gone).not.toBe(kinds);
    expect(paths(kinds, gone)).toEqual(['values.maps["kinds.bss"].value.p_plain']);
  });

  it("leaves out kept bytes and addresses in texts, not other texts", () => {
    const dump = (hex: string, error: string, value = '"value":{"kind":"uint","bits":32,"value":1},'): string =>
      `{"schema":"single","maps":[{"name":"m","map_type":1,"value_size":4,"max_entries":9,"error":"${error}","entries":[{"key_hex":"01",${value}"value_hex":"${hex}"}]}]}`;
    expect(paths(dump("01", "no page at 0xffff8881"), dump("02", "no page at 0xffff9992"))).toEqual([]);
    expect(paths(dump("01", "no page"), dump("01", "cut"))).toContain("values.maps.m.error");
    expect(paths(dump("01", "x", ""), dump("02", "x", ""))).toEqual(["values.maps.m.entries.01.value_hex"]);
  });
});
