import * as P from "../../../abi/btf-plan.ts";
import type { Field, Shape } from "../values/shape.ts";
import type { TypeReader } from "../values/typed-node.ts";
import { JsonPlan } from "./json-plan.ts";
import type { PlanBuilder } from "./plan-builder.ts";
import type { EntryShape } from "./value-writer.ts";

export interface InitializerOptions {
  /** Write members that are zero as well. Default false. */
  readonly zeroes?: boolean | undefined;
  /** One line. Default false. */
  readonly compact?: boolean | undefined;
  /** Default a tab. */
  readonly indent?: string | undefined;
}

/**
 * A C initializer: `{ .pid = 7, .comm = "sh", .state = RUN, .hist = { 1, 2 } }`. Members that are zero are left out
 * unless asked for; arrays are written whole or not at all.
 */
export class InitializerPlan extends JsonPlan {
  /** Joined flags are an expression. */
  protected override readonly flagMode: number = P.FLAGS_BARE;
  protected override readonly brackets = ["{ ", ", ", " }"] as const;
  private readonly options: InitializerOptions;

  constructor(reader: TypeReader, plan: PlanBuilder, options: InitializerOptions) {
    super(reader, plan);
    this.options = options;
  }

  override entry({ keyTypeId, valueTypeId, cpus, cpuStride = 0 }: EntryShape): void {
    const { plan } = this;
    if (keyTypeId !== undefined) {
      plan.text("[");
      plan.op(P.OP_SEGMENT, 0);
      new InitializerPlan(this.reader, plan, { ...this.options, compact: true, zeroes: true }).value(keyTypeId, 0, 0);
      plan.text("] = ");
    }
    plan.op(P.OP_SEGMENT, 1);
    if (cpus === undefined) {
      this.value(valueTypeId, 0, 0);
      return;
    }
    plan.text("{");
    const table = plan.turnTable(cpus);
    plan.loop(cpus.length, cpuStride, 0, "", () => {
      this.newLine(1);
      plan.text("/* CPU ");
      plan.op(P.OP_TURN, table);
      plan.text(" */ ");
      this.value(valueTypeId, 0, 1);
      plan.text(",");
    });
    this.newLine(0);
    plan.text("}");
  }

  protected override enumText(name: string): string {
    return name;
  }

  protected override composite(shape: Shape, bitAt: number, level: number, isTail: boolean): void {
    const { plan } = this;
    plan.text("{");
    for (const field of shape.fields) {
      if (this.options.zeroes === true) this.member(field, bitAt, level, isTail);
      else plan.group(() => this.member(field, bitAt, level, isTail));
    }
    if (shape.fields.length > 0) this.newLine(level);
    plan.text("}");
  }

  private member(field: Field, bitAt: number, level: number, isTail: boolean): void {
    this.newLine(level + 1);
    if (field.name !== "") this.plan.text(`.${field.name} = `);
    this.field(field, bitAt, level, isTail);
    this.plan.text(",");
  }

  private newLine(level: number): void {
    const { compact = false, indent = "\t" } = this.options;
    this.plan.text(compact ? " " : `\n${indent.repeat(level)}`);
  }
}
