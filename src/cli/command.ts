import type { Limits } from "../js/index.ts";
import type { ExitStatus } from "./exit.ts";
import type { Host } from "./host.ts";
import type { Options } from "./options.ts";
import type { Output } from "./output.ts";
import type { ProgressBar } from "./progress.ts";

/** One option. Flags take no value; every other option takes one value and may be repeated. */
export interface OptionSpec {
  /** One phrase for the help, no full stop. */
  readonly summary: string;
  /** Word for the value in the help, e.g. `DB`; absent for a flag. */
  readonly value?: string;
  readonly short?: string;
  /** The only values allowed; they are what completion offers. */
  readonly choices?: readonly string[];
  /** What completion offers for the value. */
  readonly completes?: "file" | "directory";
}

export interface OperandSpec {
  /** As the help writes them, e.g. `FILE…` or `FILE PATH`. */
  readonly usage: string;
  readonly min: number;
  /** Absent: any number. */
  readonly max?: number;
  readonly completes?: "file" | "directory";
  /** Fixed words an operand may be, for completion. */
  readonly choices?: readonly string[];
}

/**
 * One verb. A file `commands/<verb>.ts` exports one `Command`; `commands.ts` lists it, and help, usage errors and shell
 * completion follow from that row.
 *
 * `run` reads its inputs with `openInputs` (inputs.ts), writes data with `call.out` only, and returns the exit status.
 * It throws `SnapshotError` for what ends the verb: the frame prints it (on stderr, or as `{"error":…}` with `--json`)
 * and turns its family into the exit status. Issues of a partial read go to `call.out.issues(…)` and do not change the
 * status.
 */
export interface Command {
  readonly name: string;
  /** One phrase, lower case, no full stop: the line in `coldframe help`. */
  readonly summary: string;
  readonly operands: OperandSpec;
  /** The verb's own options by long name; `GLOBAL_OPTIONS` are added to every verb. */
  readonly options: Readonly<Record<string, OptionSpec>>;
  /** Paragraphs shown below the options. */
  readonly notes?: readonly string[];
  /** Whole command lines with what they do. */
  readonly examples?: readonly (readonly [line: string, does: string])[];
  run(call: Call): Promise<ExitStatus>;
}

/** Everything a verb may touch. */
export interface Call {
  readonly options: Options;
  readonly operands: readonly string[];
  readonly out: Output;
  readonly limits: Limits;
  /** Aborted by SIGINT, SIGTERM and a closed stdout. */
  readonly signal: AbortSignal;
  readonly host: Host;
  /** A bar on stderr that shows itself once the work has lasted a second; a TTY only. */
  progress(label: string): ProgressBar;
}
