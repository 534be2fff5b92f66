/** Kinds of problems, mildest first: the position is the severity. Source: specs/triage.md section 2. */
const PROBLEM_KINDS = [
  "Ignore",
  "Missing",
  "UnhandledType",
  "ValueError",
  "EvaluationError",
  "SyntaxError",
  "InternalBug",
] as const;

export type ProblemKind = (typeof PROBLEM_KINDS)[number];

/** Why there is no value. `Ignore` wraps problems that were expected and asks to be left out. */
export type Problem =
  | { readonly kind: Exclude<ProblemKind, "Ignore">; readonly message: string; readonly cause?: ProblemCause }
  | { readonly kind: "Ignore"; readonly problems: readonly Problem[] };

/**
 * What a problem is besides its kind, which has to follow upstream: a comparison of a text with a number is `Missing`
 * there, here it is also known to be a mistake of kinds.
 */
export type ProblemCause = "typeMismatch" | "limit" | "wrapped";

/** The most severe of several problems; of equals the last. */
export function worstOf(problems: readonly Problem[]): Problem | undefined {
  let worst: Problem | undefined;
  for (const problem of problems) {
    if (worst === undefined || severityOf(problem) >= severityOf(worst)) worst = problem;
  }
  return worst;
}

function severityOf(problem: Problem): number {
  return PROBLEM_KINDS.indexOf(problem.kind) + 1;
}

export function renderProblem(problem: Problem): string {
  if (problem.kind !== "Ignore") return `${problem.kind}: ${problem.message}`;
  if (problem.problems.length === 1) return `Ignore: ${renderProblem(problem.problems[0]!)}`;
  return `Ignore: [${problem.problems.map((inner) => `${renderProblem(inner)}; `).join("")}]`;
}
