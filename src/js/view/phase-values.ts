import { decimalText, fixedText } from "../base/decimal.ts";
import { saturatingSumU64 } from "./aggregate.ts";
import { type Verdict, VerdictBuilder, valueText } from "./verdict.ts";

/** One value per phase, in the order of phases. */
export class PhaseValues<T> {
  readonly label: string;
  private readonly values: ReadonlyMap<number, T>;

  constructor(label: string, values: Iterable<readonly [phase: number, value: T]>) {
    this.label = label;
    this.values = new Map([...values].sort(([a], [b]) => a - b));
  }

  get(phase: number): T | undefined {
    return this.values.get(phase);
  }
  phases(): number[] {
    return [...this.values.keys()];
  }
  entries(): (readonly [phase: number, value: T])[] {
    return [...this.values];
  }
  map<U>(change: (value: T, phase: number) => U): PhaseValues<U> {
    return new PhaseValues(
      this.label,
      this.entries().map(([phase, value]) => [phase, change(value, phase)] as const),
    );
  }
}

/** The phases that both have, with both values. */
export function zipPerPhase<A, B>(a: PhaseValues<A>, b: PhaseValues<B>): PhaseValues<readonly [A, B]> {
  const both = a.entries().flatMap(([phase, left]) => {
    const right = b.get(phase);
    return right === undefined ? [] : [[phase, [left, right] as const] as const];
  });
  return new PhaseValues(`${a.label}, ${b.label}`, both);
}

/** a / (a + b) for each phase that both have; a total of 0 is left out. */
export function fracPair(a: PhaseValues<bigint>, b: PhaseValues<bigint>): PhaseValues<number> {
  const fractions = zipPerPhase(a, b)
    .entries()
    .flatMap(([phase, [left, right]]) => {
      const total = saturatingSumU64([left, right]);
      return total === 0n ? [] : [[phase, Number(left) / Number(total)] as const];
    });
  return new PhaseValues(`${a.label} / (${a.label} + ${b.label})`, fractions);
}

/** later / earlier, to be held against a ceiling. */
export interface PhaseRatio {
  atMost(ceiling: number): Verdict;
}

export function ratioAcrossPhases(
  values: PhaseValues<bigint> | PhaseValues<number>,
  earlier: number,
  later: number,
): PhaseRatio {
  return {
    atMost(ceiling) {
      const builder = new VerdictBuilder(`${values.label} at_most ${decimalText(ceiling)}`);
      const [before, after] = [values.get(earlier), values.get(later)];
      if (before === undefined || after === undefined) {
        const missing = before === undefined ? earlier : later;
        return builder.inconclusive(`phase ${missing} has no value`).build();
      }
      if (Number(before) === 0) return builder.inconclusive(`the value of phase ${earlier} is 0`).build();
      const ratio = Number(after) / Number(before);
      const text = `phase ${later} (${valueText(after)}) over phase ${earlier} (${valueText(before)}) is ${fixedText(ratio, 4)}`;
      if (!Number.isFinite(ratio)) return builder.fail(`${text}, which is not finite`).build();
      if (ratio > ceiling) return builder.fail(`${text}, above ${decimalText(ceiling)}`).build();
      return builder.note(text).build();
    },
  };
}

/** Which direction of a metric is better. */
export type Polarity = "lower" | "higher" | "undirected";

export interface Comparison {
  /** Fails unless the candidate is better, equality included. */
  betterThan(): Verdict;
  /** Fails unless the candidate is better by this part of the baseline, e.g. 0.1. */
  byAtLeast(margin: number): Verdict;
}

/** A candidate's metric held against a baseline's. */
export function compareMetric(
  label: string,
  polarity: Polarity,
  candidate: number | undefined,
  baseline: number | undefined,
): Comparison {
  const judge = (pattern: string, holds: (c: number, b: number) => boolean, needsBaseline: boolean): Verdict => {
    const builder = new VerdictBuilder(`${label} ${pattern}`);
    if (polarity === "undirected") return builder.inconclusive("neither direction of the metric is better").build();
    if (candidate === undefined || baseline === undefined) {
      return builder.inconclusive(`the ${candidate === undefined ? "candidate" : "baseline"} has no value`).build();
    }
    const text = `candidate ${decimalText(candidate)}, baseline ${decimalText(baseline)}, ${polarity} is better`;
    if (!Number.isFinite(candidate) || !Number.isFinite(baseline)) return builder.fail(`${text}: not finite`).build();
    if (needsBaseline && baseline === 0) return builder.inconclusive(`${text}: the baseline is 0`).build();
    return holds(candidate, baseline) ? builder.build() : builder.fail(text).build();
  };
  const sign = polarity === "lower" ? -1 : 1;
  return {
    betterThan: () => judge("better_than", (c, b) => sign * c > sign * b, false),
    byAtLeast: (margin) => judge(`by_at_least ${decimalText(margin)}`, (c, b) => (sign * (c - b)) / b >= margin, true),
  };
}
