// Scripts of bridge calls: each verb gives what happened, beside what the script says should happen.
import { BridgeScope, readFailureDump, SnapshotBridge } from "../../../dist/sched-ext.js";
import { toPlain } from "./values.mjs";

const DEFAULT_REPORT = readFailureDump('{"schema":"single","maps":[]}');
const PLACEHOLDER = readFailureDump('{"schema":"single","maps":[],"is_placeholder":true}');

/** @returns what each step gave, and what the script wants, in the same form. */
export async function runScript(script) {
  const run = new ScriptRun();
  const actual = [];
  for (const [verb, ...args] of script) actual.push({ verb, result: toPlain(await run.step(verb, args)) });
  return actual;
}

export function wantedOf(script) {
  return script.map(([verb, ...args]) => ({ verb, result: toPlain((WANTED[verb] ?? (() => undefined))(args)) }));
}

const yes = () => true;
const first = ([value]) => value;
const WANTED = {
  expect_len: first,
  expect_event_count: first,
  expect_watch_count: first,
  expect_periodic_real_count: first,
  expect_active: first,
  expect_has: yes,
  expect_not_has: yes,
  expect_no_active: yes,
  expect_empty: yes,
  drain_tags_missing: first,
  drain_tags_present: first,
  drain_events: first,
  drain_ordered_tags: first,
  drain_with_stats: first,
  drain_kernel_ops: first,
  drain_cgroup_procs: first,
  capture_returns_none: ([, returned]) => returned,
  capture: ([, returned]) => returned,
  register_watch_err: yes,
  register_watch_ok: yes,
  register_watch_throws: yes,
  dispatch_kernel_op_none: yes,
  kernel_op_value: ([, value]) => value,
  cgroup_procs_by_tag: ([, value]) => value,
};

class ScriptRun {
  watchMode;
  kernelOps = false;
  captured = DEFAULT_REPORT;
  drained = new Map();
  scope = new BridgeScope();
  guards = [];
  bridge = new SnapshotBridge({
    capture: () => this.captured,
    kernelOp: (request) => replyTo(request),
  });

  step(verb, args) {
    if (typeof this[verb] !== "function") throw new Error(`unknown verb ${verb}`);
    return this[verb](...args);
  }

  /** A bridge with the callbacks that the script has installed so far; only asked for before anything is stored. */
  renew() {
    const watch = { accept: () => undefined, ok: () => undefined, reject: () => "no such symbol", throw: panic };
    this.bridge = new SnapshotBridge({
      capture: () => this.captured,
      watch: this.watchMode && (watch[this.watchMode] ?? unknownMode(this.watchMode)),
      kernelOp: this.kernelOps ? (request) => replyTo(request) : undefined,
    });
  }

  store(tag) {
    this.bridge.store(tag, DEFAULT_REPORT);
  }
  store_placeholder(tag) {
    this.bridge.store(tag, PLACEHOLDER);
  }
  store_many(format, from, count) {
    for (let ix = Number(from); ix < Number(from) + Number(count); ix++) this.store(formatTag(format, ix));
  }
  store_with_stats(tag, stats, elapsed) {
    this.bridge.store(tag, DEFAULT_REPORT, { stats: statsOf(stats), elapsedMs: elapsed ?? undefined });
  }
  store_with_stats_and_step(tag, stats, elapsed, boundary, step) {
    this.bridge.store(tag, DEFAULT_REPORT, {
      stats: statsOf(stats),
      elapsedMs: elapsed ?? undefined,
      boundaryOffsetMs: boundary ?? undefined,
      stepIndex: step === null || step === undefined ? undefined : Number(step),
    });
  }

  expect_len() {
    return this.bridge.length;
  }
  expect_empty() {
    return this.bridge.isEmpty();
  }
  expect_event_count() {
    return this.bridge.eventCount();
  }
  expect_watch_count() {
    return this.bridge.watchCount();
  }
  expect_periodic_real_count() {
    return this.bridge.periodicRealCount();
  }
  expect_has(tag) {
    return this.bridge.has(tag);
  }
  expect_not_has(tag) {
    return !this.bridge.has(tag);
  }

  /** The two checks of one drain may follow each other. */
  drain() {
    if (!this.bridge.isEmpty()) this.drained = this.bridge.drain();
    return undefined;
  }
  drain_tags_missing(tags) {
    this.drain();
    return tags.filter((tag) => !this.drained.has(tag));
  }
  drain_tags_present(tags) {
    this.drain();
    return tags.filter((tag) => this.drained.has(tag));
  }
  drain_ordered_tags() {
    return this.bridge.drainOrdered().map(([tag]) => tag);
  }
  drain_with_stats() {
    return this.bridge
      .drainOrderedWithStats()
      .map(({ tag, stats, elapsedMs, stepIndex }) => [tag, statsText(stats), elapsedMs ?? null, stepIndex ?? null]);
  }
  drain_events() {
    return this.bridge.drainEvents();
  }

  async capture_returns_none(tag) {
    this.captured = undefined;
    const stored = await this.bridge.capture(tag);
    this.captured = DEFAULT_REPORT;
    return String(stored);
  }
  async capture(tag) {
    return String(await this.bridge.capture(tag));
  }
  async capture_with_step(tag, step) {
    await this.bridge.captureWithStep(tag, Number(step));
  }

  install_watch(mode) {
    this.watchMode = mode;
    this.renew();
  }
  async register_watch_ok(symbol) {
    await this.bridge.registerWatch(symbol);
    return true;
  }
  async register_watch_err(symbol, relation, text) {
    const error = await this.bridge.registerWatch(symbol).catch((thrown) => thrown);
    return error?.name === "SnapshotError" && (relation !== "contains" || error.message.includes(text));
  }
  async register_watch_throws(symbol) {
    const error = await this.bridge.registerWatch(symbol).catch((thrown) => thrown);
    return error instanceof Panic;
  }

  push_active(name) {
    this.guards.push(this.scope.install(name));
  }
  pop() {
    this.guards.pop().release();
  }
  expect_active() {
    return this.scope.active;
  }
  expect_no_active() {
    return this.scope.withActive(() => true) === undefined;
  }

  async dispatch_kernel_op_none() {
    this.renew();
    return (await this.bridge.dispatchKernelOp(requestOf("none", 0))) === undefined;
  }
  install_kernel_op() {
    this.kernelOps = true;
    this.renew();
  }
  async dispatch(tag, id) {
    await this.bridge.dispatchKernelOp(requestOf(tag, Number(id)));
  }
  drain_kernel_ops() {
    return this.bridge.drainKernelOps().map(([tag, reply]) => [tag, reply.request_id]);
  }

  record_cgroup_procs(tag, cgroup, pids) {
    this.bridge.recordCgroupProcs(tag, cgroup, pids.map(Number));
  }
  cgroup_procs_by_tag(tag) {
    const found = this.bridge.cgroupProcsByTag(tag);
    return found === undefined ? null : [found.cgroup, found.pids];
  }
}

class Panic extends Error {}

function panic() {
  throw new Panic("the callback panicked");
}

function unknownMode(mode) {
  throw new Error(`unknown watch ${mode}`);
}

function requestOf(tag, request_id) {
  return { request_id, mode: "Hot", direction: "Read", tag, entries: [] };
}

function replyTo({ request_id }) {
  return { request_id, success: true, reason: "", read_values: [] };
}

/** `tag_%04d` with a number. */
function formatTag(format, number) {
  return format.replace(/%0?(\d*)d/, (_, width) => String(number).padStart(Number(width || 0), "0"));
}

function statsOf(stats) {
  if (stats === null || stats === undefined) return undefined;
  return "Ok" in stats ? { ok: true, value: stats.Ok } : { ok: false, reason: stats.Err };
}

function statsText(stats) {
  return stats.ok ? { Ok: stats.value } : { Err: stats.reason };
}
