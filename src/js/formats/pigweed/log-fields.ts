/**
 * Fields that a log message carries in its own text: `■key♦value■key♦value…` (the format of `pw_log_tokenized`).
 * They count only if the text starts with a key.
 */
export interface MessageFields {
  /** The `msg` field, or the whole text. */
  readonly message: string;
  /** All fields in order of first appearance; a repeated key has its last value. */
  readonly fields: ReadonlyMap<string, string>;
}

const KEY = /\u25a0([A-Za-z][A-Za-z0-9_]*)\u2666/g;
const FIRST = 0x25a0;
const NONE: ReadonlyMap<string, string> = new Map();

export function parseMessageFields(text: string): MessageFields {
  if (text.charCodeAt(0) !== FIRST) return { message: text, fields: NONE };
  const keys = [...text.matchAll(KEY)];
  if (keys[0]?.index !== 0) return { message: text, fields: NONE };
  const fields = new Map<string, string>();
  keys.forEach((key, ix) => {
    fields.set(key[1]!, text.slice(key.index + key[0].length, keys[ix + 1]?.index));
  });
  return { message: fields.get("msg") ?? text, fields };
}
