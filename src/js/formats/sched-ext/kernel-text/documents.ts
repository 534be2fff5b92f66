import type { Issue } from "../../../base/issue.ts";
import type { EventCounterSample } from "../../../model/host-tables.ts";
import { eventSample, parseEventLine } from "./event-lines.ts";
import type { KernelDump } from "./kernel-dump.ts";
import { readLines, type TextLine } from "./line.ts";
import { isInsideDump, KernelDumpBuilder, startsDump } from "./parser.ts";

/** What a text holds: the kernel's dumps, or its event counters. */
export type KernelTextDocument =
  | { readonly kind: "kernel-text"; readonly dump: KernelDump }
  | { readonly kind: "events"; readonly events: EventCounterSample };

/** How a file of event counters starts. */
const EVENT_FILE = /^[ \t]{0,64}SCX_EV_[A-Z0-9_]{1,64}[ \t]/;

/**
 * Reads every dump of a log, or a file of event counters. Lines around the dumps are other programs' and left alone;
 * lines inside are kept.
 */
export function readKernelText(
  bytes: Uint8Array,
  onStep: (at: number) => void = () => undefined,
): { documents: KernelTextDocument[]; issues: Issue[] } {
  const documents: KernelTextDocument[] = [];
  const counters = new Map<string, bigint>();
  let builder: KernelDumpBuilder | undefined;
  let nextStep = STEP;
  const finish = (): void => {
    if (builder?.hasContent === true) documents.push({ kind: "kernel-text", dump: builder.build() });
    builder = undefined;
  };
  for (const line of readLines(bytes)) {
    if (line.offset >= nextStep) {
      nextStep = line.offset + STEP;
      onStep(line.offset);
    }
    if (startsAnother(builder, line.text)) {
      finish();
      builder = new KernelDumpBuilder();
    }
    if (builder === undefined) countEvent(counters, line);
    else if (endsDump(builder, line)) finish();
    else builder.add(line);
  }
  finish();
  if (counters.size > 0) documents.push({ kind: "events", events: eventSample(counters) });
  return { documents, issues: [] };
}

const STEP = 1 << 20;

function startsAnother(builder: KernelDumpBuilder | undefined, text: string): boolean {
  if (builder === undefined) return startsDump(text) || isInsideDump(text);
  return builder.hasContent && startsDump(text);
}

function countEvent(counters: Map<string, bigint>, { text }: TextLine): void {
  const event = EVENT_FILE.test(text) ? parseEventLine(text) : undefined;
  if (event !== undefined) counters.set(event[0], event[1]);
}

/** The rule that schedulers print below a dump. */
function endsDump(builder: KernelDumpBuilder, { text }: TextLine): boolean {
  return builder.hasContent && /^={20,}$/.test(text);
}
