/** How sure it is that a text holds a kernel dump or event counters. */
export function probeKernelText(head: string): number {
  if (/^\s*SCX_EV_[A-Z0-9_]+[ \t]+-?\d+\s*$/m.test(head)) return 95;
  if (/triggered exit kind \d+:$/m.test(head) || /Debug dump triggered by /.test(head)) return 90;
  if (/\bCPU \d+ *: nr_run=\d+ flags=0x/.test(head)) return 90;
  return /^(?:.{0,80}[\]:] ?)?DEBUG DUMP\s*$/m.test(head) ? 80 : 0;
}
