import type { Core } from "../js/abi/core.ts";
import { type DecodeResult, decodeMessage, releaseRows, scanWindows } from "../js/abi/decode.ts";
import { type CompiledSchema, compileSchema, getMessageLayout } from "../js/abi/schema.ts";
import { parseProtoFiles } from "../js/proto/parser.ts";
import { BENCH_PROTO } from "./messages.ts";
import { PlainRows } from "./plain-rows.ts";
import { RowReader, type RowTask } from "./row-tasks.ts";
import type { WorkloadKind } from "./workloads.ts";

export type Task = "decode" | RowTask;

/** One way of decoding. Every task of a story must give all contestants the same number. */
export interface Contestant {
  readonly name: string;
  /** Called before each run, outside the timing. */
  prepare?(): void;
  /** Decodes and, unless the task is `decode`, reads. @returns what keeps the result alive, and the sum. */
  run(task: Task, kind: WorkloadKind, bytes: Uint8Array): { readonly held: unknown; readonly sum: number };
  /** Called with what was held once its memory has been counted. */
  release?(held: unknown): void;
  /** Memory that is kept for the next run and not part of this result. */
  spareBytes?(): number;
  /** Wasm memory, which never shrinks: counted whole with every result. */
  linearBytes?(): number;
}

const TYPES: Readonly<Record<WorkloadKind, string>> = {
  logs: "bench.Snapshot",
  threads: "bench.Snapshot",
  profile: "bench.Profile",
  fleet: "bench.Batch",
};

/** Ours: rows copied out, as the library returns them; rows read in place; and the same design without Wasm. */
export function rowContestants(core: Core): Contestant[] {
  const schema = compileSchema(parseProtoFiles(new Map([["bench.proto", BENCH_PROTO]]), ["bench.proto"]), [
    ...new Set(Object.values(TYPES)),
  ]);
  const reader = new RowReader(schema);
  return [copied(core, schema, reader), inPlace(core, schema, reader), plain(schema, reader)];
}

function copied(core: Core, schema: CompiledSchema, reader: RowReader): Contestant {
  return {
    name: "coldframe",
    run(task, kind, bytes) {
      const result = decodeMessage(core, schema, TYPES[kind], bytes, { delimited: kind === "fleet" });
      if (result.issues[0] !== undefined) throw new Error(result.issues[0].message);
      const read = task === "decode" && kind === "fleet" ? "every" : task;
      if (read === "decode") return { held: result, sum: 0 };
      let sum = 0;
      for (const window of result.windows) sum += reader.read(read, kind, window, bytes);
      return { held: result, sum: sum % 2 ** 32 };
    },
    // What a caller does who goes on to the next file; outside the timing, as the others' garbage collection is.
    release: (held) => releaseRows(core, held as DecodeResult),
    spareBytes: () => core.rowMemory.keptBytes,
    linearBytes: () => core.memoryBytes,
  };
}

function inPlace(core: Core, schema: CompiledSchema, reader: RowReader): Contestant {
  return {
    name: "coldframe, rows in place",
    run(task, kind, bytes) {
      const layout = getMessageLayout(schema, TYPES[kind]);
      const read = task === "decode" && kind === "fleet" ? "every" : task;
      let sum = 0;
      for (const { base, result } of scanWindows(core, schema, layout, bytes, { delimited: kind === "fleet" })) {
        if (result.status !== 0) throw new Error(`status ${result.status}`);
        if (read !== "decode") sum += reader.read(read, kind, { base, tape: result.tape }, bytes);
      }
      return { held: bytes, sum: sum % 2 ** 32 };
    },
    linearBytes: () => core.memoryBytes,
  };
}

function plain(schema: CompiledSchema, reader: RowReader): Contestant {
  const rows = new PlainRows(schema);
  return {
    name: "same rows, plain JavaScript",
    run(task, kind, bytes) {
      const read = task === "decode" && kind === "fleet" ? "every" : task;
      let sum = 0;
      rows.scan(getMessageLayout(schema, TYPES[kind]), bytes, kind === "fleet", (tape) => {
        if (read !== "decode") sum += reader.read(read, kind, { base: 0, tape }, bytes);
      });
      return { held: bytes, sum: sum % 2 ** 32 };
    },
    linearBytes: () => rows.tape.byteLength,
  };
}
