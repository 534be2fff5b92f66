/** Assertions about snapshots: files of them, reports, and the helper for tests. */
export type {
  Assertion,
  AssertionFile,
  Condition,
  CountSelector,
  EntrySelector,
  ExpressionAssertion,
  Literal,
  MapSelector,
  Pattern,
  PatternAssertion,
  ReadAs,
  ValueAssertion,
  ValueSelector,
  When,
} from "./analysis/check/assertions.ts";
export { type AssertionResult, CHECK_REPORT_SCHEMA, type CheckReport } from "./analysis/check/check-report.ts";
export { checkSnapshots } from "./analysis/check/check-snapshots.ts";
export {
  expectSnapshot,
  expectSnapshots,
  type FieldExpectation,
  type SeriesExpectation,
  type SnapshotExpectation,
  type SnapshotsExpectation,
} from "./analysis/check/expect-snapshot.ts";
export { ASSERTIONS_VERSION, readAssertions } from "./analysis/check/read-assertions.ts";
export { renderCheckText } from "./render/check-text.ts";
export { renderJunit } from "./render/junit.ts";
