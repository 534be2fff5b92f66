import { displayGoName } from "../../base/go-symbol.ts";
import { escapeTerminal } from "../../base/text.ts";
import type { Frame, StackContext, StackTable } from "../../model/stacks.ts";

const NS_PER_S = 1_000_000_000n;

/** A lower bound of a wait: `≥ 6 min`, `≥ 2 h 5 min`, `≥ 30 s`. */
export function waitText(ns: bigint): string {
  const seconds = ns / NS_PER_S;
  if (seconds < 60n) return `≥ ${seconds} s`;
  const minutes = seconds / 60n;
  if (minutes < 60n) return `≥ ${minutes} min`;
  const rest = minutes % 60n;
  return rest === 0n ? `≥ ${minutes / 60n} h` : `≥ ${minutes / 60n} h ${rest} min`;
}

/** `server:12`; goroutine ids of different processes are never mixed up. Without an id, how many it stands for. */
export function contextName(context: StackContext, isAlone: boolean): string {
  const { id, process, count, kind } = context;
  const own = id === undefined ? (kind === "goroutine" ? `${count} of them` : kind) : String(id);
  return isAlone || process === undefined ? own : `${process}:${own}`;
}

/** `main.go:12`, or nothing. */
function placeText({ file, line }: Frame): string {
  if (file === undefined) return "";
  return `${file}${line === undefined ? "" : `:${line}`}`;
}

/** One frame for a terminal: function, arguments where they are known, file and line. */
export function frameText(frame: Frame, argumentText?: string): string {
  const { functionName, address, inlined, synthetic } = frame;
  const name = functionName === "" && address !== undefined ? `0x${address.toString(16)}` : displayGoName(functionName);
  if (synthetic === true) return escapeTerminal(name, false);
  const call = argumentText === undefined ? "" : inlined === true ? "(...)" : `(${argumentText})`;
  const place = placeText(frame);
  return escapeTerminal(`${name}${call}${place === "" ? "" : `  ${place}`}`, false);
}

export function isAlone({ processes }: StackTable): boolean {
  return (processes?.length ?? 0) <= 1;
}
