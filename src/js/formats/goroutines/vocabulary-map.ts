import { NONE } from "../../base/brand.ts";
import type { Frame, FrameIx, StackIx, StackTableBuilder } from "../../model/stacks.ts";
import { ELIDED_FRAMES, type Vocabulary } from "./vocabulary.ts";

/** Frames and nodes of one vocabulary as numbers of one table. */
export class VocabularyMap {
  private readonly frames = new Map<number, FrameIx>();
  private readonly nodes = new Map<number, StackIx>();
  private readonly vocabulary: Vocabulary;
  private readonly builder: StackTableBuilder;

  constructor(vocabulary: Vocabulary, builder: StackTableBuilder) {
    this.vocabulary = vocabulary;
    this.builder = builder;
  }

  frame(row: number): FrameIx {
    let frame = this.frames.get(row);
    if (frame === undefined) {
      frame = this.builder.addFrame(frameOf(this.vocabulary, row));
      this.frames.set(row, frame);
    }
    return frame;
  }

  /** @param row a node of the vocabulary, or `NONE` */
  node(row: number): StackIx {
    const known = this.nodes.get(row);
    if (known !== undefined) return known;
    const path: number[] = [];
    let at = row;
    while (at !== NONE && !this.nodes.has(at)) {
      path.push(at);
      at = this.vocabulary.nodes.a.values[at]!;
    }
    let node = this.nodes.get(at) ?? (NONE as StackIx);
    for (let i = path.length - 1; i >= 0; i--) {
      node = this.builder.addNode(node, this.frame(this.vocabulary.nodes.b.values[path[i]!]!));
      this.nodes.set(path[i]!, node);
    }
    return node;
  }
}

function frameOf(vocabulary: Vocabulary, row: number): Frame {
  const { a, b, c } = vocabulary.frames;
  const functionName = vocabulary.functions.text(a.values[row]!);
  const file = b.values[row]!;
  const line = c.values[row]! >>> 1;
  return {
    functionName,
    ...(file !== NONE && { file: vocabulary.files.text(file) }),
    ...(line > 0 && { line }),
    ...(vocabulary.isInlined(row) && { inlined: true }),
    ...(functionName === ELIDED_FRAMES && file === NONE && { synthetic: true }),
  };
}

/** Names of the functions of a stack, innermost first. */
export function functionNames(vocabulary: Vocabulary, stack: number): string[] {
  const names: string[] = [];
  for (let node = stack; node !== NONE; node = vocabulary.nodes.a.values[node]!) {
    const frame = vocabulary.nodes.b.values[node]!;
    names.push(vocabulary.functions.text(vocabulary.frames.a.values[frame]!));
  }
  return names;
}
