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

  addContext(context: StackContext): void {
    this.firstCall.push(this.argumentEnd.length);
    this.builder.addContext(context);
  }

  /** Copies the calls of the context added next. @param addresses (lo, hi) pairs instead of registers */
  addCalls(source: CallSource, from: number, to: number): void {
    for (let row = from; row < to; row++) {
      const start = row === 0 ? 0 : source.argumentEnd.values[row - 1]!;
      this.argumentBytes.append(source.arguments.bytes, start, source.argumentEnd.values[row]!);
      this.argumentEnd.push(this.argumentBytes.length);
      this.codeOffset.push(source.codeOffset.values[row]!);
    }
    if (source.registers === undefined) return;
    this.registers ??= new Uint32Column();
    while (this.registers.length < (this.argumentEnd.length - (to - from)) * 6) this.registers.push(0);
    for (let at = from * 6; at < to * 6; at++) {
      this.registers.push(at < source.registers.length ? source.registers.values[at]! : 0);
    }
  }

  /** One call without arguments whose address is known. */
  addAddress(lo: number, hi: number, codeOffset: number): void {
    this.argumentEnd.push(this.argumentBytes.length);
    this.codeOffset.push(codeOffset);
    this.registers ??= new Uint32Column();
    while (this.registers.length < (this.argumentEnd.length - 1) * 6) this.registers.push(0);
    for (const word of [0, 0, 0, 0, lo, hi]) this.registers.push(word);
  }

  build(): StackTable {
    this.firstCall.push(this.argumentEnd.length);
    const hasCalls = this.argumentEnd.length > 0;
    if (this.registers !== undefined) {
      while (this.registers.length < this.argumentEnd.length * 6) this.registers.push(0);
    }
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
