import type { RenderPlan } from "../../../abi/btf.ts";
import * as P from "../../../abi/btf-plan.ts";
import type { TypeReader } from "../values/typed-node.ts";
import { BpftoolPlan } from "./bpftool.ts";
import type { Dialect } from "./dialect.ts";
import { type InitializerOptions, InitializerPlan } from "./initializer.ts";
import { JsonPlan } from "./json-plan.ts";
import { PlanBuilder } from "./plan-builder.ts";
import type { EntryShape, ValueWriter } from "./value-writer.ts";

export interface CompileOptions extends InitializerOptions {
  readonly dialect: Dialect;
  /** Text after each entry or value; default newline. */
  readonly end?: string | undefined;
}

/**
 * Compiles the rendering of one entry. Done once per type, then run over any number of entries.
 * @throws SnapshotError `LimitExceeded` for types that nest beyond reason.
 */
export function compileEntry(reader: TypeReader, shape: EntryShape, options: CompileOptions): RenderPlan {
  const plan = new PlanBuilder();
  writerOf(reader, plan, options).entry(shape);
  plan.text(options.end ?? "\n");
  return plan.build();
}

/** Compiles the rendering of a bare value. */
export function compileValue(reader: TypeReader, typeId: number, options: CompileOptions): RenderPlan {
  const plan = new PlanBuilder();
  plan.op(P.OP_SEGMENT, 1);
  writerOf(reader, plan, options).value(typeId, 0, 0);
  plan.text(options.end ?? "\n");
  return plan.build();
}

function writerOf(reader: TypeReader, plan: PlanBuilder, options: CompileOptions): ValueWriter {
  switch (options.dialect) {
    case "json":
      return new JsonPlan(reader, plan);
    case "bpftool":
      return new BpftoolPlan(reader, plan);
    case "c":
      return new InitializerPlan(reader, plan, options);
    default:
      return options.dialect satisfies never;
  }
}
