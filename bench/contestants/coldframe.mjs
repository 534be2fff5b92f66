/** Our own core: rows copied out (what the library returns) and rows read in place, window by window. */
export async function load({ library, schema, wasm }) {
  const { compileSchema, decodeMessage, getMessageLayout, loadCore, releaseRows, scanWindows } = library;
  const compiled = compileSchema(schema, ["bench.Snapshot", "bench.Profile", "bench.Batch"]);
  const core = await loadCore(wasm);
  const slots = slotsOf(compiled);
  const typeOf = (kind) => (kind === "profile" ? "bench.Profile" : kind === "fleet" ? "bench.Batch" : "bench.Snapshot");
  const scan = (kind, bytes, visit) => {
    const layout = getMessageLayout(compiled, typeOf(kind));
    let sum = 0;
    for (const { base, result } of scanWindows(core, compiled, layout, bytes, { delimited: kind === "fleet" })) {
      if (result.status !== 0) throw new Error(`status ${result.status}`);
      sum += visit({ base, tape: result.tape }, bytes);
    }
    return sum % 4294967296;
  };
  const READ = { logs: readLogs, threads: readThreads, profile: readProfile, fleet: readFleet };
  const ONE = { logs: sumLevels, threads: sumStates, profile: countFrames, fleet: readFleet };
  const over =
    (table) =>
    (kind, { windows, bytes }) =>
      windows.reduce((sum, window) => sum + table[kind](window, bytes, slots), 0) % 4294967296;
  return [
    {
      name: "coldframe",
      decode: (kind, bytes) => {
        const { windows, issues } = decodeMessage(core, compiled, typeOf(kind), bytes, { delimited: kind === "fleet" });
        if (issues.length > 0) throw new Error(issues[0].message);
        return { windows, bytes };
      },
      one: over(ONE),
      every: over(READ),
      // What a caller does who goes on to the next file; outside the timing, as the others' garbage collection is.
      release: ({ windows }) => releaseRows(core, { windows }),
      memoryBytes: () => core.memoryBytes + core.rowMemory.keptBytes,
    },
    {
      name: "coldframe, rows in place",
      // One pass: the rows of a window are read before the next window overwrites them.
      decode: (kind, bytes) => ({ kind, bytes, rows: scan(kind, bytes, ({ tape }) => tape.length) }),
      fusedOne: (kind, bytes) => scan(kind, bytes, (window, input) => ONE[kind](window, input, slots)),
      fusedEvery: (kind, bytes) => scan(kind, bytes, (window, input) => READ[kind](window, input, slots)),
      memoryBytes: () => core.memoryBytes,
    },
  ];
}

/** Word offsets of every field, by "Message.field". */
function slotsOf(compiled) {
  const slots = {};
  for (const layout of compiled.messages.values()) {
    for (const field of layout.fields) slots[`${layout.name.slice(6)}_${field.field.name}`] = field.slot;
  }
  return slots;
}

const NEXT = 0;
/** Flag of a run whose 64-bit values have one word each. */
const NARROW = 0x80000000;

function readLogs({ base, tape }, bytes, s) {
  const message = s.LogEntry_message;
  const [level, flags, timestamp, elapsed] = [
    s.LogEntry_level,
    s.LogEntry_flags,
    s.LogEntry_timestamp,
    s.LogEntry_elapsed,
  ];
  const [dropped, module, file, thread] = [s.LogEntry_dropped, s.LogEntry_module, s.LogEntry_file, s.LogEntry_thread];
  let sum = 0;
  for (let at = tape[s.Snapshot_logs], n = tape[s.Snapshot_logs + 2]; n > 0; n--, at = tape[at + NEXT]) {
    sum += tape[at + level] + tape[at + flags] + tape[at + timestamp] + tape[at + elapsed] + tape[at + dropped];
    sum += span(tape, at + message, bytes, base) + span(tape, at + module, bytes, base);
    sum += span(tape, at + file, bytes, base) + span(tape, at + thread, bytes, base);
  }
  return sum;
}

/** Length and first byte of a string or bytes field. */
function span(tape, at, bytes, base) {
  const length = tape[at + 1];
  return length === 0 ? 0 : length + bytes[base + tape[at]];
}

function sumLevels({ tape }, _bytes, s) {
  let sum = 0;
  for (let at = tape[s.Snapshot_logs], n = tape[s.Snapshot_logs + 2]; n > 0; n--, at = tape[at + NEXT])
    sum += tape[at + s.LogEntry_level];
  return sum;
}

function readThreads({ base, tape }, bytes, s) {
  let sum = 0;
  for (let at = tape[s.Snapshot_threads], n = tape[s.Snapshot_threads + 2]; n > 0; n--, at = tape[at + NEXT]) {
    sum += tape[at + s.Thread_name + 1] + tape[at + s.Thread_state] + span(tape, at + s.Thread_stack, bytes, base);
    sum +=
      tape[at + s.Thread_usage] + tape[at + s.Thread_start] + tape[at + s.Thread_end] + tape[at + s.Thread_pointer];
    sum += tape[at + s.Thread_peak] + tape[at + s.Thread_id];
    sum += sumRuns(tape, at + s.Thread_backtrace, 0) + sumRuns(tape, at + s.Thread_symbols, 1);
  }
  return sum;
}

function sumStates({ tape }, _bytes, s) {
  let sum = 0;
  for (let at = tape[s.Snapshot_threads], n = tape[s.Snapshot_threads + 2]; n > 0; n--, at = tape[at + NEXT])
    sum += tape[at + s.Thread_state];
  return sum;
}

/** Sum of one word of every two-word value of a list: the low word of numbers, the length of strings. */
function sumRuns(tape, slot, word) {
  if (tape[slot + 2] === 0) return 0;
  let sum = 0;
  let run = tape[slot];
  do {
    const count = tape[run + 1];
    if (count >= NARROW) for (let at = run + 2, end = at + (count - NARROW); at < end; at++) sum += tape[at];
    else for (let at = run + 2 + word, end = run + 2 + count * 2; at < end; at += 2) sum += tape[at];
    run = tape[run];
  } while (run !== 0);
  return sum;
}

function readProfile({ tape }, _bytes, s) {
  let sum = 0;
  for (let at = tape[s.Profile_sample], n = tape[s.Profile_sample + 2]; n > 0; n--, at = tape[at + NEXT]) {
    sum += sumRuns(tape, at + s.Sample_locations, 0) + sumRuns(tape, at + s.Sample_values, 0);
    for (
      let label = tape[at + s.Sample_labels], m = tape[at + s.Sample_labels + 2];
      m > 0;
      m--, label = tape[label + NEXT]
    ) {
      sum += tape[label + s.Label_key] + tape[label + s.Label_str] + tape[label + s.Label_num];
    }
  }
  return sum + sumRuns(tape, s.Profile_strings, 1);
}

function countFrames({ tape }, _bytes, s) {
  let sum = 0;
  for (let at = tape[s.Profile_sample], n = tape[s.Profile_sample + 2]; n > 0; n--, at = tape[at + NEXT])
    sum += tape[at + s.Sample_locations + 2];
  return sum;
}

function readFleet({ tape }, _bytes, s) {
  let sum = 0;
  for (let at = tape[s.Batch_items], n = tape[s.Batch_items + 2]; n > 0; n--, at = tape[at + NEXT]) {
    sum += tape[tape[at + s.Snapshot_metadata] + s.Metadata_version + 1];
  }
  return sum;
}
