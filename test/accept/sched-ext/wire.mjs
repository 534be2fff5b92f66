// Byte streams cut into frames.
import { decodeFrames, decodeMessage, messageTag } from "../../../dist/sched-ext.js";

const hex = (bytes) => Buffer.from(bytes).toString("hex");

export function runFrames(bytesHex) {
  const { frames, leftover } = decodeFrames(Uint8Array.from(Buffer.from(bytesHex, "hex")));
  return { entries: frames.map(entryOf), leftover_hex: hex(leftover) };
}

function entryOf(frame) {
  return {
    msg_type: `0x${frame.type.toString(16).padStart(8, "0")}`,
    tag: messageTag(frame.type),
    payload_hex: hex(frame.payload),
    crc_ok: frame.crcOk,
    decoded: contentOf(frame),
  };
}

function contentOf(frame) {
  try {
    return bytesAsHex(decodeMessage(frame)?.content);
  } catch (error) {
    if (error?.code !== "MalformedFrame") throw error;
    return undefined;
  }
}

function bytesAsHex(value) {
  if (value instanceof Uint8Array) return hex(value);
  if (Array.isArray(value)) return value.map(bytesAsHex);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, bytesAsHex(member)]));
}

/** Frames of which the case decodes nothing are compared without what we make of them. */
export function asDecodedAs(actual, expected) {
  const entries = actual.entries.map((entry, ix) => {
    const { decoded, ...frame } = entry;
    return expected.entries[ix] !== undefined && "decoded" in expected.entries[ix] ? { ...frame, decoded } : frame;
  });
  return { ...actual, entries };
}
