import { createRowFilter, type RowField, type RowFilter } from "../js/triage.ts";
import type { Call } from "./command.ts";

/** What `--filter` says about the rows of a table. */
export class TableFilter {
  private readonly call: Call;
  private readonly filter: RowFilter;
  private readonly what: string;

  constructor(call: Call, filter: RowFilter, what: string) {
    this.call = call;
    this.filter = filter;
    this.what = what;
  }

  keeps(row: RowField): boolean {
    return this.filter.keeps(row);
  }

  /** Says on stderr how many rows the expression was a problem for; call it once, at the end. */
  report(): void {
    const { problems, firstProblem } = this.filter;
    if (problems === 0) return;
    this.call.out.warn(
      `--filter left out ${problems} ${this.what} for which it has no answer; the first: ${firstProblem}`,
    );
  }
}

/** Undefined without the option. @throws SnapshotError `ExpressionSyntax`, `LimitExceeded` */
export function openTableFilter(call: Call, what: string): TableFilter | undefined {
  const text = call.options.last("filter");
  return text === undefined ? undefined : new TableFilter(call, createRowFilter(text, call.limits), what);
}
