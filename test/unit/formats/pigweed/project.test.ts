import { describe, expect, it } from "vitest";
import { parseProject } from "../../../../src/js/formats/pigweed/project.ts";
import { getPath } from "../../../../src/js/view/path.ts";
import { bytes, fixed32, int, message } from "../../../support/pb-builder.ts";
import { dumpPigweed, openPigweed } from "../../../support/pigweed-open.ts";

const PROTO = `syntax = "proto3";
package acme;
import "pw_thread_protos/thread.proto";
import "pw_tokenizer_proto/options.proto";

message Radio {
  sint32 rssi = 1;
  repeated uint32 channels = 2;
}
enum Mode { IDLE = 0; FLYING = 3; }
message AcmeThread {
  uint32 watchdog_ms = 1032;
}
message AcmeMetadata {
  string board = 1100;
}
message AcmeSnapshot {
  Radio radio = 8;
  Mode mode = 1032;
  bytes key = 1033;
  string note = 1034;
  map<string, uint32> counters = 1035;
  bytes label = 1036 [(pw.tokenizer.format) = TOKENIZATION_OPTIONAL];
  float level = 1037;
  uint32 logs = 1038;
  repeated AcmeThread threads = 18;
  AcmeMetadata metadata = 16;
}`;

const files = new Map([["acme.proto", PROTO]]);
const project = parseProject({ files, roots: ["acme.proto"], message: "acme.AcmeSnapshot" });

const SNAPSHOT = [
  message(8, int(1, 145), int(2, 1), int(2, 6)),
  message(16, bytes(1, "because"), bytes(1100, "rev B")),
  message(18, bytes(1, "Idle"), int(1032, 250)),
  message(18, bytes(1, "Work")),
  int(1032, 3),
  bytes(1033, Uint8Array.of(0, 255)),
  bytes(1034, 'a "note"\n\u001b[2J'),
  message(1035, bytes(1, "boots"), int(2, 12)),
  bytes(1036, "plain"),
  fixed32(1037, 0x3fc00000),
  int(1038, 7),
  message(19, int(1032, 9)),
];

describe("a project's own fields", () => {
  it("follow the report of each snapshot and each thread", async () => {
    const text = await dumpPigweed(SNAPSHOT, { project });
    expect(text).toContain(`
Thread (UNKNOWN): Idle
Est CPU usage: unknown
Stack info
  Current usage:   0x???????? - 0x???????? (size unknown)
  Est peak usage:  size unknown
  Stack limits:    0x???????? - 0x???????? (size unknown)
Project fields
  watchdog_ms: 250

Thread (UNKNOWN): Work
`);
    expect(text).toContain(`This snapshot contains 1 related snapshot

Project fields
  radio {
    rssi: -73
    channels: 1
    channels: 6
  }
  metadata {
    board: "rev B"
  }
  mode: FLYING
  key: 0x00ff
  note: "a \\"note\\"\\n\\u001b[2J"
  counters {
    "boots": 12
  }
  label: "plain"
  level: 1.5
  logs_1038: 7

[======`);
    expect(text.endsWith("\nProject fields\n  mode: 9")).toBe(true);
  });

  it("leave the report as it is where there is none", async () => {
    const plain = [message(16, bytes(1, "because")), message(18, bytes(1, "Idle"))];
    expect(await dumpPigweed(plain, { project })).toBe(await dumpPigweed(plain));
  });

  it("are values beside Pigweed's, inner messages included", async () => {
    const snapshot = await openPigweed(SNAPSHOT, { project });
    const at = (path: string) => snapshot.values.scalar(getPath(snapshot, path));
    expect(["radio.rssi", "radio.channels[1]", "mode", "note", "counters[boots]", "label", "level"].map(at)).toEqual([
      -73n,
      6n,
      "FLYING",
      'a "note"\n\u001b[2J',
      12n,
      "plain",
      1.5,
    ]);
    expect(at("threads[0].watchdog_ms")).toBe(250n);
    expect(at("metadata.board")).toBe("rev B");
    expect(at("related_snapshots[0].mode")).toBe(9n);
  });

  it("of threads can be named by a message of their own", async () => {
    const threads = parseProject({
      files: new Map([["t.proto", 'syntax = "proto3"; message Mine { uint32 load = 2000; } message Empty {}']]),
      roots: ["t.proto"],
      message: "Empty",
      threadMessage: "Mine",
    });
    const text = await dumpPigweed([message(18, int(2000, 42))], { project: threads });
    expect(text).toContain("Project fields\n  load: 42");
  });

  it("survive cloning", async () => {
    const snapshot = await openPigweed(SNAPSHOT, { project });
    const { values: _values, logs: _logs, ...parts } = snapshot;
    const { attachPigweed } = await import("../../../../src/js/formats/pigweed/plugin.ts");
    const clone = { ...parts, ...attachPigweed(structuredClone(parts)) };
    expect(clone.values.scalar(getPath(clone, "radio.rssi"))).toBe(-73n);
  });

  it("need a message that exists", () => {
    expect(() => parseProject({ files, roots: ["acme.proto"], message: "acme.AcmeSnapshott" })).toThrow(
      expect.objectContaining({ code: "MessageNotFound", available: expect.arrayContaining(["acme.AcmeSnapshot"]) }),
    );
    expect(() => parseProject({ files, roots: ["other.proto"], message: "X" })).toThrow(
      expect.objectContaining({ code: "ProtoNotFound" }),
    );
  });

  it("show a bounded number of lines", async () => {
    const many = Array.from({ length: 30 }, () => bytes(1034, "x"));
    const lists = parseProject({
      files: new Map([["l.proto", 'syntax = "proto3"; message L { repeated uint32 n = 1032; }']]),
      roots: ["l.proto"],
      message: "L",
    });
    const values = Uint8Array.from({ length: 20_000 }, () => 1);
    const text = await dumpPigweed([bytes(1032, values), ...many], { project: lists });
    expect(text.split("\n").length).toBeLessThan(10_300);
    expect(text).toMatch(/… and \d+ more$/);
  });
});
