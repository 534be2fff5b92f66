import type { Command } from "../command.ts";
import { OPEN_OPTIONS, PROJECT_OPTIONS } from "../option-specs.ts";

export const encode: Command = {
  name: "encode",
  summary: "write a Pigweed snapshot from JSON, or with --decode JSON from a snapshot",
  operands: { usage: "FILE", min: 1, max: 1, completes: "file" },
  options: {
    decode: { summary: "the other way: a snapshot to JSON that encode reads back" },
    out: { value: "OUT", summary: "write to this file instead of standard output", completes: "file" },
    ...PROJECT_OPTIONS,
    strict: OPEN_OPTIONS["strict"]!,
  },
  notes: [
    'Members are named as in the .proto files; bytes are base64, 64-bit integers bare digits, enums names or numbers. "@unknown" holds fields the schema does not have, as base64. The round trip keeps presence, order and unknown fields.',
  ],
  examples: [
    ["coldframe encode --decode crash.pb > crash.json", "take a snapshot apart"],
    ["coldframe encode crash.json > crash.pb", "and put it together again"],
  ],
  async run(call) {
    const { runEncode } = await import("../verbs/encode.ts");
    return runEncode(call);
  },
};
