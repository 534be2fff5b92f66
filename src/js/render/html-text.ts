import { escapeHtml } from "../base/text.ts";

/** Hostile text for element content and attributes: markup is escaped, controls that would hide or turn text shown. */
export function htmlText(value: string): string {
  const visible = value.replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, (c) => {
    return `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
  return escapeHtml(visible);
}
