import { concatBytes } from "./bytes.ts";
import { sha256 } from "./sha256.ts";

const BLOCK = 64;

/** HMAC-SHA-256 (RFC 2104). Not constant in time: for naming things, not for checking what a stranger sends. */
export function hmacSha256(key: Uint8Array, message: Uint8Array): Uint8Array {
  const short = key.length > BLOCK ? sha256(key) : key;
  const padded = new Uint8Array(BLOCK);
  padded.set(short);
  const inner = sha256(concatBytes([padded.map((byte) => byte ^ 0x36), message]));
  return sha256(concatBytes([padded.map((byte) => byte ^ 0x5c), inner]));
}
