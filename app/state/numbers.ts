import type { Radix } from "./store.ts";

export function countOf(n: number | bigint, noun: string): string {
  return `${n.toLocaleString("en")} ${noun}${Number(n) === 1 ? "" : "s"}`;
}

export function bytesText(n: number): string {
  if (n < 1024) return `${n} B`;
  const units = ["KiB", "MiB", "GiB"];
  let value = n;
  let unit = "B";
  for (const next of units) {
    if (value < 1024) break;
    value /= 1024;
    unit = next;
  }
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${unit}`;
}

/** Nanoseconds in the unit that a person would say. */
export function durationText(ns: bigint | number): string {
  const seconds = Number(ns) / 1e9;
  if (seconds < 1e-6) return `${Number(ns)} ns`;
  if (seconds < 1e-3) return `${(seconds * 1e6).toFixed(1)} µs`;
  if (seconds < 1) return `${(seconds * 1e3).toFixed(1)} ms`;
  if (seconds < 120) return `${seconds.toFixed(1)} s`;
  return seconds < 7200 ? `${Math.floor(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}

/** An integer as the reader wants integers; `signed` reads 64 bits as two's complement. */
export function integerText(value: bigint, radix: Radix): string {
  if (radix === "dec") return String(value);
  if (radix === "signed") return String(value >= 1n << 63n ? BigInt.asIntN(64, value) : value);
  return value < 0n ? `-0x${(-value).toString(16)}` : `0x${value.toString(16)}`;
}

export function hexText(value: bigint, digits = 8): string {
  return `0x${value.toString(16).padStart(digits, "0")}`;
}
