/** Called by the compiler's own checks only: reaching it is a bug of ours, never the fault of an input. */
export function onAbort(_message: string | null, _file: string | null, _line: u32, _column: u32): void {
  unreachable();
}
