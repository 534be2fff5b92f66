import * as P from "../../../abi/btf-plan.ts";
import { limitExceeded } from "../../../base/limits.ts";
import type { TypeReader } from "../values/typed-node.ts";
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

/** An array in a value. */
export interface ElementRun {
  /** Byte offset of the first element from the current base. */
  readonly at: number;
  readonly byteSize: number;
  readonly count: number;
  /** Elements are characters: written as text where the bytes are one, in this `P.TEXT_…` form. */
  readonly text?: number | undefined;
  /** Nothing lies behind the array: one without a length goes on to the end of the bytes. */
  readonly isTail?: boolean | undefined;
}

/** Nesting of types while compiling: valid BTF nests 500 structs. */
const MAX_LEVELS = 1000;

export function checkLevel(level: number): void {
  if (level > MAX_LEVELS) throw limitExceeded("depth", MAX_LEVELS, level, "rendering: types nest");
}

/** Writes values of types into a plan; JSON unless a dialect says otherwise. */
export abstract class ValueWriter {
  protected readonly reader: TypeReader;
  protected readonly plan: PlanBuilder;
  /** What stands before, between and behind the elements of an array. */
  protected readonly brackets: readonly [open: string, between: string, close: string] = ["[", ",", "]"];

  constructor(reader: TypeReader, plan: PlanBuilder) {
    this.reader = reader;
    this.plan = plan;
  }

  /** A value of a type at a byte offset from the current base. */
  abstract value(typeId: number, at: number, level: number): void;

  /** An entry of a map: `{"key":…,"value":…}`, of per-CPU maps `{"key":…,"values":[{"cpu":0,"value":…},…]}`. */
  entry({ keyTypeId, valueTypeId, cpus, cpuStride = 0 }: EntryShape): void {
    const { plan } = this;
    plan.text("{");
    if (keyTypeId !== undefined) {
      plan.text('"key":');
      plan.op(P.OP_SEGMENT, 0);
      this.value(keyTypeId, 0, 1);
      plan.text(",");
    }
    plan.op(P.OP_SEGMENT, 1);
    if (cpus === undefined) {
      plan.text('"value":');
      this.value(valueTypeId, 0, 1);
    } else {
      plan.text('"values":[');
      const table = plan.turnTable(cpus);
      plan.loop(cpus.length, cpuStride, 0, ",", () => {
        plan.text('{"cpu":');
        plan.op(P.OP_TURN, table);
        plan.text(',"value":');
        this.value(valueTypeId, 0, 2);
        plan.text("}");
      });
      plan.text("]");
    }
    plan.text("}");
  }

  /** The elements of an array; `element` writes one of them at the base. */
  protected elements({ at, byteSize, count, text, isTail = false }: ElementRun, element: () => void): void {
    const { plan } = this;
    const [open, between, close] = this.brackets;
    let skip = -1;
    if (text !== undefined && count > 0) {
      plan.op(P.OP_TEXT, at, count, text);
      skip = plan.op(P.OP_JUMP);
    }
    plan.text(open);
    const turns = count === 0 && isTail ? P.LOOP_TO_END : count;
    if (turns > 0 && byteSize > 0) plan.loop(turns, byteSize, at, between, element);
    plan.text(close);
    if (skip >= 0) plan.land(skip);
  }
}
