const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const CODES: Uint8Array = Uint8Array.from(ALPHABET, (char) => char.charCodeAt(0));
const NO_SEXTET = 0xff;
const SEXTETS: Uint8Array = new Uint8Array(128).fill(NO_SEXTET);
for (let i = 0; i < 64; i++) SEXTETS[CODES[i]!] = i;
const PAD = 0x3d;

/** Standard base64 with padding of `bytes[start, end)`. */
export function encodeBase64(bytes: Uint8Array, start = 0, end: number = bytes.length): string {
  let text = "";
  let at = start;
  for (; at + 3 <= end; at += 3) {
    const group = (bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!;
    text += String.fromCharCode(
      CODES[group >> 18]!,
      CODES[(group >> 12) & 63]!,
      CODES[(group >> 6) & 63]!,
      CODES[group & 63]!,
    );
  }
  if (end - at === 1) {
    const group = bytes[at]! << 4;
    text += `${ALPHABET[group >> 6]!}${ALPHABET[group & 63]!}==`;
  } else if (end - at === 2) {
    const group = ((bytes[at]! << 8) | bytes[at + 1]!) << 2;
    text += `${ALPHABET[group >> 12]!}${ALPHABET[(group >> 6) & 63]!}${ALPHABET[group & 63]!}=`;
  }
  return text;
}

function sextetAt(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code < 128 ? SEXTETS[code]! : NO_SEXTET;
}

/**
 * Decodes the base64 characters `text[start, end)` into `out`: whole groups of four, padding only at the end, spare
 * bits ignored, no other alphabet.
 * @returns the number of bytes, or -1 if it is not base64
 */
export function decodeBase64(text: string, start: number, end: number, out: Uint8Array): number {
  if ((end - start) % 4 !== 0) return -1;
  let stop = end;
  if (stop > start && text.charCodeAt(stop - 1) === PAD) stop--;
  if (stop < end && text.charCodeAt(stop - 1) === PAD) stop--;
  let length = 0;
  let group = 0;
  for (let at = start; at < stop; at++) {
    const sextet = sextetAt(text, at);
    if (sextet === NO_SEXTET) return -1;
    group = (group << 6) | sextet;
    if (((at - start) & 3) === 3) {
      out[length++] = (group >> 16) & 0xff;
      out[length++] = (group >> 8) & 0xff;
      out[length++] = group & 0xff;
    }
  }
  const rest = (stop - start) & 3;
  if (rest === 1) return -1;
  if (rest >= 2) out[length++] = (group >> (rest === 2 ? 4 : 10)) & 0xff;
  if (rest === 3) out[length++] = (group >> 2) & 0xff;
  return length;
}
