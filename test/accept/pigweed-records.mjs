// Records of the Pigweed tables: what each record's outputs are (`actual`, from the inputs alone) and what they should
// be (`expected`). `lib` is the package's pigweed entry, built or from source, so that the same rules serve the
// acceptance runner and the golden tests. No file access, no Node.

const fromBase64 = (text) => Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
const toBase64 = (bytes) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
const hex8 = (token) =>
  token < 0 ? `-${(-token).toString(16).padStart(7, "0")}` : token.toString(16).padStart(8, "0");

/** The code of what `run` throws, or "none". */
function codeOf(run) {
  try {
    run();
    return "none";
  } catch (error) {
    return error.code ?? `${error}`;
  }
}

/** Upstream raised: this tool must go on without an exception, and stop with a code in strict mode. */
function raising(lenient, strict) {
  lenient();
  return { raises: codeOf(strict) !== "none" };
}

const printf = {
  actual(lib, record) {
    const args = fromBase64(record.args);
    const plain = () => lib.formatMessage(record.format, args);
    if (record.text === undefined) {
      return raising(plain, () => lib.formatMessage(record.format, args, { strict: true }));
    }
    const { text, ok, remaining, statuses } = plain();
    const errors = lib.formatMessage(record.format, args, { showErrors: true });
    return { text, ok, remaining, status: statuses, text_with_errors: errors.text };
  },
  expected(record) {
    if (record.error !== undefined) return { raises: true };
    const { text, ok, remaining, status, text_with_errors } = record;
    return { text, ok, remaining, status, text_with_errors };
  },
};

const hash = {
  actual(lib, { string }) {
    const limited = (limit) => hex8(lib.hashTokenText(string, limit));
    return {
      token_str: hex8(lib.hashTokenText(string)),
      token_utf8: hex8(lib.hashTokenBytes(new TextEncoder().encode(string))),
      c80: limited(80),
      c96: limited(96),
      c128: limited(128),
      c256: limited(256),
    };
  },
  expected({ token_str, token_utf8, c80, c96, c128, c256 }) {
    return { token_str, token_utf8, c80, c96, c128, c256 };
  },
};

const csvParse = {
  actual(lib, { csv }) {
    const { entries } = lib.mergeTokens([lib.parseCsvTokens(csv)]);
    const shown = entries.map(({ token, domain, string, removed }) => ({
      token: hex8(token),
      domain,
      string,
      removed,
    }));
    return { entries: shown, rewritten: lib.renderCsvTokens(entries) };
  },
  expected: ({ entries, rewritten }) => ({ entries, rewritten }),
};

const binaryDatabase = {
  actual(lib, record, database) {
    const { entries } = lib.readBinaryTokens(fromBase64(record.bytes));
    const shown = entries.map(({ token, string, removed }) => ({ token: hex8(token), string, removed }));
    return { entries: shown, bytes: toBase64(lib.encodeBinaryTokens(database.entries)) };
  },
  expected: ({ entries, bytes }) => ({ entries, bytes }),
};

const rawBinaryDatabase = {
  actual(lib, { bytes }) {
    const read = () => lib.readBinaryTokens(fromBase64(bytes), { strict: true });
    const code = codeOf(read);
    if (code !== "none") return { raises: code };
    return read().entries.map(({ token, string, removed }) => ({ token, string, removed }));
  },
  expected: ({ error, out }) => (error === undefined ? out : { raises: "MalformedTokenDatabase" }),
};

const elfSection = {
  actual(lib, { bytes }) {
    const { entries } = lib.readEntriesSection(fromBase64(bytes));
    return { count: entries.length };
  },
  expected: ({ count }) => ({ count }),
};

/** Fields of a message record, each read the way its key says. */
const MESSAGE_OUTPUTS = {
  binary: (detokenizer, bytes) => detokenizer.detokenize(bytes).text,
  optional: (detokenizer, bytes) => detokenizer.decodeField(bytes),
  text: (detokenizer, bytes) => toBase64(detokenizer.expandBytes(bytes)),
};

const message = {
  actual(lib, record, database) {
    const bytes = fromBase64(record.data);
    const lenient = new lib.Detokenizer(database);
    const strict = new lib.Detokenizer(database, { strict: true });
    const out = {};
    for (const [name, read] of Object.entries(MESSAGE_OUTPUTS)) {
      const code = codeOf(() => read(strict, bytes));
      const text = read(lenient, bytes);
      out[name] = code === "none" ? text : { raises: true };
    }
    const loud = { showErrors: true };
    const code = codeOf(() => new lib.Detokenizer(database, { ...loud, strict: true }).detokenize(bytes));
    const errors = new lib.Detokenizer(database, loud).detokenize(bytes).text;
    out.show_errors = code === "none" ? errors : { raises: true };
    if (typeof out.binary !== "string") return out;
    const { ok, token, matches, error } = lenient.detokenize(bytes);
    const texts = matches.map((match) => match.text);
    return {
      ...out,
      binary_ok: ok,
      token: token === undefined ? null : hex8(token),
      matches: texts,
      error_message: error,
    };
  },
  expected(record) {
    const raised = { raises: true };
    const out = {
      binary: record.binary_error === undefined ? record.binary : raised,
      optional: record.optional_error === undefined ? record.optional_out : raised,
      text: record.text_error === undefined ? record.text_out : raised,
      show_errors: record.binary_show_errors_error === undefined ? record.binary_show_errors_out : raised,
    };
    if (record.binary_error !== undefined) return out;
    const { binary_ok, token, matches, error_message } = record;
    return { ...out, binary_ok, token, matches, error_message };
  },
};

const stream = {
  actual(lib, { chunks }) {
    const reader = new lib.MessageStream();
    return chunks.map((chunk, ix) => {
      const pieces = reader.read(new TextEncoder().encode(chunk), ix === chunks.length - 1);
      return pieces.map(({ isMessage, bytes }) => [isMessage, new TextDecoder().decode(bytes)]);
    });
  },
  expected: ({ result }) => result,
};

const KINDS = {
  format: printf,
  hash,
  csv_parse: csvParse,
  binary_db: binaryDatabase,
  binary_db_raw: rawBinaryDatabase,
  elf_section: elfSection,
  message,
  stream,
};

/** Fields of a protobuf message, as [number, value] in wire order: integers, or the bytes of what has a length. */
function* protobufFields(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++];
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < bytes.length) {
    const key = Number(varint());
    const number = key >>> 3;
    const type = key & 7;
    if (type === 0) yield [number, varint()];
    else {
      const length = type === 5 ? 4 : Number(varint());
      const start = at;
      at += length;
      yield [number, type === 5 ? view.getUint32(start, true) : bytes.subarray(start, at)];
    }
  }
}

const LOG_FIELDS = {
  1: "message",
  2: "lineLevel",
  3: "flags",
  4: "timestamp",
  6: "dropped",
  7: "module",
  8: "file",
  9: "thread",
};

function readLogBatch(bytes) {
  const batch = { entries: [], firstEntrySequenceId: 0 };
  for (const [number, value] of protobufFields(bytes)) {
    if (number === 2) batch.firstEntrySequenceId = Number(value);
    if (number !== 1) continue;
    const entry = {};
    for (const [field, content] of protobufFields(value)) {
      const name = LOG_FIELDS[field];
      const isNumber = typeof content === "bigint" && name !== "timestamp";
      if (name !== undefined) entry[name] = isNumber ? Number(content) : content;
    }
    batch.entries.push(entry);
  }
  return batch;
}

const logStream = {
  actual(lib, { batches }) {
    const stream = new lib.LogStreamDecoder(new lib.Detokenizer(lib.NO_TOKENS), { source: "src" });
    return batches.flatMap((batch) => stream.decode(readLogBatch(fromBase64(batch))).map(lib.renderStreamedLog));
  },
  expected: ({ out }) => out,
};

function readMetric(bytes) {
  const metric = { tokenPath: [], stringPath: [], value: 0 };
  const float = new DataView(new ArrayBuffer(4));
  for (const [number, value] of protobufFields(bytes)) {
    if (number === 1 && typeof value === "number") metric.tokenPath.push(value);
    else if (number === 1) {
      const view = new DataView(value.buffer, value.byteOffset, value.byteLength);
      for (let at = 0; at < value.length; at += 4) metric.tokenPath.push(view.getUint32(at, true));
    } else if (number === 2) metric.stringPath.push(new TextDecoder().decode(value));
    else if (number === 3) {
      float.setUint32(0, value);
      metric.value = float.getFloat32(0);
    } else if (number === 4) metric.value = Number(value);
  }
  return metric;
}

/** The database that the metrics of metrics.json were recorded with; the file does not carry it. */
const METRIC_TOKENS = '0000abcd,,"","""failed_transactions"""\n0000faff,,"","""i2c_bus_1"""\n';

const metric = {
  actual(lib, { pb }) {
    const { tokenPath, value } = readMetric(fromBase64(pb));
    const database = lib.mergeTokens([lib.parseCsvTokens(METRIC_TOKENS)]);
    return { path: lib.resolveMetricPath(tokenPath, new lib.Detokenizer(database)), value };
  },
  expected: ({ path, value }) => ({ path, value }),
};

const trace = {
  actual(lib, record) {
    const strings = new Map(
      Object.entries(record.tokens).map(([token, string]) => [Number.parseInt(token, 16), string]),
    );
    const options = { ticksPerSecond: record.ticks_per_second };
    const { events } = lib.decodeTrace(fromBase64(record.trace_data), (token) => strings.get(token), options);
    return { events: events.length, lines: lib.renderChromeTraceLines(events) };
  },
  expected: ({ events, json_lines }) => ({ events, lines: json_lines }),
};

/**
 * One case per record of tokenizer.json.
 * @param lib the pigweed entry
 * @param records the parsed file
 */
export function tokenizerCases(lib, records) {
  const databases = new Map();
  for (const record of records) {
    if (record.kind === "csv_parse") databases.set(record.db, lib.mergeTokens([lib.parseCsvTokens(record.csv)]));
  }
  return records.map((record, ix) => {
    const kind = KINDS[record.kind];
    return {
      kind: "tokenizer",
      name: `${ix} ${record.kind}`,
      actual: () => {
        if (kind === undefined) throw new Error(`unknown kind of record: ${record.kind}`);
        return kind.actual(lib, record, databases.get(record.db));
      },
      expected: () => kind.expected(record),
    };
  });
}

/** Cases of a table whose records are all of one kind; a file may hold one record without a list. */
function simpleCases(kind, { actual, expected }) {
  return (lib, table) =>
    [table].flat().map((record, ix) => ({
      kind,
      name: String(ix),
      actual: () => actual(lib, record),
      expected: () => expected(record),
    }));
}

export const logStreamCases = simpleCases("log_stream", logStream);
export const metricCases = simpleCases("metrics", metric);
export const traceCases = simpleCases("trace", trace);
