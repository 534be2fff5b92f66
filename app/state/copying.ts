import { escapeMarkdown, type JsonValue } from "coldframe";
import type { Detail } from "./types.ts";

export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/** The selection as a Markdown table, for a ticket or a chat. */
export function markdownOf({ title, fields }: Detail): string {
  const rows = fields
    .filter(({ value }) => ["string", "number", "bigint"].includes(typeof value))
    .map(({ name, value }) => `| ${escapeMarkdown(name)} | ${escapeMarkdown(String(value))} |`);
  return [`**${escapeMarkdown(title)}**`, "", "| | |", "|---|---|", ...rows, ""].join("\n");
}

/** Deepest nesting that is written; beyond it is a mark instead. */
const DEPTH = 64;

/** Any plain value in the form that the lossless JSON writer takes: maps for objects, bigint kept exact. */
export function plainJson(value: unknown, depth = 0): JsonValue {
  if (depth > DEPTH) return "…";
  if (value === null || value === undefined) return null;
  if (typeof value === "bigint" || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number") return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (value instanceof Uint8Array) return Array.from(value, (byte) => byte.toString(16).padStart(2, "0")).join("");
  if (Array.isArray(value)) return value.map((item) => plainJson(item, depth + 1));
  const entries = value instanceof Map ? [...value] : Object.entries(value as object);
  return new Map(
    entries.filter(([, item]) => item !== undefined).map(([key, item]) => [String(key), plainJson(item, depth + 1)]),
  );
}
