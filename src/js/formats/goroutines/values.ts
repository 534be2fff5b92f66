import { NONE } from "../../base/brand.ts";
import { argumentTextOf, codeOffsetOf, registerOf } from "../../model/calls.ts";
import type { CapturedProcess, Frame, StackContext, StackIx, StackTable } from "../../model/stacks.ts";
import type { Scalar, ValueKind, ValueNode, ValueSource } from "../../model/values.ts";
import type { DumpRecord, GoroutinesNative } from "./native.ts";

/** A plain value, a record of named values in order, or a list whose elements are made when asked for. */
type Plain = string | bigint | number | boolean | undefined | Fields | List;
interface Fields {
  readonly fields: readonly (readonly [name: string, value: Plain])[];
  readonly typeName?: string;
  readonly isMap?: boolean;
}
interface List {
  readonly length: number;
  at(ix: number): Plain;
}

/**
 * The value tree of a goroutine snapshot: `processes[i]`, `goroutines[i]` with `frames[j]` (innermost first), `labels`,
 * `creator`, `ancestors[k]`; and `crash` where a process died. Nothing is built before it is asked for, so a hundred
 * thousand goroutines cost nothing until they are looked at.
 */
export function createGoroutineValues(stacks: StackTable, { dumps }: GoroutinesNative): ValueSource {
  const crash = dumps.find((dump) => dump.crash !== undefined)?.crash;
  return new PlainValues({
    typeName: "goroutines",
    fields: [
      ["processes", listOf(stacks.processes ?? [], (process) => processValue(process, dumps))],
      ["goroutines", listOf(stacks.contexts, (context, ix) => contextValue(stacks, context, ix))],
      ["crash", crash === undefined ? undefined : crashValue(crash)],
    ],
  });
}

function listOf<Item>(items: readonly Item[], read: (item: Item, ix: number) => Plain): List {
  return { length: items.length, at: (ix) => read(items[ix]!, ix) };
}

function processValue(process: CapturedProcess, dumps: readonly DumpRecord[]): Plain {
  const statistics = dumps.find((dump) => dump.process === process.name)?.statistics;
  const { name, input, pid, host, program, buildId, runtime, timeNs, sentUs, firstByteUs, total, error } = process;
  return {
    typeName: "process",
    fields: [
      ["name", name],
      ["input", input],
      ["pid", pid],
      ["host", host],
      ["program", program],
      ["build_id", buildId],
      ["runtime", runtime],
      ["time_ns", timeNs],
      ["sent_us", sentUs],
      ["first_byte_us", firstByteUs],
      ["total", total],
      ["truncated", process.isTruncated],
      ["error", error],
      ["headers", statistics?.goroutineHeaders],
    ],
  };
}

function contextValue(stacks: StackTable, context: StackContext, ix: number): Plain {
  const { id, name, kind, process, count, state, normalState, stateInferred, waitAtLeastNs, labels, traits } = context;
  return {
    typeName: kind,
    fields: [
      ["id", id],
      ["name", name],
      ["process", process],
      ["count", count],
      ["state", state],
      ["normal_state", normalState],
      ["state_inferred", stateInferred],
      ["wait_at_least_ns", waitAtLeastNs],
      ["labels", labels === undefined ? undefined : { isMap: true, fields: Object.entries(labels) }],
      ["traits", traits === undefined ? undefined : listOf(traits, (trait) => trait)],
      ["elided_frames", context.elidedFrames],
      ["frames", framesValue(stacks, context.stack, ix)],
      ["creator", creatorValue(stacks, context)],
      ["ancestors", ancestorsValue(stacks, context)],
      ["attributes", context.attributes === undefined ? undefined : { fields: Object.entries(context.attributes) }],
    ],
  };
}

/** @param context index of the context whose calls belong to the frames; `NONE` for stacks without calls */
function framesValue(stacks: StackTable, stack: StackIx, context: number): Plain {
  const nodes: number[] = [];
  for (let node: number = stack; node !== NONE; node = stacks.caller[node]!) nodes.push(node);
  return listOf(nodes, (node, depth) => frameValue(stacks, stacks.frames[stacks.frame[node]!]!, context, depth));
}

function frameValue({ calls }: StackTable, frame: Frame, context: number, depth: number): Plain {
  const row = calls === undefined || context === NONE ? NONE : calls.first[context]! + depth;
  return {
    typeName: "frame",
    fields: [
      ["function", frame.functionName],
      ["file", frame.file],
      ["line", frame.line],
      ["inlined", frame.inlined],
      ["address", frame.address ?? (row === NONE ? undefined : registerOf(calls!, row, "pc"))],
      ["module", frame.module],
      ["arguments", row === NONE || frame.inlined === true ? undefined : argumentTextOf(calls!, row)],
      ["offset", row === NONE ? undefined : codeOffsetOf(calls!, row)],
      ["sp", row === NONE ? undefined : registerOf(calls!, row, "sp")],
      ["fp", row === NONE ? undefined : registerOf(calls!, row, "fp")],
    ],
  };
}

function creatorValue(stacks: StackTable, { creator }: StackContext): Plain {
  if (creator === undefined) return undefined;
  const { functionName, file, line } = stacks.frames[creator.frame]!;
  return {
    typeName: "creator",
    fields: [
      ["id", creator.id],
      ["function", functionName],
      ["file", file],
      ["line", line],
    ],
  };
}

function ancestorsValue(stacks: StackTable, { ancestors }: StackContext): Plain {
  if (ancestors === undefined) return undefined;
  return listOf(ancestors, ({ id, stack }) => ({
    typeName: "ancestor",
    fields: [
      ["id", id],
      ["frames", framesValue(stacks, stack, NONE)],
    ],
  }));
}

function crashValue(crash: NonNullable<DumpRecord["crash"]>): Plain {
  const panic = ({ message, isRecovered, isRepanicked }: (typeof crash.panics)[number]): Plain => ({
    fields: [
      ["message", message],
      ["recovered", isRecovered],
      ["repanicked", isRepanicked],
    ],
  });
  return {
    typeName: "crash",
    fields: [
      ["panics", listOf(crash.panics, panic)],
      ["lines", listOf(crash.lines, (line) => line)],
      ["registers", { isMap: true, fields: Object.entries(crash.registers) }],
      ["exit_status", crash.exitStatus],
    ],
  };
}

/** A `ValueSource` over plain values. Fields without a value are left out. */
class PlainValues implements ValueSource {
  readonly root: ValueNode;

  constructor(root: Fields) {
    this.root = toNode("", { ...root, fields: root.fields.filter(([, value]) => value !== undefined) });
  }

  count(node: ValueNode): number {
    const value = node.handle as Plain;
    return isList(value) ? value.length : isFields(value) ? value.fields.length : 0;
  }

  page(node: ValueNode, from: number, count: number): readonly ValueNode[] {
    const value = node.handle as Plain;
    const nodes: ValueNode[] = [];
    const end = Math.min(this.count(node), from + count);
    for (let ix = Math.max(0, from); ix < end; ix++) {
      if (isList(value)) nodes.push(toNode(String(ix), value.at(ix)));
      else if (isFields(value)) nodes.push(toNode(value.fields[ix]![0], value.fields[ix]![1]));
    }
    return nodes;
  }

  child(node: ValueNode, name: string): ValueNode | undefined {
    const value = node.handle as Plain;
    if (isList(value)) {
      const ix = /^(?:0|[1-9]\d{0,9})$/.test(name) ? Number(name) : NONE;
      return ix >= 0 && ix < value.length ? toNode(name, value.at(ix)) : undefined;
    }
    const found = isFields(value) ? value.fields.find(([key]) => key === name) : undefined;
    return found === undefined ? undefined : toNode(found[0], found[1]);
  }

  scalar(node: ValueNode): Scalar {
    const value = node.handle as Plain;
    return value === undefined || typeof value === "object" ? null : value;
  }
}

function isList(value: Plain): value is List {
  return typeof value === "object" && "at" in value;
}

function isFields(value: Plain): value is Fields {
  return typeof value === "object" && "fields" in value;
}

function toNode(name: string, value: Plain): ValueNode {
  if (isFields(value)) {
    const fields = value.fields.filter(([, field]) => field !== undefined);
    const kind = value.isMap === true ? "map" : "struct";
    return {
      kind,
      name,
      handle: { ...value, fields },
      ...(value.typeName !== undefined && { typeName: value.typeName }),
    };
  }
  return { kind: kindOf(value), name, handle: value };
}

function kindOf(value: Plain): ValueKind {
  if (isList(value)) return "array";
  if (typeof value === "bigint") return value < 0n ? "int" : "uint";
  if (typeof value === "number") return Number.isInteger(value) ? "uint" : "float";
  return typeof value === "boolean" ? "bool" : "string";
}
