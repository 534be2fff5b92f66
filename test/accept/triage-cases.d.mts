/** A case as its file has it; `raw` holds the text of each member. */
export interface TriageCase {
  readonly id: string;
  readonly kind: string;
  readonly raw: ReadonlyMap<string, string>;
}

export interface RunnableCase {
  readonly kind: string;
  readonly name: string;
  actual(): unknown;
  expected(): unknown;
  readonly same?: (actual: unknown, expected: unknown) => boolean;
}

/** Text of a file of the folder, or undefined where it is not. */
export type ReadFile = (path: string) => string | undefined;

export const KINDS: Readonly<Record<string, object>>;
export function readCases(text: string): TriageCase[];
export function toRunnable(lib: object, one: TriageCase, read: ReadFile): RunnableCase | undefined;
export function ruleTrials(lib: object, file: string, text: string): RunnableCase[];
