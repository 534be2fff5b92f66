import { type FactFilter, parseFactFilter, type Signature } from "../js/identity.ts";
import type { Snapshot } from "../js/index.ts";
import { createRowFilter, type RowFilter } from "../js/triage.ts";
import type { Call } from "./command.ts";

/** What `--version-filter` and `--filter` say about whole snapshots. */
export class SnapshotFilter {
  private readonly call: Call;
  private readonly versions: FactFilter | undefined;
  private readonly rows: RowFilter | undefined;

  constructor(call: Call, versions: FactFilter | undefined, rows: RowFilter | undefined) {
    this.call = call;
    this.versions = versions;
    this.rows = rows;
  }

  /** Columns of `--filter`: the facts, and `signature` and `title`. */
  keeps({ facts }: Pick<Snapshot, "facts">, { id, title }: Pick<Signature, "id" | "title">): boolean {
    if (this.versions?.matches(facts) === false) return false;
    if (this.rows === undefined) return true;
    return this.rows.keeps((path) => {
      if (path === "signature") return id;
      return path === "title" ? title : facts.find(({ key }) => key === path)?.value;
    });
  }

  /** Says on stderr how many snapshots an expression was a problem for. */
  report(): void {
    const { problems = 0, firstProblem } = this.rows ?? {};
    if (problems > 0)
      this.call.out.warn(
        `--filter was no answer for ${problems} snapshots, which count as not matching: ${firstProblem}`,
      );
  }
}

/** @throws SnapshotError `MalformedFilter`, `ExpressionSyntax` */
export function readFilter(call: Call): SnapshotFilter {
  const versions = call.options.last("version-filter");
  const rows = call.options.last("filter");
  return new SnapshotFilter(
    call,
    versions === undefined ? undefined : parseFactFilter(versions),
    rows === undefined ? undefined : createRowFilter(rows, call.limits),
  );
}
