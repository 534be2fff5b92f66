import * as P from "../../../abi/btf-plan.ts";
import { limitExceeded } from "../../../base/limits.ts";
import type { PlanBuilder } from "./plan-builder.ts";

/** What one entry of a map is made of. */
export interface EntryShape {
  /** Type of the key; absent: no key is written. */
  readonly keyTypeId?: number | undefined;
  readonly valueTypeId: number;
  /** Per-CPU maps: the CPUs in the order of their slots, and bytes from one slot to the next. */
  readonly cpus?: readonly number[] | undefined;
  readonly cpuStride?: number | undefined;
}

/** Writes values of types into a plan. */
export interface ValueWriter {
  /** A value of a type at a byte offset from the current base. */
  value(typeId: number, at: number, level: number): void;
  /** An entry of a map. */
  entry(shape: EntryShape): void;
}

/** Nesting of types while compiling: valid BTF nests 500 structs. */
export const MAX_LEVELS = 1000;

export function checkLevel(level: number): void {
  if (level > MAX_LEVELS) throw limitExceeded("depth", MAX_LEVELS, level, "rendering: types nest");
}

/** Writes `{"key":…,"value":…}`, or for per-CPU maps `{"key":…,"values":[{"cpu":0,"value":…},…]}`. */
export function writeJsonEntry(plan: PlanBuilder, shape: EntryShape, value: ValueWriter["value"]): void {
  const { keyTypeId, valueTypeId, cpus, cpuStride = 0 } = shape;
  plan.text("{");
  if (keyTypeId !== undefined) {
    plan.text('"key":');
    plan.op(P.OP_SEGMENT, 0);
    value(keyTypeId, 0, 1);
    plan.text(",");
  }
  plan.op(P.OP_SEGMENT, 1);
  if (cpus === undefined) {
    plan.text('"value":');
    value(valueTypeId, 0, 1);
  } else {
    plan.text('"values":[');
    const table = plan.turnTable(cpus);
    plan.loop(cpus.length, cpuStride, 0, ",", () => {
      plan.text('{"cpu":');
      plan.op(P.OP_TURN, table);
      plan.text(',"value":');
      value(valueTypeId, 0, 2);
      plan.text("}");
    });
    plan.text("]");
  }
  plan.text("}");
}
