/** Why the kernel ended a scheduler (specs/sched-ext.md section 15.1). */
const EXIT_KINDS: Readonly<Record<number, string>> = {
  0: "NONE",
  1: "DONE",
  64: "UNREG",
  65: "UNREG_BPF",
  66: "UNREG_KERN",
  67: "SYSRQ",
  1024: "ERROR",
  1025: "ERROR_BPF",
  1026: "ERROR_STALL",
};

/** From here on the scheduler was ended because of an error. */
const ERROR_CLASS = 1024;

/** A task was runnable for longer than the watchdog allows. */
export const EXIT_STALL = 1026;

/** `ERROR_STALL (1026)`; unknown kinds as the number. */
export function exitKindText(kind: number): string {
  const name = EXIT_KINDS[kind];
  return name === undefined ? String(kind) : `${name} (${kind})`;
}

export function isErrorExit(kind: number): boolean {
  return kind >= ERROR_CLASS;
}
