import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type JsonValue, parseJson } from "../../src/js/base/json.ts";
import type { CaptureEncoder } from "../../src/js/formats/bpf/capture/encoder.ts";
import { NoTwin, type RenderedMap, twinOf } from "../support/bpf-twin.ts";

/**
 * One suite, two sources: the recorded accessor cases of failure dumps, run over raw BPF captures that hold the same
 * content as types and bytes.
 */
interface AccessorCase {
  readonly id: string;
  readonly report: string;
  readonly call: readonly (readonly unknown[])[];
  readonly expected: Readonly<Record<string, unknown>>;
}

const GOLDEN = "test/golden/sched-ext";
const dist = (name: string): Promise<Record<string, (...args: never[]) => unknown>> =>
  import(new URL(`../../dist/${name}.js`, import.meta.url).href);
const { runCalls } = (await import(new URL("../accept/sched-ext/calls.mjs", import.meta.url).href)) as {
  runCalls: (view: unknown, calls: AccessorCase["call"]) => unknown;
};
const { createCaptureEncoder, viewCapture } = (await dist("bpf")) as unknown as {
  createCaptureEncoder: () => Promise<CaptureEncoder>;
  viewCapture: (snapshot: unknown, options: { readonly strict: boolean }) => unknown;
};
const { open } = (await dist("index")) as unknown as { open: (bytes: Uint8Array, options: object) => Promise<unknown> };
const encoder = await createCaptureEncoder();

function plain(value: JsonValue): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, member]) => [key, plain(member)]));
  return value;
}

const cases = (JSON.parse(readFileSync(`${GOLDEN}/accessor_cases.json`, "utf8")) as { cases: AccessorCase[] }).cases;

/** Maps of a report that have a twin, each alone: what one map cannot say must not hide the others. */
function mapsOf(report: string): RenderedMap[] {
  const { maps } = plain(parseJson(readFileSync(`${GOLDEN}/reports/${report}.json`, "utf8"))) as {
    maps: RenderedMap[];
  };
  return maps.map((map) => ({
    ...map,
    map_type: Number(map.map_type),
    value_size: Number(map.value_size),
    max_entries: Number(map.max_entries),
  }));
}

function hasTwin(map: RenderedMap): boolean {
  try {
    twinOf(encoder, [numbersIn(map)]);
    return true;
  } catch (error) {
    if (error instanceof NoTwin) return false;
    throw error;
  }
}

/** Bits and CPU keys are small numbers; values stay exact. */
function numbersIn(map: RenderedMap): RenderedMap {
  const fix = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(fix);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, own]) => [
        key,
        key === "bits" || (key === "key" && typeof own === "bigint") ? Number(own) : fix(own),
      ]),
    );
  };
  return fix(map) as RenderedMap;
}

/** A section without the variables that bytes cannot hold: texts of CPU masks, values cut by a timeout. */
function withTwins(map: RenderedMap): RenderedMap {
  const value = map.value!;
  const members = value.members!.filter((member) => hasTwin({ ...map, value: { ...value, members: [member] } }));
  return { ...map, value: { ...value, members } };
}

/** The one map that a case reads, if it reads a map by name and nothing of the machine around it. */
function subject({ call, report }: AccessorCase): RenderedMap | undefined {
  const [[operation, name] = []] = call;
  const maps = mapsOf(report);
  if (operation === "map") return maps.find((map) => map.name === name);
  if (operation !== "var") return undefined;
  // BTF has no variable without a name.
  if (name === "") return undefined;
  const owners = maps.filter((map) => map.value?.members?.some((member) => member.name === name));
  return owners.length === 1 ? withTwins(owners[0]!) : undefined;
}

const REPORTS = ["synthetic_basic", "percpu_maps", "hash_maps", "layered_stall", "value_kinds"];
const runnable = cases.flatMap((one) => {
  const map = REPORTS.includes(one.report) ? subject(one) : undefined;
  const kinds = JSON.stringify(one.expected);
  // A dump names pointers that it did not follow and keeps texts of keys in hex; bytes have neither.
  const ownToDumps = /payload|error|deref|skipped|"hex:/.test(kinds + JSON.stringify(one.call));
  const isThere = one.call[0]?.[0] !== "var" || map?.value?.members?.some(({ name }) => name === one.call[0]?.[1]);
  return isThere && map !== undefined && map.map_type !== 29 && !ownToDumps && hasTwin(map) ? [{ ...one, map }] : [];
});

describe("accessors over raw bytes, as over failure dumps", () => {
  it("covers a good part of the recorded cases", () => {
    expect(runnable.length).toBeGreaterThan(40);
  });

  it.each(runnable)("$id of $report", async ({ call, report, map }) => {
    const dump = await open(readFileSync(`${GOLDEN}/reports/${report}.json`), { format: "sched-ext" });
    const twin = await open(twinOf(encoder, [numbersIn(map)]), { format: "bpf" });
    const [overDump, overBytes] = [dump, twin].map((source) => runCalls(viewCapture(source, { strict: true }), call));
    expect(overBytes).toEqual(overDump);
  });
});
