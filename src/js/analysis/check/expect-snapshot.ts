import type { ErrorCode } from "../../base/error-codes.ts";
import { attempt, type Result } from "../../base/result.ts";
import type { Snapshot } from "../../model/snapshot.ts";
import { type CaptureTarget, type CaptureView, type ViewOptions, viewCapture } from "../../view/capture.ts";
import type { Entry } from "../../view/entry.ts";
import { Field } from "../../view/field.ts";
import type { EntryKey, EntryPredicate, MapView } from "../../view/map.ts";
import { getPath, type PathTarget } from "../../view/path.ts";
import { type NumberType, SampleSeries } from "../../view/sample-series.ts";
import type { SeriesField } from "../../view/series-field.ts";
import { convergesTo, each, nondecreasing, rateWithin, steadyWithin, strictlyIncreasing } from "../../view/temporal.ts";
import type { Verdict } from "../../view/verdict.ts";
import type { Condition, Literal } from "./assertions.ts";
import { checkSnapshots } from "./check-snapshots.ts";
import { inTimeOrder } from "./checked-snapshot.ts";
import { conditionText, holds, literalText } from "./conditions.ts";
import { readAssertions } from "./read-assertions.ts";

/**
 * Expectations about snapshots for tests written in TypeScript. They throw an `AssertionError` with `expected` and
 * `actual`, which vitest, Jest, Mocha and node:test show; no test library is needed.
 */
export function expectSnapshot(snapshot: CaptureTarget & PathTarget, options: ViewOptions = {}): SnapshotExpectation {
  return new SnapshotExpectation(snapshot, viewCapture(snapshot, options));
}

/** Expectations about several snapshots as a series: in the order of their elapsed time where all have one. */
export function expectSnapshots(snapshots: readonly Snapshot[]): SnapshotsExpectation {
  return new SnapshotsExpectation(snapshots);
}

/** What a failed expectation throws. */
class SnapshotAssertionError extends Error {
  override readonly name = "AssertionError";
  readonly expected: unknown;
  readonly actual: unknown;
  readonly showDiff: boolean = false;

  constructor(message: string, actual: unknown, expected: unknown) {
    super(message);
    this.actual = actual;
    this.expected = expected;
  }
}

export class SnapshotExpectation {
  private readonly target: CaptureTarget & PathTarget;
  private readonly view: CaptureView;

  constructor(target: CaptureTarget & PathTarget, view: CaptureView) {
    this.target = target;
    this.view = view;
  }

  /** The value at a dotted path, of any format. */
  path(path: string): FieldExpectation {
    const found = attempt(() => getPath(this.target, path));
    const context = { values: this.target.values, strict: false };
    return new FieldExpectation(path, Field.of(context, found.ok ? found.value : found.error));
  }
  var(name: string): FieldExpectation {
    return new FieldExpectation(name, this.view.var(name));
  }
  liveVar(name: string): FieldExpectation {
    return new FieldExpectation(name, this.view.liveVar(name));
  }
  /** @throws SnapshotError `MapNotFound` and its kin. */
  map(name: string): MapExpectation {
    return new MapExpectation(name, this.view.map(name));
  }
}

export class MapExpectation {
  private readonly label: string;
  private readonly map: MapView;

  constructor(label: string, map: MapView) {
    this.label = label;
    this.map = map;
  }

  cpu(cpu: number): MapExpectation {
    return new MapExpectation(`${this.label} of CPU ${cpu}`, this.map.cpu(cpu));
  }
  at(ix: number): EntryExpectation {
    return new EntryExpectation(`${this.label}[${ix}]`, this.map.at(ix));
  }
  find(predicate: EntryPredicate): EntryExpectation {
    return new EntryExpectation(`${this.label}[found]`, this.map.find(predicate));
  }
  maxBy(key: EntryKey): EntryExpectation {
    return new EntryExpectation(`${this.label}[greatest]`, this.map.maxBy(key));
  }
  toHaveLength(length: number): void {
    const found = this.map.length;
    if (found !== length) throw mismatch(this.label, `${found} entries`, `${length} entries`, found, length);
  }
}

export class EntryExpectation {
  private readonly label: string;
  private readonly entry: Entry;

  constructor(label: string, entry: Entry) {
    this.label = label;
    this.entry = entry;
  }

  get(path: string): FieldExpectation {
    return new FieldExpectation(`${this.label}.${path}`, this.entry.get(path));
  }
  key(path: string): FieldExpectation {
    return new FieldExpectation(`key of ${this.label}`, this.entry.key(path));
  }
}

/** Expectations about one value. Numbers compare by value: `4`, `4n` and `4.0` are equal. */
export class FieldExpectation {
  private readonly label: string;
  private readonly field: Field;

  constructor(label: string, field: Field) {
    this.label = label;
    this.field = field;
  }

  get(path: string): FieldExpectation {
    return new FieldExpectation(`${this.label}.${path}`, this.field.get(path));
  }

  toBe(wanted: Literal): void {
    this.meet({ kind: "equals", bound: wanted }, wanted);
  }
  notToBe(unwanted: Literal): void {
    this.meet({ kind: "notEquals", bound: unwanted }, unwanted);
  }
  toBeAtLeast(bound: bigint | number): void {
    this.meet({ kind: "atLeast", bound }, bound);
  }
  toBeAtMost(bound: bigint | number): void {
    this.meet({ kind: "atMost", bound }, bound);
  }
  toBeBetween(lo: bigint | number, hi: bigint | number): void {
    this.meet({ kind: "between", lo, hi }, [lo, hi]);
  }
  toMatch(pattern: RegExp): void {
    this.meet({ kind: "matches", pattern }, pattern);
  }
  toBePresent(): void {
    const { error } = this.field;
    if (error !== undefined)
      throw mismatch(this.label, `${error.code}: ${error.message}`, "a value", error.code, "present");
  }
  /** The value is missing, or cannot be read, for this reason. */
  toFailWith(code: ErrorCode): void {
    const read = this.read();
    const found = read.ok ? read.value : read.error.code;
    if (read.ok || found !== code)
      throw mismatch(this.label, read.ok ? literalText(read.value) : String(found), code, found, code);
  }

  private meet(condition: Condition, expected: unknown): void {
    const isNumber = [expected].flat().some((one) => typeof one === "bigint" || typeof one === "number");
    const read = this.read(isNumber);
    if (!read.ok) {
      const { code, message } = read.error;
      throw mismatch(this.label, `${code}: ${message}`, conditionText(condition), code, expected);
    }
    if (holds(condition, read.value)) return;
    throw mismatch(this.label, literalText(read.value), conditionText(condition), read.value, expected);
  }

  /** An enum has a name and a number: what is read is what it is compared with. */
  private read(asNumber = false): Result<Literal> {
    const { field } = this;
    const truth = field.node?.kind === "bool" ? field.tryAsBool() : undefined;
    if (truth?.ok === true && !asNumber) return truth;
    const numbers = [() => field.tryAsI64(), () => field.tryAsU64(), () => field.tryAsF64()];
    const readers = asNumber ? [...numbers, () => field.tryAsStr()] : [() => field.tryAsStr(), ...numbers];
    let first: Result<Literal> | undefined;
    for (const read of readers) {
      const found: Result<Literal> = read();
      if (found.ok) return found;
      first ??= found;
    }
    return first ?? field.tryAsU64();
  }
}

export class SnapshotsExpectation {
  private readonly snapshots: readonly Snapshot[];
  private readonly series: SampleSeries;

  constructor(snapshots: readonly Snapshot[]) {
    this.snapshots = snapshots;
    this.series = new SampleSeries(inTimeOrder(snapshots).map(({ sample }) => sample));
  }

  /** A variable of the running scheduler, sample by sample. */
  liveVar(name: string, type: NumberType = "u64"): SeriesExpectation {
    return new SeriesExpectation(this.series.bpfLive(name, type));
  }
  /** A number at a dotted path of the statistics. */
  stats(path: string, type: NumberType = "f64"): SeriesExpectation {
    return new SeriesExpectation(this.series.statsPath(path, type));
  }
  /** Anything else: a projection of your own. */
  project(label: string, read: (view: CaptureView) => bigint | number): SeriesExpectation {
    return new SeriesExpectation(this.series.bpf(label, read));
  }
  /** Every assertion of a file passes; what is inconclusive fails as well, unless that is allowed. */
  toPass(assertions: string, options: { readonly allowInconclusive?: boolean } = {}): void {
    const report = checkSnapshots(readAssertions(assertions), this.snapshots);
    const allowed = options.allowInconclusive === true ? ["Pass", "Inconclusive"] : ["Pass"];
    const bad = report.results.filter(({ verdict }) => !allowed.includes(verdict));
    if (bad.length === 0) return;
    const text = bad.map(({ name, verdict, messages }) => `${name}: ${verdict}\n${messages.join("\n")}`).join("\n");
    throw new SnapshotAssertionError(`${report.name}: ${text}`, report.verdict, "Pass");
  }
}

/** Expectations about one value over a series. What cannot be judged fails too. */
export class SeriesExpectation {
  private readonly field: SeriesField<bigint | number>;

  constructor(field: SeriesField<bigint | number>) {
    this.field = field;
  }

  toBeNondecreasing(): void {
    expectPass(nondecreasing(this.field));
  }
  toBeStrictlyIncreasing(): void {
    expectPass(strictlyIncreasing(this.field));
  }
  toHaveRateWithin(lo: number, hi: number): void {
    expectPass(rateWithin(this.field, lo, hi));
  }
  toBeSteadyWithin(warmupMs: number, tolerance: number): void {
    expectPass(steadyWithin(this.field, warmupMs, tolerance));
  }
  toConvergeTo(target: number, tolerance: number, deadlineMs: number): void {
    expectPass(convergesTo(this.field, target, tolerance, deadlineMs));
  }
  toBeEachBetween(lo: bigint | number, hi: bigint | number): void {
    expectPass(each(this.field).between(lo, hi));
  }
}

function expectPass({ verdict, outcomes }: Verdict): void {
  if (verdict === "Pass") return;
  const text = outcomes.map(({ message }) => message).join("\n");
  throw new SnapshotAssertionError(`${verdict}: ${text}`, verdict, "Pass");
}

function mismatch(
  label: string,
  found: string,
  wanted: string,
  actual: unknown,
  expected: unknown,
): SnapshotAssertionError {
  return new SnapshotAssertionError(`${label}: found ${found}, expected ${wanted}`, actual, expected);
}
