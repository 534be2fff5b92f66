import type { Command } from "../command.ts";
import { FILTER_OPTION, OPEN_OPTIONS, PROJECT_OPTIONS, TOKENS_OPTION } from "../option-specs.ts";

export const query: Command = {
  name: "query",
  summary: "SQL over the tables of a snapshot; export as CSV, JSON or an SQLite file",
  operands: { usage: "[SQL] FILE…", min: 1, completes: "file" },
  options: {
    tables: { summary: "list the tables with their columns and rows, and end" },
    spec: {
      value: "FILE",
      summary: "add the columns, tables and links of a report spec; may be repeated",
      completes: "file",
    },
    as: { value: "KIND", summary: "how to print; default table", choices: ["table", "csv", "json"] },
    rows: { value: "N", summary: "print at most so many rows; 0 is all; default 1000" },
    sqlite: { value: "OUT", summary: "write all tables as an SQLite file", completes: "file" },
    "with-table": { value: "FUNCTION", summary: "with --sqlite: put in the table of this function; may be repeated" },
    functions: { summary: "with --tables: list the tables of functions too" },
    snapshot: { value: "N", summary: "which snapshot, where the files hold several; default the first with stacks" },
    ...TOKENS_OPTION,
    ...PROJECT_OPTIONS,
    ...FILTER_OPTION,
    ...OPEN_OPTIONS,
  },
  notes: [
    "Tables are described in docs/tables.md. Every function on a stack has a table of its name, in double quotes, with a row per frame and argument words as columns.",
    "A report spec holds extra columns, derived tables and links; what does not fit a snapshot is left out and noted.",
  ],
  examples: [
    [`coldframe query 'SELECT status, count(*) FROM goroutines GROUP BY 1' dump.txt`, "states"],
    [`coldframe query --tables --functions dump.txt`, "what can be asked"],
    [`coldframe query --sqlite dump.sqlite dump.txt`, "take the tables elsewhere"],
  ],
  async run(call) {
    const { runQuery } = await import("../goroutines/query.ts");
    return runQuery(call);
  },
};
