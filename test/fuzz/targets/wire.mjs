// The wire: frames out of any bytes, the same whatever pieces they come in; messages and kernel operations read and
// written back.
import { readFileSync } from "node:fs";

export async function targets({ library }) {
  if (library === undefined) return [];
  const wire = await import("../../../dist/sched-ext.js");
  const { isSnapshotError } = library;

  /** What is refused is refused with a code. */
  function attempt(work) {
    try {
      return work();
    } catch (error) {
      if (isSnapshotError(error)) return undefined;
      throw error;
    }
  }

  function inPieces(bytes) {
    const decoder = new wire.FrameDecoder();
    const frames = [];
    let at = 0;
    for (let size = 1; at < bytes.length; size = (size * 7 + 3) % 61 || 1) {
      const more = attempt(() => decoder.push(bytes.subarray(at, at + size)));
      if (more === undefined) return { frames, isBroken: true };
      frames.push(...more);
      at += size;
    }
    return { frames, isBroken: decoder.error !== undefined };
  }

  function sameFrames(a, b) {
    const text = (frames) => frames.map(({ type, crcOk, payload }) => `${type} ${crcOk} ${payload.join()}`).join("\n");
    return text(a) === text(b);
  }

  function run(bytes) {
    const whole = wire.decodeFrames(bytes);
    const pieces = inPieces(bytes);
    if ((whole.error !== undefined) !== pieces.isBroken) throw new Error("refused whole, or in pieces, only");
    if (!sameFrames(whole.frames, pieces.frames)) throw new Error("pieces change the frames");
    for (const frame of whole.frames) {
      wire.messageTag(frame.type);
      attempt(() => wire.decodeMessage(frame));
      if (!frame.crcOk) continue;
      const again = wire.decodeFrames(wire.encodeFrame(frame.type, frame.payload));
      if (!sameFrames(again.frames, [frame])) throw new Error("a frame does not come back");
    }
    const request = attempt(() => wire.decodeKernelOpRequest(bytes));
    if (request !== undefined) roundTrip(request, wire.encodeKernelOpRequest, wire.decodeKernelOpRequest);
    const reply = attempt(() => wire.decodeKernelOpReply(bytes));
    if (reply !== undefined) roundTrip(reply, wire.encodeKernelOpReply, wire.decodeKernelOpReply);
  }

  function roundTrip(value, encode, decode) {
    const written = attempt(() => encode(value));
    if (written === undefined) return;
    const text = (one) => JSON.stringify(one, (_, member) => (typeof member === "bigint" ? `${member}n` : member));
    if (text(decode(written)) !== text(value)) throw new Error("an operation does not come back");
  }

  return [{ name: "wire", seeds, run: async (bytes) => run(bytes) }];
}

/** The streams of the shared cases. */
function seeds() {
  const text = readFileSync("test/golden/sched-ext/wire_cases.json", "utf8");
  return [...text.matchAll(/"((?:[0-9a-f]{2}){8,})"/g)].map(([, hex]) => Uint8Array.from(Buffer.from(hex, "hex")));
}
