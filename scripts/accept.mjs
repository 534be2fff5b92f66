// The acceptance runner: npm run -s accept -- FORMAT DIR [--emit OUT]
//
// test/accept/FORMAT.mjs says what is in a folder of that format:
//   kinds: readonly string[]                        the kinds of files such a folder may hold
//   survey(dir): { present: string[], unknown: string[] }
//   cases(dir): (async) iterable of { kind, name, actual(): value, expected(): value, same?(actual, expected): boolean }
// `actual` computes an output from the inputs alone; `expected` reads the expectation and is called after it.
import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

/** Runs every case of `dir`. @returns the number of passed and failed cases; one line per failure goes to `print`. */
export async function runAcceptance(format, dir, { emit, print = console.log } = {}) {
  const { kinds, survey, cases } = await import(pathToFileURL(resolve(`test/accept/${format}.mjs`)).href);
  const { present, unknown } = await survey(dir);
  for (const kind of kinds) if (!present.includes(kind)) print(`lacks ${kind}`);
  const failed = [];
  for (const name of unknown) failed.push(`FAIL unknown kind of case: ${name}`);
  let passed = 0;
  let outputs = 0;
  for await (const one of cases(dir)) {
    const label = `${one.kind} ${one.name}`;
    try {
      const actual = await one.actual();
      if (emit !== undefined) emitOutput(emit, outputs++, label, actual);
      else if (compare(one, actual, await one.expected())) passed++;
      else failed.push(`FAIL ${label}: ${describe(actual, await one.expected())}`);
    } catch (error) {
      failed.push(`FAIL ${label}: ${error?.code ?? error?.name}: ${error?.message}`);
    }
  }
  for (const line of failed) print(line);
  return { passed: emit === undefined ? passed : outputs, failed: failed.length };
}

function compare(one, actual, expected) {
  return one.same === undefined ? toText(actual) === toText(expected) : one.same(actual, expected);
}

/** Text of any value, 64-bit integers and bytes included, keys in a fixed order. */
export function toText(value) {
  if (typeof value === "string") return value;
  return JSON.stringify(value, (_key, v) => {
    if (typeof v === "bigint") return `${v}n`;
    if (v instanceof Uint8Array) return Buffer.from(v).toString("hex");
    if (v instanceof Map) return Object.fromEntries([...v].sort(([a], [b]) => (a < b ? -1 : 1)));
    if (typeof v === "object" && v !== null && !Array.isArray(v)) {
      return Object.fromEntries(Object.entries(v).sort(([a], [b]) => (a < b ? -1 : 1)));
    }
    return v;
  });
}

function describe(actual, expected) {
  const a = toText(actual) ?? "nothing";
  const e = toText(expected) ?? "nothing";
  let at = 0;
  while (at < a.length && a[at] === e[at]) at++;
  const part = (text) => JSON.stringify(text.slice(Math.max(0, at - 20), at + 60));
  return `differs at ${at}: got ${part(a)}, expected ${part(e)}`;
}

function emitOutput(dir, ix, label, actual) {
  mkdirSync(dir, { recursive: true });
  const file = `${String(ix).padStart(6, "0")}-${label.replace(/[^\w.-]+/g, "_").slice(0, 100)}.txt`;
  writeFileSync(join(dir, file), toText(actual) ?? "");
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const args = process.argv.slice(2);
  const emitAt = args.indexOf("--emit");
  const emit = emitAt < 0 ? undefined : args.splice(emitAt, 2)[1];
  const [format, dir] = args;
  if (format === undefined || dir === undefined) {
    console.error("usage: npm run -s accept -- FORMAT DIR [--emit OUT]");
    process.exit(2);
  }
  const { passed, failed } = await runAcceptance(format, resolve(dir), { emit });
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(failed > 0 || passed === 0 ? 1 : 0);
}
