import { compareCodePoints } from "../../base/text.ts";
import type { CountTables, DumpRecord } from "./native.ts";
import type { ProfileLabel, ProfileLocation, ProfileMapping, ProfileTables } from "./profile-tables.ts";

const LABEL_INDENT = "                ";
const LINE_INDENT = "             ";

/** What `go tool pprof -raw -symbolize=none` prints of one profile, byte for byte (times in UTC); undefined for dumps. */
export function renderRaw({ profile, counts }: DumpRecord): string | undefined {
  if (profile !== undefined) return rawProfile(profile);
  return counts === undefined ? undefined : rawCounts(counts);
}

function rawProfile(profile: ProfileTables): string {
  const { periodType, docUrl, timeNanos, durationNanos } = profile;
  const lines = profile.comments.map((comment) => `Comment: ${comment}`);
  if (docUrl !== "") lines.push(`Doc: ${docUrl}`);
  if (periodType !== undefined) lines.push(`PeriodType: ${periodType.type} ${periodType.unit}`);
  lines.push(`Period: ${profile.period}`);
  if (timeNanos !== 0n) lines.push(`Time: ${nanosText(timeNanos)}`);
  if (durationNanos !== 0n) lines.push(`Duration: ${durationText(durationNanos).slice(0, 4)}`);
  const types = profile.sampleTypes.map(
    ({ type, unit }) => `${type}/${unit}${type !== "" && type === profile.defaultType ? "[dflt]" : ""}`,
  );
  lines.push("Samples:", types.join(" "), ...rawSamples(profile));
  lines.push("Locations", ...profile.locations.map((location) => locationText(profile, location)));
  lines.push("Mappings", ...profile.mappings.map(mappingText));
  return `${lines.join("\n")}\n`;
}

function rawSamples({ samples, sampleTypes, locations }: ProfileTables): string[] {
  const lines: string[] = [];
  let from = 0;
  samples.locationEnd.forEach((end, s) => {
    const values = sampleTypes.map((_, t) => ` ${String(samples.values[s * sampleTypes.length + t]).padStart(10)}`);
    const ids = Array.from(samples.locations.subarray(from, end), (ix) => `${locations[ix]!.id} `);
    lines.push(`${values.join("")}: ${ids.join("")}`, ...labelLines(samples.labels[s]!));
    from = end;
  });
  return lines;
}

function labelLines(labels: readonly ProfileLabel[]): string[] {
  const texts = collect(labels.flatMap(({ key, text }) => (text === undefined ? [] : [[key, text] as const])));
  const numbers = collect(
    labels.flatMap(({ key, number, unit }) =>
      number === undefined ? [] : [[key, unit === undefined ? String(number) : `${number} ${unit}`] as const],
    ),
  );
  return [texts, numbers].filter((list) => list.length > 0).map((list) => LABEL_INDENT + list.join(" "));
}

/** `key:[value value]`, sorted. */
function collect(pairs: readonly (readonly [string, string])[]): string[] {
  const byKey = new Map<string, string[]>();
  for (const [key, value] of pairs) byKey.set(key, [...(byKey.get(key) ?? []), value]);
  return [...byKey].map(([key, values]) => `${key}:[${values.join(" ")}]`).sort(compareCodePoints);
}

function locationText({ functions, mappings }: ProfileTables, location: ProfileLocation): string {
  const mapping = mappings[location.mapping];
  const head = `${String(location.id).padStart(6)}: ${hexText(location.address)} ${
    mapping === undefined ? "" : `M=${mapping.id} `
  }${location.isFolded ? "[F] " : ""}`;
  if (location.lines.length === 0) return head;
  const lines = location.lines.map((line) => {
    const fn = functions[line.function];
    if (fn === undefined) return "??";
    const alias = fn.name === fn.systemName ? "" : `(${fn.systemName})`;
    return `${fn.name} ${fn.filename}:${line.line}:${line.column} s=${fn.startLine}${alias}`;
  });
  return lines.map((text, ix) => (ix === 0 ? head : LINE_INDENT) + text).join("\n");
}

function mappingText(mapping: ProfileMapping): string {
  const marks = [
    mapping.hasFunctions ? "[FN]" : "",
    mapping.hasFilenames ? "[FL]" : "",
    mapping.hasLineNumbers ? "[LN]" : "",
    mapping.hasInlineFrames ? "[IN]" : "",
  ].join("");
  const range = [mapping.start, mapping.limit, mapping.offset].map(hexText).join("/");
  return `${mapping.id}: ${range} ${mapping.filename} ${mapping.buildId} ${marks}`;
}

function hexText(value: bigint): string {
  return `0x${value.toString(16)}`;
}

/**
 * A debug=1 text keeps only addresses in that tool's eyes: each PC minus one is a location, numbered by first sight, in
 * one mapping of everything.
 */
function rawCounts({ profileName, count, pcs, pcEnd }: CountTables): string {
  const numbers = new Map<bigint, number>();
  const lines = [`PeriodType: ${profileName} count`, "Period: 1", "Samples:", `${profileName}/count`];
  let at = 0;
  count.forEach((value, record) => {
    let ids = "";
    for (; at < pcEnd[record]! * 2; at += 2) {
      const address = BigInt.asUintN(64, ((BigInt(pcs[at + 1]!) << 32n) | BigInt(pcs[at]!)) - 1n);
      const number = numbers.get(address) ?? numbers.size + 1;
      numbers.set(address, number);
      ids += `${number} `;
    }
    lines.push(` ${String(value).padStart(10)}: ${ids}`);
  });
  lines.push("Locations");
  for (const [address, number] of numbers) lines.push(`${String(number).padStart(6)}: ${hexText(address)} M=1 `);
  lines.push("Mappings", "1: 0x0/0xffffffffffffffff/0x0   ");
  return `${lines.join("\n")}\n`;
}

const NS_PER_S = 1_000_000_000n;

/** `2026-11-21 01:43:26.058272086 +0000 UTC`: trailing zeros of the fraction left out. */
function nanosText(ns: bigint): string {
  const rest = ((ns % NS_PER_S) + NS_PER_S) % NS_PER_S;
  const date = new Date(Number((ns - rest) / NS_PER_S) * 1000);
  if (Number.isNaN(date.getTime())) return `${ns} ns since 1970`;
  const fraction = rest === 0n ? "" : `.${String(rest).padStart(9, "0").replace(/0+$/, "")}`;
  return `${date.toISOString().slice(0, 19).replace("T", " ")}${fraction} +0000 UTC`;
}

/** A duration as Go prints it, e.g. `1m30.5s`, `250ms`. */
function durationText(ns: bigint): string {
  const sign = ns < 0n ? "-" : "";
  const size = ns < 0n ? -ns : ns;
  if (size < NS_PER_S) {
    const [unit, per] = size < 1000n ? ["ns", 1n] : size < 1_000_000n ? ["µs", 1000n] : (["ms", 1_000_000n] as const);
    return `${sign}${decimalText(size, BigInt(per))}${unit}`;
  }
  const hours = size / (3600n * NS_PER_S);
  const minutes = (size / (60n * NS_PER_S)) % 60n;
  const seconds = `${decimalText(size % (60n * NS_PER_S), NS_PER_S)}s`;
  if (hours > 0n) return `${sign}${hours}h${minutes}m${seconds}`;
  return minutes > 0n ? `${sign}${minutes}m${seconds}` : `${sign}${seconds}`;
}

function decimalText(value: bigint, per: bigint): string {
  const rest = value % per;
  if (rest === 0n) return String(value / per);
  return `${value / per}.${String(rest)
    .padStart(String(per).length - 1, "0")
    .replace(/0+$/, "")}`;
}
