import { describe, expect, it } from "vitest";
import { encodeUtf8 } from "../../../src/js/base/bytes.ts";
import type { FormatId } from "../../../src/js/base/format-id.ts";
import { HEAD_BYTES } from "../../../src/js/formats/detect.ts";
import { FORMATS } from "../../../src/js/formats/registry.ts";
import { readGoldenJson } from "../../support/btf.ts";
import { readFixture } from "../../support/fixture.ts";
import { GOROUTINE_FILES, goroutineFixture } from "../../support/goroutines.ts";
import { captureOf, type RecordedObject } from "../../support/recorded-object.ts";

/** Own format at least this sure, all others at most that. */
const OWN = 80;
const OTHERS = 20;

const pigweed = import.meta.glob<string>("../../golden/pigweed/cases/*.pb", {
  query: "?url",
  import: "default",
  eager: true,
});
const schedExt = import.meta.glob<string>(
  ["../../golden/sched-ext/{reports,context}/*", "!../../golden/sched-ext/reports/PROVENANCE.json"],
  { query: "?url", import: "default", eager: true },
);

/** Goldens that no probe can be sure of, with why. Others must keep away from them all the same. */
const UNSURE: Readonly<Record<string, string>> = {
  "empty.pb": "no bytes",
  "bad_end_group.pb": "one byte, no field",
  "bad_field_zero.pb": "no field",
  "not_a_snapshot_text.pb": "text",
  "truncated_1.pb": "one byte",
  "truncated_3.pb": "no whole field",
  "log_empty_entries.pb": "empty log entries alone are any message's field 1",
  "log_args_star_missing.pb": "one log entry with a message and nothing else",
  "log_bad_base_crash.pb": "one log entry with a message and nothing else",
  "log_bad_base_no_db.pb": "one log entry with a message and nothing else",
  "panic-none-go1.24.txt": "a panic's message without any goroutine",
  "wrong_wire_type.pb": "half of its fields are of the wrong wire type",
};

function scoresOf(bytes: Uint8Array, name: string): ReadonlyMap<FormatId, number> {
  const head = bytes.subarray(0, HEAD_BYTES);
  return new Map(FORMATS.map(({ id, probe }) => [id, probe(head, bytes.length, name)]));
}

function expectLaw(own: FormatId, bytes: Uint8Array, name: string): void {
  const scores = scoresOf(bytes, name);
  const others = [...scores].filter(([id, score]) => id !== own && score > OTHERS);
  expect(others).toEqual([]);
  if (!(name in UNSURE)) expect(scores.get(own)).toBeGreaterThanOrEqual(OWN);
}

const fileName = (path: string): string => path.replace(/^.*\//, "");
const rows = (urls: Record<string, string>) =>
  Object.entries(urls).map(([path, url]) => [fileName(path), url] as const);

describe("only its own format is sure of", () => {
  it.each(rows(pigweed))("the Pigweed snapshot %s", async (name, url) => {
    expectLaw("pigweed", await readFixture(url), name);
  });

  it.each(rows(schedExt))("the sched_ext dump %s", async (name, url) => {
    expectLaw("sched-ext", await readFixture(url), name);
  });

  it.each(GOROUTINE_FILES.filter((name) => /\.(?:txt|txt\.gz|pb\.gz)$/.test(name) && !/expected|^src\//.test(name)))(
    "the goroutines of %s",
    async (name) => {
      expectLaw("goroutines", await goroutineFixture(name), fileName(name).replace(/\.gz$/, ""));
    },
  );

  it.each(["o04_percpu", "o08_sched"])("the capture of %s", async (name) => {
    expectLaw("bpf", await captureOf(await readGoldenJson<RecordedObject>(`maps/${name}.json.gz`)), `${name}.cfbpf`);
  });

  it("an Inspect file", () => {
    const text = '[{"moniker":"core/app","metadata":{"timestamp":1},"payload":{"root":{"a":1}}}]';
    expectLaw("inspect", encodeUtf8(text), "inspect.json");
  });
});
