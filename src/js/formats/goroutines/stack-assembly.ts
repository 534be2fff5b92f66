import { ByteColumn, Uint32Column } from "../../base/columns.ts";
import { type CapturedProcess, type StackContext, type StackTable, StackTableBuilder } from "../../model/stacks.ts";

/** The call columns of one text. */
export interface CallSource {
  readonly arguments: ByteColumn;
  readonly argumentEnd: Uint32Column;
  readonly codeOffset: Uint32Column;
  readonly registers: Uint32Column | undefined;
}

/** Collects the stacks of one snapshot from dumps of any number of processes. */
export class StackAssembly {
  readonly builder: StackTableBuilder = new StackTableBuilder();
  private readonly processes: CapturedProcess[] = [];
  private readonly firstCall = new Uint32Column();
  private readonly argumentBytes = new ByteColumn();
  private readonly argumentEnd = new Uint32Column();
  private readonly codeOffset = new Uint32Column();
  private registers: Uint32Column | undefined;

  addProcess(process: CapturedProcess): void {
    this.processes.push(process);
  }

  /** Adds a context; its calls are those added next. */
  addContext(context: StackContext): void {
    this.firstCall.push(this.argumentEnd.length);
    this.builder.addContext(context);
  }

  /** Adds contexts whose calls stand one after the other in `source`, from `first(0)` to `end`. */
  addRun(contexts: readonly StackContext[], source: CallSource, first: (ix: number) => number, end: number): void {
    const base = this.argumentEnd.length;
    const from = contexts.length === 0 ? end : first(0);
    contexts.forEach((context, ix) => {
      this.firstCall.push(base + first(ix) - from);
      this.builder.addContext(context);
    });
    this.addCalls(source, from, end);
  }

  private addCalls(source: CallSource, from: number, to: number): void {
    const byteFrom = from === 0 ? 0 : source.argumentEnd.values[from - 1]!;
    const byteEnd = to === 0 ? 0 : source.argumentEnd.values[to - 1]!;
    const before = this.argumentEnd.length;
    this.argumentEnd.append(source.argumentEnd, from, to, this.argumentBytes.length - byteFrom);
    this.argumentBytes.append(source.arguments.bytes, byteFrom, Math.max(byteFrom, byteEnd));
    this.codeOffset.append(source.codeOffset, from, to);
    if (source.registers === undefined) return;
    const registers = this.registersUpTo(before);
    registers.append(source.registers, from * 6, Math.min(to * 6, source.registers.length));
  }

  /** The register column, filled with zeros for the calls that had none. */
  private registersUpTo(calls: number): Uint32Column {
    this.registers ??= new Uint32Column();
    while (this.registers.length < calls * 6) this.registers.push(0);
    return this.registers;
  }

  /** One call without arguments whose address is known. */
  addAddress(lo: number, hi: number, codeOffset: number): void {
    this.argumentEnd.push(this.argumentBytes.length);
    this.codeOffset.push(codeOffset);
    const registers = this.registersUpTo(this.argumentEnd.length - 1);
    for (const word of [0, 0, 0, 0, lo, hi]) registers.push(word);
  }

  build(): StackTable {
    this.firstCall.push(this.argumentEnd.length);
    const hasCalls = this.argumentEnd.length > 0;
    if (this.registers !== undefined) this.registersUpTo(this.argumentEnd.length);
    return {
      ...this.builder.build(),
      ...(hasCalls && {
        calls: {
          first: this.firstCall.take(),
          argumentBytes: this.argumentBytes.take(),
          argumentEnd: this.argumentEnd.take(),
          codeOffset: this.codeOffset.take(),
          ...(this.registers !== undefined && { registers: this.registers.take() }),
        },
      }),
      processes: this.processes,
    };
  }
}
