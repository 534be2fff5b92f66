// The call language of the accessor cases: a list of [operation, args…] applied to a view, step by step.
import { JsonField, maxByCounterValue, maxBySumU64, statsPath } from "../../../dist/sched-ext.js";
import { failure, toPlain } from "./values.mjs";

const TERMINALS = {
  as_u64: ["asU64", "u64"],
  as_i64: ["asI64", "i64"],
  as_f64: ["asF64", "f64"],
  as_bool: ["asBool", "bool"],
  as_str: ["asStr", "str"],
  as_u64_array: ["asU64Array", "u64[]"],
  as_u32_array: ["asU32Array", "u32[]"],
  as_i64_array: ["asI64Array", "i64[]"],
  as_f64_array: ["asF64Array", "f64[]"],
  as_bool_array: ["asBoolArray", "bool[]"],
};
const HOST_REASONS = [
  "scx_walker_unavailable",
  "task_enrichments_unavailable",
  "prog_runtime_stats_unavailable",
  "per_node_numa_unavailable",
  "sdt_alloc_unavailable",
];

/** What a step left behind: what it is, and the value. */
const shape = (kind, value) => ({ kind, value });
const done = (type, value) => shape("done", { ok: value === undefined ? { type } : { type, value } });
const none = () => done("none");
const optional = (type, value) => (value === undefined ? none() : done(type, toPlain(value)));

export function runCalls(view, calls) {
  return evaluate(shape("snapshot", view), calls);
}

export function runStatsCalls(document, path, calls) {
  return evaluate(shape("field", statsPath(document, path)), calls);
}

function evaluate(start, calls) {
  try {
    let state = start;
    for (const [operation, ...args] of calls) state = APPLY[state.kind](state.value, operation, args);
    return finish(state);
  } catch (error) {
    return failure(error);
  }
}

function finish({ kind, value }) {
  if (kind === "done") return value;
  if (kind === "gone") return { ok: { type: "none" } };
  if (value.error !== undefined && value.error !== null) throw value.error;
  if (kind === "field" || kind === "raw") return { ok: { type: "field" } };
  if (kind === "entry") return { ok: { type: "entry", value: value.kind } };
  if (kind === "map") return { ok: { type: "map", value: value.name } };
  if (kind === "list") return { ok: { type: "u64", value: String(value.length) } };
  const active = value.filter?.obj ?? null;
  return { ok: { type: "snapshot", value: { active_obj: active, map_count: String(value.mapCount()) } } };
}

const unknown = (operation) => {
  throw new Error(`unknown operation ${operation}`);
};
const int = Number;

const APPLY = {
  done: (_value, operation) => unknown(operation),
  snapshot: applySnapshot,
  map: applyMap,
  entry: applyEntry,
  field: applyField,
  raw: applyRaw,
  list: applyList,
};

function applySnapshot(view, operation, args) {
  const [first, second] = args;
  if (HOST_REASONS.includes(operation)) return optional("str", view.host[operation]);
  switch (operation) {
    case "map":
      return shape("map", view.map(first));
    case "var":
      return shape("field", view.var(first));
    case "vars":
      return shape(
        "list",
        view.vars(first).map(({ map, field }) => ({ name: map, of: shape("field", field) })),
      );
    case "active":
      return shape("snapshot", view.active());
    case "live_var":
      return shape("field", view.liveVar(first));
    case "live_var_via":
      return shape("field", view.liveVarVia(first, picker(second)));
    case "live_vars_via":
      return shape(
        "list",
        view.liveVarsVia(first, picker(second)).map((field, ix) => ({ name: first[ix], of: shape("field", field) })),
      );
    case "map_count":
      return done("u64", String(view.mapCount()));
    case "is_placeholder":
      return done("bool", view.isPlaceholder());
    case "len_of":
      return done("u64", String(view.lengthOf(first)));
    case "per_cpu_time_at":
      return optional("json", view.perCpuTimeAt(int(first)));
    case "per_node_numa_at":
      return optional("json", view.perNodeNumaAt(int(first)));
    case "task_enrichment_by_pid":
      return optional("str", view.taskEnrichmentByPid(int(first))?.comm);
    case "prog_runtime_stats_by_name":
      return optional("json", view.progRuntimeStatsByName(first));
    default:
      return unknown(operation);
  }
}

function applyMap(map, operation, [first]) {
  switch (operation) {
    case "cpu":
      return shape("map", map.cpu(int(first)));
    case "at":
      return shape("entry", map.at(int(first)));
    case "find":
      return shape("entry", map.find(predicate(first)));
    case "filter":
      return shape(
        "list",
        map.filter(predicate(first)).map((entry) => ({ name: entry.kind, of: shape("entry", entry) })),
      );
    case "max_by":
      return shape(
        "entry",
        map.maxBy((entry) => orElse(entry.get(first.path).tryAsU64(), BigInt(first.or ?? 0))),
      );
    case "name":
      return done("str", map.name);
    case "map_error":
      return optional("str", map.mapError);
    case "ringbuf":
    case "arena":
      return done("present", map[operation] !== undefined);
    case "fd_array":
      return done("present", map.fdArray !== undefined);
    case "stack_trace":
      return done("present", map.stackTrace !== undefined);
    default:
      return unknown(operation);
  }
}

function applyEntry(entry, operation, [path]) {
  if (operation === "get") return shape("field", entry.get(path));
  if (operation === "key") return shape("field", entry.key(path));
  if (operation === "cpu_each")
    return done(
      "pairs",
      entry.cpuEach(path).map(([cpu, field]) => [String(cpu), rendered(field)]),
    );
  const [, op, type] = /^cpu_(sum|max|min)_(u64|i64|f64)$/.exec(operation) ?? unknown(operation);
  const name = `cpu${op[0].toUpperCase()}${op.slice(1)}${type.toUpperCase()}`;
  return done(type, toPlain(entry[name](path)));
}

function applyField(field, operation, [path]) {
  if (TERMINALS[operation] !== undefined) {
    const [method, type] = TERMINALS[operation];
    return done(type, toPlain(field[method]()));
  }
  switch (operation) {
    case "get":
      return shape("field", field.get(path));
    case "is_present":
      return done("bool", field.isPresent());
    case "iter_members":
      return shape(
        "list",
        field.iterMembers().map((member, ix) => ({ name: String(ix), of: shape("field", member) })),
      );
    case "raw": {
      const raw = field.raw();
      if (raw === undefined) return none();
      return field instanceof JsonField ? done("json", toPlain(raw)) : shape("raw", raw);
    }
    default:
      return unknown(operation);
  }
}

function applyRaw(raw, operation, [arg]) {
  const inner = (value) => (value === undefined ? shape("gone") : shape("raw", value));
  if (TERMINALS[operation] !== undefined && operation !== "as_str") {
    const [method, type] = TERMINALS[operation];
    return optional(type, raw[method]());
  }
  if (operation === "member") return inner(raw.member(arg));
  if (operation === "index") return inner(raw.index(int(arg)));
  return operation === "get" ? inner(raw.get(arg)) : unknown(operation);
}
APPLY.gone = () => shape("gone");

function applyList(list, operation, [arg]) {
  switch (operation) {
    case "count":
      return done("u64", String(list.length));
    case "nth":
      return list[int(arg)]?.of ?? none();
    case "names":
      return done(
        "str[]",
        list.map(({ name }) => name),
      );
    case "map_u64":
      return done(
        "u64[]",
        list.map(({ of }) => String(of.value.get(arg).asU64())),
      );
    default:
      return unknown(operation);
  }
}

/** A scalar as the cases write it, containers by their kind. */
function rendered(field) {
  const value = [field.tryAsU64(), field.tryAsI64(), field.tryAsF64()].find(({ ok }) => ok);
  return value === undefined ? field.raw()?.kind : toPlain(value.value);
}

function orElse(result, other) {
  return result.ok ? result.value : other;
}

export function picker(spec) {
  if (spec === "max_by_counter_value") return maxByCounterValue;
  if (spec === "max_by_sum_u64") return maxBySumU64;
  return spec === "none" ? () => null : () => int(spec.index);
}

function predicate({ path, as, op, value, side }) {
  if (op === "true" || op === true) return () => true;
  if (op === "false" || op === false) return () => false;
  if (op === "missing") return (entry) => entry.kind === "Missing";
  const [method] = TERMINALS[as] ?? TERMINALS[`as_${as}`];
  return (entry) => {
    const found = (side === "key" ? entry.key(path) : entry.get(path))[method]();
    if (op === "gt") return found > wanted(found, value);
    return op === "ne" ? found !== wanted(found, value) : found === wanted(found, value);
  };
}

/** The value to compare with, as the type of what was read. */
function wanted(found, value) {
  if (typeof found === "bigint") return BigInt(value);
  return typeof found === "number" ? Number(value) : value;
}
