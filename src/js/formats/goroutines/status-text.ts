/** What stands between the brackets of a goroutine header. Interned: one object per distinct text. */
export interface Status {
  /** Wait reason or status without its marks, verbatim: `chan receive (nil chan)`, `running`, or text we do not know. */
  readonly state: string;
  /** The text up to the first comma, marks included: what line-by-line counters call the state. */
  readonly stateText: string;
  readonly leaked: boolean;
  readonly scan: boolean;
  readonly durable: boolean;
  readonly locked: boolean;
  /** Whole minutes since the first garbage collection that saw it blocked; a lower bound, 0 when absent. */
  readonly minutes: number;
  /** `group 2`, `bubble 7`: the synctest bubble it belongs to. */
  readonly bubble?: string;
  /** Label text of a draft form that puts labels inside the brackets (`running labels:{"a": "b"}`). */
  readonly labelText?: string;
}

const MARK = / \((leaked|scan|durable)\)$/;

/**
 * Reads `<status>{ (leaked)}{ (scan)}{ (durable)}{, N minutes}{, locked to thread}{, synctest (group|bubble) N}`.
 * Never fails: what it does not know stays in `state`.
 */
export function parseStatus(text: string): Status {
  const draft = text.indexOf(" labels:{");
  const plain = draft < 0 ? text : text.slice(0, draft);
  const parts = plain.split(", ");
  const stateText = parts[0] ?? "";
  const { state, marks } = splitMarks(stateText);
  const rest = parts.slice(1);
  const bubble = rest.map((part) => /^synctest ((?:group|bubble) \d+)$/.exec(part)?.[1]).find((b) => b !== undefined);
  return {
    state,
    stateText,
    leaked: marks.has("leaked"),
    scan: marks.has("scan"),
    durable: marks.has("durable"),
    locked: rest.includes("locked to thread"),
    minutes: minutesOf(rest),
    ...(bubble !== undefined && { bubble }),
    ...(draft >= 0 && { labelText: text.slice(draft + " labels:".length) }),
  };
}

function splitMarks(stateText: string): { state: string; marks: ReadonlySet<string> } {
  const marks = new Set<string>();
  let state = stateText;
  for (let match = MARK.exec(state); match !== null; match = MARK.exec(state)) {
    marks.add(match[1]!);
    state = state.slice(0, match.index);
  }
  return { state, marks };
}

function minutesOf(parts: readonly string[]): number {
  for (const part of parts) {
    const match = /^(\d{1,15}) minutes$/.exec(part);
    if (match !== null) return Number(match[1]);
  }
  return 0;
}
