import { EVENT_COUNTERS, type EventCounterSample } from "../../../model/host-tables.ts";

/** `SCX_EV_NAME 12`, as the kernel's file has it, or `SCX_EV_NAME: 12`, as the dump prints it. */
const EVENT = /^[ \t]{0,64}SCX_EV_([A-Z0-9_]{1,64})(?::[ \t]{0,64}|[ \t]{1,64})(-?\d{1,20})\s*$/;
/** What counters were called in older kernels. */
const OLD_NAMES: Readonly<Record<string, string>> = { enq_slice_dfl: "refill_slice_dfl" };

export function parseEventLine(text: string): readonly [name: string, value: bigint] | undefined {
  const match = EVENT.exec(text);
  if (match === null) return undefined;
  const name = match[1]!.toLowerCase();
  return [Object.hasOwn(OLD_NAMES, name) ? OLD_NAMES[name]! : name, BigInt.asIntN(64, BigInt(match[2]!))];
}

/** Counters in the kernel's order; those that are not known come last, under their own names. */
export function eventSample(counters: ReadonlyMap<string, bigint>): EventCounterSample {
  const known = EVENT_COUNTERS.filter((name) => counters.has(name));
  const others = [...counters.keys()].filter((name) => !EVENT_COUNTERS.some((one) => one === name));
  return Object.fromEntries([...known, ...others].map((name) => [name, counters.get(name)]));
}
