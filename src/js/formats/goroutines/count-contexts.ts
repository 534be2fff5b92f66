import { NONE } from "../../base/brand.ts";
import { NO_CODE_OFFSET } from "../../model/calls.ts";
import type { DumpScanner } from "./dump-scanner.ts";
import type { Segment } from "./segments.ts";
import type { StackAssembly } from "./stack-assembly.ts";
import type { Vocabulary } from "./vocabulary.ts";
import { functionNames, VocabularyMap } from "./vocabulary-map.ts";
import { inferState } from "./wait-states.ts";

/** Adds the records of a debug=1 profile: contexts that stand for several goroutines and have no ids. */
export function addRecords(assembly: StackAssembly, scanner: DumpScanner, segment: Segment, process: string): void {
  const { counts, vocabulary } = scanner;
  const map = new VocabularyMap(vocabulary, assembly.builder);
  for (let record = segment.fromRecord; record < segment.toRecord; record++) {
    const labels = counts.labels.values[record]!;
    const stack = counts.stack.values[record]!;
    const state = segment.profile?.name === "threadcreate" ? undefined : inferCounted(vocabulary, stack);
    const count = counts.count.values[record]!;
    assembly.addContext({
      kind: "goroutine",
      name: count === 1 ? "1 goroutine" : `${count} goroutines`,
      stack: map.node(stack),
      count: BigInt(count),
      process,
      offset: counts.offset.values[record]!,
      ...(state !== undefined && { state, stateInferred: true }),
      ...(labels !== NONE && { labels: vocabulary.labels(labels) }),
    });
    const from = record === 0 ? 0 : counts.callEnd.values[record - 1]!;
    for (let call = from; call < counts.callEnd.values[record]!; call++) {
      const offset = counts.codeOffset.values[call] ?? NO_CODE_OFFSET;
      assembly.addAddress(counts.address.values[call * 2]!, counts.address.values[call * 2 + 1]!, offset);
    }
  }
}

/** debug=1 hides the runtime's own frames, so channel operations cannot be told from running code: no guess then. */
function inferCounted(vocabulary: Vocabulary, stack: number): string | undefined {
  const state = inferState(functionNames(vocabulary, stack));
  return state === "running or runnable" ? undefined : state;
}
