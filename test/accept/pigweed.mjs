// Cases of Pigweed snapshots; the form is described in test/golden/pigweed/ORIGIN.md. A folder holds cases in one or
// more subfolders (or is such a subfolder itself), beside the token databases and artifacts that they name.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { ERROR_CODES } from "../../dist/error-codes.js";
import { dump, isSnapshotError, open } from "../../dist/index.js";
import { asPigweed, renderCortexM, renderLogClockMs, renderLogClockNs, renderLongCause } from "../../dist/pigweed.js";
import { hugeSnapshot } from "../support/huge-snapshot.mjs";
import { openSymbols, symbolCases, symbolKinds } from "./pigweed-symbols.mjs";
import { tableCases, tableKinds } from "./pigweed-tables.mjs";

const MANIFEST = "manifest.json";
/** Kinds in a file of their own, `cfsr.json`, with what makes cases of it. */
const TABLES = {
  cfsr: cfsrCases,
  log_timestamps: clockCases,
  pw_system_report: systemCases,
  huge: hugeCases,
};
/** What the cases read, and what no case is about. */
const OTHER_FILES = ["README.md", "ORIGIN.md", "db", "artifacts", "src", "gen_huge.py", MANIFEST];

/** Reports upstream printed (`report`), and what it gave up on (`error`), are both in the manifest. */
export const kinds = ["report", "error", ...Object.keys(TABLES), ...tableKinds, ...symbolKinds];

export function survey(dir) {
  const folders = caseFolders(dir);
  const present = new Set();
  const unknown = [];
  for (const folder of new Set([dir, ...folders])) {
    for (const name of readdirSync(folder)) {
      const kind = basename(name, ".json");
      if (name === MANIFEST) for (const one of readManifest(folder)) present.add(kindOf(one));
      else if (name === `${kind}.json` && kinds.includes(kind)) present.add(kind);
      else if (!isKnown(name) && !folders.includes(join(folder, name))) unknown.push(name);
    }
  }
  return { present: [...present], unknown };
}

export async function* cases(dir) {
  for (const folder of caseFolders(dir)) {
    for (const one of readManifest(folder)) yield manifestCase(folder, one);
    for (const [kind, run] of Object.entries(TABLES)) {
      const path = join(folder, `${kind}.json`);
      if (existsSync(path)) for (const one of run(folder, readJson(path))) yield { kind, ...one };
    }
    yield* tableCases(folder);
    yield* symbolCases(folder);
  }
}

/** The folder itself and its subfolders, where they hold cases. */
function caseFolders(dir) {
  const inside = readdirSync(dir, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const files = [MANIFEST, ...kinds.map((kind) => `${kind}.json`)];
  return [dir, ...inside.map((entry) => join(dir, entry.name))].filter((folder) =>
    files.some((file) => existsSync(join(folder, file))),
  );
}

const isKnown = (name) => /\.(?:pb|txt|test\.ts)$/.test(name) || OTHER_FILES.includes(name);

const readJson = (path) => JSON.parse(readFileSync(path, "utf8"));

function readManifest(folder) {
  const path = join(folder, MANIFEST);
  if (!existsSync(path)) return [];
  const manifest = readJson(path);
  return Array.isArray(manifest) ? manifest : manifest.cases;
}

// -- snapshots -------------------------------------------------------------------------------------------------------

const kindOf = (one) => (one.error === undefined ? "report" : "error");

function manifestCase(folder, one) {
  const { name, error } = one;
  if (error !== undefined) {
    return {
      kind: "error",
      name,
      actual: () => refusalOf(folder, one),
      expected: () => ({ strict: "a coded error", lenient: "a report" }),
    };
  }
  return {
    kind: "report",
    name,
    actual: () => reportOf(folder, one),
    expected: () => readFileSync(join(folder, one.text), "utf8"),
    ...(one.unordered_tags === true && { same: (actual, expected) => sortTags(actual) === sortTags(expected) }),
  };
}

async function openCase(folder, { pb, token_db, artifacts }, strict) {
  return open(readFileSync(join(folder, pb)), {
    format: "pigweed",
    strict,
    tokens: readTokens(folder, token_db),
    ...(artifacts && { symbols: await openSymbols(join(folder, artifacts)) }),
  });
}

function readTokens(folder, path) {
  return path ? [{ name: basename(path), bytes: new Uint8Array(readFileSync(join(folder, path))) }] : [];
}

async function dumpCase(folder, one, strict) {
  return dump(await openCase(folder, one, strict), { strict });
}

/** The report, which is the same in both modes where upstream prints one. */
async function reportOf(folder, one) {
  const lenient = await dumpCase(folder, one, false);
  const strict = await dumpCase(folder, one, true);
  return strict === lenient ? lenient : `strict and lenient reports differ:\n${strict}`;
}

async function refusalOf(folder, one) {
  const error = await dumpCase(folder, one, true).catch((caught) => caught);
  const isCoded = isSnapshotError(error) && error.code in ERROR_CODES && error.code !== "InternalError";
  const text = await dumpCase(folder, one, false);
  return {
    strict: isCoded ? "a coded error" : `${error}`,
    lenient: text.startsWith("\n        ____ _       __    _____ _") ? "a report" : text,
  };
}

/** Upstream prints tags in the order of a hash table. */
function sortTags(text) {
  return text.replace(/^Tags:\n((?: {2}.*\n)+)/gm, (_, lines) => `Tags:\n${lines.split("\n").sort().join("\n")}`);
}

// -- tables ----------------------------------------------------------------------------------------------------------

function* cfsrCases(_folder, records) {
  for (const [ix, record] of records.entries()) {
    yield {
      name: `${ix} ${JSON.stringify(record.state)}`,
      actual: async () => describeException(Buffer.from(record.pb, "base64")),
      expected: () => {
        const { cause, cause_short, active, fault_active, nested, text } = record;
        return { cause, cause_short, active, fault_active, nested, text };
      },
    };
  }
}

/** @param state bytes of an ArmV7mCpuState: field 20 of a snapshot */
async function describeException(state) {
  const { report } = asPigweed(await open(Uint8Array.of(0xa2, 1, state.length, ...state), { format: "pigweed" }));
  return {
    cause: renderLongCause(report.cpu),
    cause_short: report.cpu.cause,
    active: report.cpu.activeBits,
    fault_active: report.cpu.isFaultActive,
    nested: report.cpu.isNestedFault,
    text: renderCortexM(report.cpu),
  };
}

/** `!` stands for an exception of upstream's. */
function* clockCases(_folder, records) {
  for (const [ticks, nanoseconds, milliseconds] of records) {
    yield {
      name: ticks,
      actual: () => [renderLogClockNs(BigInt(ticks)), renderLogClockMs(BigInt(ticks)) ?? "!"],
      expected: () => [nanoseconds, milliseconds].map((text) => text.replace(/^!.*/s, "!")),
    };
  }
}

function* systemCases(folder, records) {
  for (const { pb, token_db, text } of records) {
    yield {
      name: `${pb} ${token_db}`,
      actual: async () => {
        const tokens = token_db === null ? null : join("../db", token_db);
        return dump(await openCase(folder, { pb, token_db: tokens }, false), { variant: "pw_system" });
      },
      expected: () => text,
    };
  }
}

function* hugeCases(folder, { runs }) {
  for (const run of runs) {
    const input = { bytes: undefined };
    for (const output of run.outputs) {
      yield {
        name: `${run.args} ${output.token_db}`,
        actual: async () => {
          input.bytes ??= hugeSnapshot(...run.args.split(" ").map(Number));
          const snapshot = await open(input.bytes, { format: "pigweed", tokens: readTokens(folder, output.token_db) });
          const text = Buffer.from(await dump(snapshot));
          return { pb: sha256(input.bytes), bytes: text.length, sha256: sha256(text) };
        },
        expected: () => ({ pb: run.pb_sha256, bytes: output.out_bytes, sha256: output.out_sha256 }),
      };
    }
  }
}

const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");
