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
