import { append } from "../../../base/append.ts";
import { toHexString } from "../../../base/bytes.ts";
import { toHex } from "../../../base/int64.ts";
import { codePointLength } from "../../../base/text.ts";
import { renderPercent } from "../arithmetic.ts";
import type { BacktraceFrame, StackReport, ThreadReport, ThreadsReport } from "../threads.ts";
import { renderAddress, renderPlace } from "./symbol.ts";

const UNKNOWN_ADDRESS = "0x????????";
const UNKNOWN_SIZE = "size unknown";
/** Hex digits of a line of raw stack: 32 bytes. */
const RAW_LINE_DIGITS = 64;

/** The threads, one piece of the report. Source: specification 9. @param extra text that follows a thread */
export function renderThreads(report: ThreadsReport, extra: (ix: number) => string | undefined): string {
  const lines = ["Thread State", ...renderOverview(report), ""];
  for (const ix of orderOf(report)) {
    append(lines, renderThread(report.threads[ix]!));
    const text = extra(ix);
    if (text !== undefined && text !== "") lines.push(text);
    lines.push("");
  }
  return lines.join("\n");
}

/** The active thread comes first, the others keep their order. */
function orderOf({ threads, activeIx }: ThreadsReport): number[] {
  const order = threads.map((_, ix) => ix).filter((ix) => ix !== activeIx);
  return activeIx < 0 ? order : [activeIx, ...order];
}

function renderOverview({ threads, activeIx }: ThreadsReport): string[] {
  const running = `  ${threads.length} thread${threads.length === 1 ? "" : "s"} running`;
  const active = threads[activeIx];
  if (active === undefined) return [`${running}.`];
  return [
    `${running}, ${active.name} active at the time of capture.`,
    " ".repeat(running.length + 2) + "~".repeat(codePointLength(active.name)),
  ];
}

function renderThread(thread: ThreadReport): string[] {
  const state = thread.stateName ?? `[${thread.state} is not a known state]`;
  const name = thread.name === "" ? "[unnamed thread]" : thread.name;
  const id = thread.id === undefined ? "" : ` (0x${toHex(thread.id)})`;
  const lines = [
    `Thread (${state}): ${name}${id}${thread.isActive ? " <-- [ACTIVE]" : ""}`,
    `Est CPU usage: ${renderCpuUsage(thread.cpuUsageHundredths)}`,
    ...renderStack(thread.stack),
  ];
  if (thread.backtrace.length > 0) lines.push(renderBacktrace(thread.backtrace));
  if (thread.rawStack.length > 0) lines.push("Raw Stack", ...renderRawStack(thread.rawStack));
  return lines;
}

function renderCpuUsage(hundredths: number | undefined): string {
  if (hundredths === undefined) return "unknown";
  return `${Math.floor(hundredths / 100)}.${String(hundredths % 100).padStart(2, "0")}%`;
}

function renderStack(stack: StackReport): string[] {
  const start = renderPointer(stack.start);
  return [
    "Stack info",
    `  Current usage:   ${start} - ${renderPointer(stack.pointer)} (${renderUsed(stack.usedBytes, stack.sizeBytes)})`,
    `  Est peak usage:  ${renderUsed(stack.peakBytes, stack.sizeBytes)}`,
    `  Stack limits:    ${start} - ${renderPointer(stack.end)} (${renderSize(stack.sizeBytes)})`,
  ];
}

function renderPointer(pointer: bigint | undefined): string {
  return pointer === undefined ? UNKNOWN_ADDRESS : `0x${toHex(pointer, 8)}`;
}

function renderUsed(used: bigint | undefined, size: bigint | undefined): string {
  if (used === undefined) return UNKNOWN_SIZE;
  if (size === undefined) return `${used} bytes`;
  return `${used} bytes, ${size === 0n ? "NaN%" : renderPercent(used, size)}`;
}

function renderSize(size: bigint | undefined): string {
  if (size === undefined) return UNKNOWN_SIZE;
  return size === 0n ? "WARNING: total stack size is 0 bytes" : `${size} bytes`;
}

/** @param mostRecentFirst order of the frames, which only the heading tells */
export function renderBacktrace(frames: readonly BacktraceFrame[], mostRecentFirst = true): string {
  const width = String(frames.length).length;
  const lines = [`Stack Trace (most recent call ${mostRecentFirst ? "first" : "last"}):`];
  frames.forEach(({ address, symbol }, ix) => {
    const name = symbol === undefined || symbol.name === "" ? "" : `${symbol.name} `;
    lines.push(`  ${String(ix + 1).padStart(width)}: at ${name}(${renderAddress(address)})`);
    lines.push(`      in ${renderPlace(symbol)}`);
  });
  return lines.join("\n");
}

/** Lines of 32 bytes counted from the end, so the short one comes first. */
function renderRawStack(bytes: Uint8Array): string[] {
  const hex = toHexString(bytes);
  const first = hex.length % RAW_LINE_DIGITS;
  const lines = first === 0 ? [] : [hex.slice(0, first)];
  for (let at = first; at < hex.length; at += RAW_LINE_DIGITS) lines.push(hex.slice(at, at + RAW_LINE_DIGITS));
  return lines;
}
