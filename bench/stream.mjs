// One gigabyte out of a stream, window by window: rate, and the most memory that was held for it.
const ROUNDS = 3;
const PARTS = 8;

export async function timeStream(library) {
  const { compileSchema, loadCore, makeWorkload, parseProtoFiles, BENCH_PROTO, scanStream } = library;
  const bytes = await makeWorkload("logs128");
  const schema = compileSchema(parseProtoFiles(new Map([["b.proto", BENCH_PROTO]]), ["b.proto"]), ["bench.Snapshot"]);
  const { slot } = schema.messages.get("bench.LogEntry").byName.get("level");
  const core = await loadCore((await import("node:fs")).readFileSync("build/core.wasm"));
  const times = [];
  let summary;
  let checksum;
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    const windows = scanStream(core, schema, "bench.Snapshot", repeated(bytes, PARTS));
    let sum = 0;
    for (let step = await windows.next(); ; step = await windows.next()) {
      if (step.done) {
        summary = step.value;
        break;
      }
      step.value.root.messages("logs").forEachRow((tape, at) => {
        sum += tape[at + slot];
      });
    }
    times.push(performance.now() - start);
    checksum = sum % 4294967296;
  }
  times.sort((a, b) => a - b);
  if (summary.skipped.length > 0) throw new Error(`passed over ${JSON.stringify(summary.skipped)}`);
  const median = times[ROUNDS >> 1];
  const range = { median_ms: median, min_ms: times[0], max_ms: times.at(-1) };
  const mb_per_s = Math.round(summary.byteLength / 1000 / median);
  const contestant = { name: "coldframe, stream", ...range, mb_per_s, peak_bytes: summary.peakBytes, checksum };
  return [{ name: "stream of 1 GB, one field of every record", bytes: summary.byteLength, contestants: [contestant] }];
}

/** `bytes`, `times` over, in chunks such as a file's stream gives. */
function repeated(bytes, times) {
  let at = 0;
  let round = 0;
  return new ReadableStream({
    pull(controller) {
      if (round === times) return controller.close();
      controller.enqueue(bytes.slice(at, at + 262_144));
      at += 262_144;
      if (at < bytes.length) return;
      at = 0;
      round++;
    },
  });
}
