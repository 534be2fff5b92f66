// Projections over drained entries, and patterns over literal series.

import { SnapshotError } from "../../../dist/index.js";
import {
  alwaysTrue,
  convergesTo,
  counterDeltaPerPhase,
  dumpSamples,
  each,
  nondecreasing,
  rateWithin,
  ratioWithin,
  readFailureDumps,
  SampleSeries,
  SeriesField,
  steadyWithin,
  strictlyIncreasing,
} from "../../../dist/sched-ext.js";
import { picker } from "./calls.mjs";
import { failure, toPlain } from "./values.mjs";

export function openSeries(bytes) {
  return new SampleSeries(dumpSamples(readFailureDumps(bytes).dumps), { strict: true });
}

/** Everything a series case may expect; `wanted` names what of it. */
export function runProjection(series, call, wanted) {
  const field = project(series, call);
  const all = {
    samples: () => field.points.map(sampleOf),
    first_per_phase: () => phaseObject(field.firstPerPhase()),
    last_per_phase: () => phaseObject(field.lastPerPhase()),
    counter_delta_per_phase: () => phaseObject(counterDeltaPerPhase(field)),
  };
  return Object.fromEntries(wanted.map((name) => [name, (all[name] ?? unknown(name))()]));
}

function unknown(name) {
  throw new Error(`unknown operation ${name}`);
}

function project(series, [operation, ...args]) {
  const live = /^bpf_live_(u64|i64|f64)$/.exec(operation);
  if (live) return series.bpfLive(args[0], live[1]);
  const stats = /^stats_path_(u64|i64|f64)$/.exec(operation);
  if (stats) return series.statsPath(args[0], stats[1]);
  const vars = /^live_bpf_vars_via_(u64|i64|f64)$/.exec(operation);
  if (vars) return series.liveBpfVarsVia(args[0], picker(args[1])).field(args[2] ?? args[0][0], vars[1]);
  const host = /^host$/.exec(operation);
  if (host) return series.host(args[1], Number(args[0]), (row) => row[args[1]]);
  const map = /^bpf_map_at_field_(?:cpu_(sum|max|min)_)?(u64|i64|f64)$/.exec(operation);
  if (map) return mapField(series.bpfMap(args[0]).at(Number(args[1])), map[1], map[2], args[2]);
  return unknown(operation);
}

function mapField(entry, op, type, path) {
  const suffix = type.toUpperCase();
  return op === undefined ? entry[`field${suffix}`](path) : entry[`fieldCpu${suffix}`](op, path);
}

function sampleOf({ tag, elapsedMs, phase, value }) {
  const found = value.ok ? { ok: toPlain(value.value) } : failure(value.error);
  return { tag, elapsed_ms: elapsedMs ?? null, phase: phase ?? null, ...found };
}

function phaseObject(values) {
  return Object.fromEntries(values.entries().map(([phase, value]) => [String(phase), toPlain(value)]));
}

const PATTERNS = {
  nondecreasing: (field) => nondecreasing(field),
  strictly_increasing: (field) => strictlyIncreasing(field),
  rate_within: (field, lo, hi) => rateWithin(field, Number(lo), Number(hi)),
  steady_within: (field, warmup, tolerance) => steadyWithin(field, Number(warmup), Number(tolerance)),
  converges_to: (field, target, tolerance, deadline) =>
    convergesTo(field, Number(target), Number(tolerance), Number(deadline)),
  always_true: (field) => alwaysTrue(field),
};

export function runPattern({ series, other, rhs, call }) {
  const [pattern, ...args] = call;
  const field = literalSeries(series);
  const verdict = pattern.startsWith("each.")
    ? eachPattern(field, series.type, pattern.slice(5), args)
    : pattern === "ratio_within"
      ? ratioPattern(field, other ?? rhs, args)
      : (PATTERNS[pattern] ?? unknown(pattern))(field, ...args);
  const outcomes = verdict.outcomes.map(({ outcome, kind }) => ({ outcome, kind }));
  return { verdict: verdict.verdict, outcomes, notes: verdict.notes.length };
}

/** The other series is a member of the case or the first argument. */
function ratioPattern(field, other, args) {
  const inCall = typeof args[0] === "object";
  const [lo, hi] = inCall ? args.slice(1) : args;
  return ratioWithin(field, literalSeries(inCall ? args[0] : other), Number(lo), Number(hi));
}

function eachPattern(field, type, pattern, args) {
  const bounds = args.map((bound) => literal(type, bound));
  const call = { at_least: "atLeast", at_most: "atMost", between: "between" }[pattern] ?? unknown(pattern);
  return each(field)[call](...bounds);
}

function literalSeries({ label, type, samples }) {
  const points = samples.map((sample, ix) => ({
    tag: sample.tag ?? `periodic_${String(ix).padStart(3, "0")}`,
    elapsedMs: sample.elapsed_ms === null || sample.elapsed_ms === undefined ? undefined : BigInt(sample.elapsed_ms),
    phase: sample.phase ?? undefined,
    value: "err" in sample ? { ok: false, error: errorOf(sample.err) } : { ok: true, value: literal(type, sample.ok) },
  }));
  return new SeriesField(label, points);
}

function literal(type, value) {
  if (type === "f64") return Number(value === "-Infinity" || value === "Infinity" || value === "NaN" ? value : value);
  return type === "bool" ? value : BigInt(value);
}

function errorOf(variant) {
  const [[code, fields]] = Object.entries(variant);
  return new SnapshotError(code, code, { fields });
}
