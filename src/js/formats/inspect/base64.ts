const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Bytes of standard base64 with padding (RFC 4648 section 4), or undefined if the text is not exactly that. */
export function parseBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined;
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  const out = new Uint8Array((text.length / 4) * 3 - padding);
  let quad = 0;
  for (let i = 0, at = 0; i < text.length; i += 4, at += 3) {
    quad = 0;
    for (let j = i; j < i + 4; j++) quad = (quad << 6) | Math.max(0, ALPHABET.indexOf(text[j]!));
    // Writes beyond the last byte are dropped by the typed array.
    out[at] = quad >> 16;
    out[at + 1] = quad >> 8;
    out[at + 2] = quad;
  }
  // Bits beyond the last byte must be zero: a value has one encoding only.
  return (quad & ((1 << (8 * padding)) - 1)) === 0 ? out : undefined;
}
