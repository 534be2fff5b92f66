import { type ErrorReport, openAll, type Snapshot } from "coldframe";
import { TASKS } from "./catalogue.ts";
import { errorReport } from "./error-report.ts";
import { Images } from "./images.ts";
import type { Reading } from "./task.ts";

/** What the page asks of its second worker. */
export interface AnalystCall {
  readonly task: string;
  readonly args: unknown;
  readonly subjects: readonly Subject[];
}

export interface Subject {
  readonly reading: Reading;
  /** Which of the snapshots of the reading. */
  readonly ix: number;
}

export interface AnalystProgress {
  readonly stage: string;
  readonly doneBytes: number;
}

export type Answer =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: ErrorReport };

export interface Analyst {
  run(call: AnalystCall, progress: (step: AnalystProgress) => void): Promise<Answer>;
}

/** Readings kept: two to compare, and two that may be gone back to. */
const KEPT = 4;

/**
 * Reads the files by itself when it is first asked about them: files cross to a worker for nothing, while a decoded
 * snapshot would have to be copied.
 */
export function createAnalyst(): Analyst {
  const images = new Images();
  const kept = new Map<number, Promise<readonly Snapshot[]>>();
  const read = (reading: Reading, progress: (step: AnalystProgress) => void): Promise<readonly Snapshot[]> => {
    const found = kept.get(reading.key);
    // The one used last goes last.
    kept.delete(reading.key);
    const snapshots = found ?? readAll(reading, images, progress);
    kept.set(reading.key, snapshots);
    snapshots.catch(() => kept.delete(reading.key));
    if (kept.size > KEPT) kept.delete(kept.keys().next().value!);
    return snapshots;
  };
  return {
    async run({ task, args, subjects }, progress) {
      try {
        const wanted = TASKS.find(({ id }) => id === task);
        if (wanted === undefined) throw new TypeError(`there is no task ${task}`);
        const snapshots: Snapshot[] = [];
        for (const { reading, ix } of subjects) snapshots.push((await read(reading, progress))[ix]!);
        progress({ stage: wanted.what, doneBytes: 0 });
        const symbols = () => images.of(subjects[0]!.reading.artifacts);
        return { ok: true, value: await wanted.run({ snapshots, symbols }, args as never) };
      } catch (error) {
        return { ok: false, error: errorReport(error) };
      }
    },
  };
}

async function readAll(
  { files, options, artifacts }: Reading,
  images: Images,
  progress: (step: AnalystProgress) => void,
): Promise<readonly Snapshot[]> {
  const symbols = await images.of(artifacts);
  return openAll(files, { ...options, ...(symbols !== undefined && { symbols }), progress });
}
