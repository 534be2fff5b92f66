import { decodeUtf8 } from "../../src/js/base/bytes.ts";
import type { FieldDecoder } from "../../src/js/formats/pigweed/context.ts";

const BLANKS = /[\u0009-\u000d\u001c-\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/g;

/** Optionally tokenized fields without a database, with the host's idea of what is printable. */
export const PLAIN_FIELDS: FieldDecoder = {
  decodeField(input, start = 0, end = input.length) {
    const bytes = input.subarray(start, end);
    const text = decodeUtf8(bytes);
    if (text !== undefined && !/[\p{C}\p{Z}]/u.test(text.replace(BLANKS, ""))) return text;
    return `$${btoa(String.fromCharCode(...bytes))}`;
  },
};
