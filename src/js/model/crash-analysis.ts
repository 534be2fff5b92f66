import type { SymbolizedAddress } from "./symbolized-address.ts";
import type { CodeSymbol } from "./symbols.ts";

/** One thing that the captured state says, which the format's own report does not. */
export interface CrashFinding {
  /** Register or thread that it is about. */
  readonly about: string;
  readonly severity: "note" | "warning";
  /** One sentence without a full stop. Names of threads are as captured: escape before showing. */
  readonly text: string;
}

/** A word of a raw stack that may be a return address. */
export interface StackCandidate {
  /** Bytes from the lowest captured address. */
  readonly offset: number;
  /** As it is on the stack. */
  readonly value: bigint;
  /** In the device's memory, where the stack pointer is known. */
  readonly address?: bigint;
  /** The backtrace has it too. */
  readonly confirmed: boolean;
  readonly symbol?: CodeSymbol;
}

export interface StackFinding {
  readonly thread: string;
  /** Words looked at. */
  readonly words: number;
  /** Lowest first, which is innermost first on a stack that grows down. */
  readonly candidates: readonly StackCandidate[];
}

/** The addresses of one context once more: Thumb bit cleared, return addresses inside their calls, inlined calls shown. */
export interface CorrectedStack {
  /** Index of the context in the snapshot's stacks. */
  readonly context: number;
  readonly name: string;
  /** Innermost first. */
  readonly addresses: readonly SymbolizedAddress[];
}

/** What was concluded from one snapshot, beyond what its own tools print. Plain data. */
export interface CrashAnalysis {
  /** Of a related snapshot; empty for the outermost. */
  readonly path: string;
  readonly findings: readonly CrashFinding[];
  /** Only with an image that knows inlined calls. */
  readonly corrected: readonly CorrectedStack[];
  /** What was found in the raw stacks. */
  readonly stacks: readonly StackFinding[];
}
