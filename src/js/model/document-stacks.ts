import { NONE } from "../base/brand.ts";
import { encodeUtf8 } from "../base/bytes.ts";
import { Uint32Column } from "../base/columns.ts";
import type { JsonObject, JsonValue } from "../base/json.ts";
import { type CallTable, NO_CODE_OFFSET } from "./calls.ts";
import { plainNumbers, type Reader } from "./document-reader.ts";
import {
  type CapturedProcess,
  type ContextAncestor,
  type ContextCreator,
  type ContextTrait,
  type Frame,
  type FrameIx,
  type Register,
  type StackContext,
  type StackIx,
  type StackTable,
  StackTableBuilder,
} from "./stacks.ts";

/** Indices of a document → those of the table that is built from it. */
interface Indices {
  frame(ix: Reader): FrameIx;
  stack(ix: Reader): StackIx;
}

/** Reads what `stacksDocument` of the renderer writes. */
export function readStacks(stacks: Reader): StackTable {
  const builder = new StackTableBuilder();
  const frames = stacks.member("frames").list((frame) => {
    const { address, ...rest } = Object.fromEntries(frame.object());
    return builder.addFrame({
      ...(plainNumbers(rest) as unknown as Frame),
      ...(typeof address === "bigint" && { address }),
    });
  });
  const frameAt = (ix: Reader): FrameIx => pickAt(frames, ix, "the index of a frame");
  const nodes = stacks.member("stacks").list((stack) => builder.addStack(stack.list(frameAt)));
  const indices: Indices = { frame: frameAt, stack: (ix) => pickAt(nodes, ix, "the index of a stack") };
  const calls = new CallColumns();
  const contexts = stacks.member("contexts").items();
  for (const context of contexts) {
    builder.addContext(readContext(context, indices));
    calls.add(context.has("calls") ? context.member("calls").items() : []);
  }
  return {
    ...builder.build(),
    ...(contexts.some((context) => context.has("calls")) && { calls: calls.take() }),
    ...(stacks.has("processes") && { processes: stacks.member("processes").list(readProcess) }),
  };
}

function pickAt<T>(items: readonly T[], ix: Reader, expected: string): T {
  const found = items[ix.integer()];
  if (found === undefined) throw ix.wrong(expected);
  return found;
}

function readContext(context: Reader, indices: Indices): StackContext {
  const { stack: _s, calls: _c, creator: _r, ancestors: _a, ...rest } = Object.fromEntries(context.object());
  const { registers: _g, labels, attributes, traits, elidedFrames, offset, ...plain } = rest;
  return {
    ...(plain as unknown as Omit<StackContext, "stack">),
    stack: context.has("stack") ? indices.stack(context.member("stack")) : (NONE as StackIx),
    ...textMap("labels", labels),
    ...textMap("attributes", attributes),
    ...(Array.isArray(traits) && { traits: traits as readonly ContextTrait[] }),
    ...(elidedFrames !== undefined && { elidedFrames: Number(elidedFrames) }),
    ...(offset !== undefined && { offset: Number(offset) }),
    ...(context.has("registers") && {
      registers: context.member("registers").list((one) => Object.fromEntries(one.object()) as unknown as Register),
    }),
    ...(context.has("creator") && { creator: readCreator(context.member("creator"), indices) }),
    ...(context.has("ancestors") && {
      ancestors: context.member("ancestors").list((one) => readAncestor(one, indices)),
    }),
  };
}

function textMap(name: "labels" | "attributes", value: JsonValue | undefined): Partial<StackContext> {
  return value instanceof Map ? { [name]: Object.fromEntries(value) } : {};
}

function readCreator(creator: Reader, indices: Indices): ContextCreator {
  const id = creator.object().get("id");
  return { frame: indices.frame(creator.member("frame")), ...(typeof id === "bigint" && { id }) };
}

function readAncestor(ancestor: Reader, indices: Indices): ContextAncestor {
  const id = ancestor.object().get("id");
  return {
    ...(typeof id === "bigint" && { id }),
    stack: ancestor.has("stack") ? indices.stack(ancestor.member("stack")) : (NONE as StackIx),
    ...(ancestor.has("creator") && { creator: indices.frame(ancestor.member("creator")) }),
  };
}

function readProcess(process: Reader): CapturedProcess {
  const { sentUs, firstByteUs, ...rest } = Object.fromEntries(process.object());
  return {
    ...(rest as unknown as CapturedProcess),
    ...(sentUs !== undefined && { sentUs: Number(sentUs) }),
    ...(firstByteUs !== undefined && { firstByteUs: Number(firstByteUs) }),
  };
}

/** Fills a call table row by row. */
class CallColumns {
  private readonly first = new Uint32Column();
  private readonly texts: Uint8Array[] = [];
  private readonly argumentEnd = new Uint32Column();
  private readonly codeOffset = new Uint32Column();
  private readonly registers = new Uint32Column();
  private bytes = 0;

  /** The calls of the next context. */
  add(calls: readonly Reader[]): void {
    this.first.push(this.argumentEnd.length);
    for (const call of calls) this.addCall(call.object());
  }

  take(): CallTable {
    this.first.push(this.argumentEnd.length);
    const argumentBytes = new Uint8Array(this.bytes);
    let at = 0;
    for (const text of this.texts) {
      argumentBytes.set(text, at);
      at += text.length;
    }
    return {
      first: this.first.take(),
      argumentBytes,
      argumentEnd: this.argumentEnd.take(),
      codeOffset: this.codeOffset.take(),
      registers: this.registers.take(),
    };
  }

  private addCall(call: JsonObject): void {
    const text = encodeUtf8(String(call.get("arguments") ?? ""));
    this.texts.push(text);
    this.bytes += text.length;
    this.argumentEnd.push(this.bytes);
    this.codeOffset.push(Number(call.get("codeOffset") ?? NO_CODE_OFFSET));
    for (const name of ["fp", "sp", "pc"]) {
      const given = call.get(name);
      const value = typeof given === "bigint" ? BigInt.asUintN(64, given) : 0n;
      this.registers.push(Number(value & 0xffff_ffffn));
      this.registers.push(Number(value >> 32n));
    }
  }
}
