import { splitDelimited } from "../objects.mjs";

/** Snapshots of a run that are decoded before their memory is given back. */
const PER_COLLECTION = 2_000;
const MAX_KEPT_BYTES = 512 * 1024 * 1024;

/**
 * as-proto's generated classes, with what keeps them from reading these messages mended: the end of packed fields and
 * map entries is computed before their length is read, packed fields must be spelled out, and an empty field of an
 * unknown number is skipped as a varint. Fields are read in Wasm; they cannot cross to JavaScript.
 */
export async function load({ asProto }) {
  const wasm = await WebAssembly.compile(asProto);
  let core = start(wasm);
  const put = (bytes) => {
    const at = core.input_ptr(bytes.length);
    new Uint8Array(core.memory.buffer, at >>> 0, bytes.length).set(bytes);
  };
  return [
    {
      name: "as-proto, mended",
      run(task, kind, bytes) {
        if (kind === "fleet") return { held: core, sum: decodeFleet(core, bytes) };
        put(bytes);
        core[kind === "profile" ? "decode_profile" : "decode_snapshot"]();
        return { held: core, sum: task === "decode" ? 0 : core[READERS[task][kind]]() >>> 0 };
      },
      release() {
        core.release_all();
        // Linear memory never shrinks: after a very large input the instance goes.
        if (core.memory.buffer.byteLength > MAX_KEPT_BYTES) core = start(wasm);
      },
      linearBytes: () => core.memory.buffer.byteLength,
    },
  ];
}

const READERS = {
  one: { logs: "sum_levels", profile: "count_frames" },
  every: { logs: "read_logs", threads: "read_threads", profile: "read_profile" },
  text: { logs: "log_texts", threads: "thread_texts", profile: "profile_texts" },
};

function decodeFleet(core, bytes) {
  let sum = 0;
  let count = 0;
  let from = 0;
  let parts = [];
  const flush = (end) => {
    const at = core.input_ptr(end - from);
    new Uint8Array(core.memory.buffer, at >>> 0, end - from).set(bytes.subarray(from, end));
    for (const [offset, length] of parts) sum += core.decode_part(offset - from, length);
    core.release();
    parts = [];
    from = end;
  };
  for (const part of splitDelimited(bytes)) {
    const offset = part.byteOffset - bytes.byteOffset;
    parts.push([offset, part.length]);
    if (++count % PER_COLLECTION === 0) flush(offset + part.length);
  }
  flush(bytes.length);
  return sum;
}

function start(module) {
  const env = {
    abort: () => {
      throw new Error("as-proto aborted");
    },
  };
  return new WebAssembly.Instance(module, { env }).exports;
}
