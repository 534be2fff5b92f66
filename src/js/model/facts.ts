/** A flat scalar about the snapshot as a whole. Keys every format fills where it can are listed in docs/facts.md. */
export interface Fact {
  /** `format`, `version`, `build-id`, … or `<format>.<name>` for a format's own. */
  readonly key: string;
  readonly value: FactValue;
  /** Unit of a number, e.g. `ns`, `bytes`, `%`. */
  readonly unit?: string;
  /** Where it comes from: a path, a file or the word `inferred`. */
  readonly origin?: string;
}

export type FactValue = string | bigint | number | boolean;

export type FactKey =
  | "format"
  | "producer"
  | "version"
  | "build-id"
  | "device"
  | "arch"
  | "time"
  | "uuid"
  | "reason"
  | "fatal";

export function findFact(facts: readonly Fact[], key: FactKey | (string & {})): FactValue | undefined {
  return facts.find((fact) => fact.key === key)?.value;
}
