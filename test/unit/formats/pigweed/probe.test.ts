import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeUtf8 } from "../../../../src/js/base/bytes.ts";
import { HEAD_BYTES } from "../../../../src/js/formats/detect.ts";
import { probePigweed } from "../../../../src/js/formats/pigweed/probe.ts";
import { readFixture } from "../../../support/fixture.ts";

const inputs = import.meta.glob<string>("../../../golden/pigweed/cases/*.pb", {
  query: "?url",
  import: "default",
  eager: true,
});

const nameOf = (path: string) => path.replace(/^.*\/|\.pb$/g, "");
const probe = (bytes: Uint8Array) => probePigweed(bytes.subarray(0, HEAD_BYTES), bytes.length);

/** Inputs that nothing could recognise by content, with why. `--format pigweed` opens them. */
const UNRECOGNISED: Readonly<Record<string, string>> = {
  empty: "no bytes",
  bad_end_group: "one byte, no field",
  bad_field_zero: "no field",
  not_a_snapshot_text: "text",
  truncated_1: "one byte",
  truncated_3: "no whole field",
  log_empty_entries: "empty log entries alone are any message's field 1",
  log_args_star_missing: "one log entry with a message and nothing else",
  log_bad_base_crash: "one log entry with a message and nothing else",
  log_bad_base_no_db: "one log entry with a message and nothing else",
  wrong_wire_type: "half of its fields are of the wrong wire type",
};

describe("the probe", () => {
  it.each(Object.entries(inputs).map(([path, url]) => [nameOf(path), url] as const))(
    "recognises %s",
    async (name, url) => {
      const score = probe(await readFixture(url));
      if (name in UNRECOGNISED) expect(score).toBeLessThan(80);
      else expect(score).toBeGreaterThanOrEqual(80);
    },
  );

  it.each([
    ["JSON", '[{"moniker": "core"}]'],
    ["an object", '{"Cnt": 1, "x": "\\u0000"}'],
    ["a goroutine dump", "goroutine 1 [running]:\nmain.main()\n\t/tmp/x.go:3 +0x1d\n"],
    ["a text that begins with newlines", "\n\n  $ make\n  all\n"],
    ["a failure dump", "sched_ext: exiting: error\n\nCPU states\n"],
    ["an ELF", "\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x02\0\x3e\0"],
    ["CSV tokens", '0001a2b3,          ,"","Hello %d"\n'],
  ])("does not take %s for a snapshot", (_what, text) => {
    expect(probe(encodeUtf8(text))).toBeLessThanOrEqual(20);
  });

  it("does not take another protobuf for a snapshot", () => {
    // A pprof profile: sample types { varint, varint }, samples with packed fields.
    const profile = [0x0a, 4, 8, 1, 16, 2, 0x12, 5, 0x0a, 2, 1, 2, 0x12, 1, 7, 0x22, 2, 8, 1, 0x32, 0];
    expect(probe(Uint8Array.from(profile))).toBeLessThanOrEqual(20);
  });

  it("never throws and never leaves 0 … 100, whatever the bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat(1 << 20), (bytes, more) => {
        const score = probePigweed(bytes, bytes.length + more);
        expect(score >= 0 && score <= 100).toBe(true);
      }),
    );
  });
});
