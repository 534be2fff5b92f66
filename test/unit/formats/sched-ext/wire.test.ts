import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { concatBytes, encodeUtf8 } from "../../../../src/js/base/bytes.ts";
import { isSnapshotError } from "../../../../src/js/base/errors.ts";
import {
  FrameConnection,
  HostClient,
  type HostService,
  serveHost,
} from "../../../../src/js/formats/sched-ext/wire/connection.ts";
import { decodeFrames, encodeFrame, FrameDecoder } from "../../../../src/js/formats/sched-ext/wire/frame.ts";
import {
  decodeKernelOpReply,
  decodeKernelOpRequest,
  encodeKernelOpReply,
  encodeKernelOpRequest,
  refuseKernelOp,
} from "../../../../src/js/formats/sched-ext/wire/kernel-ops.ts";
import { MESSAGE_TYPES, messageTag } from "../../../../src/js/formats/sched-ext/wire/message-types.ts";
import {
  decodeMessage,
  encodeSnapshotReply,
  encodeSnapshotRequest,
} from "../../../../src/js/formats/sched-ext/wire/messages.ts";
import type { KernelOpRequest, KernelOpTarget, KernelOpValue } from "../../../../src/js/model/kernel-op.ts";

const u32 = fc.nat({ max: 0xffff_ffff });
const u64 = fc.bigInt({ min: 0n, max: 0xffff_ffff_ffff_ffffn });
const shortText = fc.string({ maxLength: 60, unit: "binary" });
const value: fc.Arbitrary<KernelOpValue> = fc.oneof(
  u32.map((U32) => ({ U32 })),
  u64.map((U64) => ({ U64 })),
  fc.uint8Array({ maxLength: 40 }).map((Bytes) => ({ Bytes })),
  u32.map((OrU32) => ({ OrU32 })),
);
const target: fc.Arbitrary<KernelOpTarget> = fc.oneof(
  shortText.map((name) => ({ Symbol: name })),
  u64.map((Direct) => ({ Direct })),
  u64.map((Kva) => ({ Kva })),
  fc.record({ symbol: shortText, field: shortText, cpu: u32 }).map((PerCpuField) => ({ PerCpuField })),
  fc.record({ pid: u32, expected_start_time_ns: u64, field: shortText }).map((TaskField) => ({ TaskField })),
);
const request: fc.Arbitrary<KernelOpRequest> = fc.record({
  request_id: u32,
  mode: fc.constantFrom("Hot" as const, "Cold" as const),
  direction: fc.constantFrom("Write" as const, "Read" as const),
  tag: shortText,
  entries: fc.array(fc.record({ target, value }), { maxLength: 5 }),
});

describe("frames", () => {
  it("come out the same however the stream is cut", () => {
    const frame = fc.tuple(u32, fc.uint8Array({ maxLength: 50 }));
    fc.assert(
      fc.property(
        fc.array(frame, { maxLength: 8 }),
        fc.infiniteStream(fc.integer({ min: 1, max: 40 })),
        (frames, sizes) => {
          const stream = concatBytes(frames.map(([type, payload]) => encodeFrame(type, payload)));
          const decoder = new FrameDecoder();
          const found = [];
          for (let at = 0; at < stream.length; ) {
            const size: number = sizes.next().value ?? 1;
            found.push(...decoder.push(stream.subarray(at, at + size)));
            at += size;
          }
          expect(found).toEqual(
            frames.map(([type, payload]) => ({ type, payload: Uint8Array.from(payload), crcOk: true })),
          );
          expect(decoder.leftover()).toHaveLength(0);
        },
      ),
    );
  });

  it("never throw on arbitrary bytes, and account for every one of them", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const { frames, leftover } = decodeFrames(bytes);
        const used = frames.reduce((sum, { payload }) => sum + 16 + payload.length, 0);
        expect(used + leftover.length).toBe(bytes.length);
        for (const one of frames) {
          try {
            decodeMessage(one);
          } catch (error) {
            expect(isSnapshotError(error) && error.code).toBe("MalformedFrame");
          }
        }
      }),
    );
  });

  it("keep what came before a length beyond the limit, then refuse for good", () => {
    const good = encodeFrame(1, Uint8Array.of(1));
    const bad = encodeFrame(2, new Uint8Array(100));
    const decoder = new FrameDecoder(50);
    expect(decoder.push(concatBytes([good, bad]))).toHaveLength(1);
    expect(decoder.error).toMatchObject({ code: "MalformedFrame", offset: 17 });
    expect(() => decoder.push(good)).toThrow(expect.objectContaining({ code: "MalformedFrame" }));
  });
});

describe("messages", () => {
  it("bring kernel operations back as they were", () => {
    fc.assert(
      fc.property(request, (one) => {
        expect(decodeKernelOpRequest(encodeKernelOpRequest(one))).toEqual(one);
      }),
    );
    const reply = fc.record({
      request_id: u32,
      success: fc.boolean(),
      reason: shortText,
      read_values: fc.array(value, { maxLength: 5 }),
    });
    fc.assert(
      fc.property(reply, (one) => {
        expect(decodeKernelOpReply(encodeKernelOpReply(one))).toEqual(one);
      }),
    );
  });

  it("refuse arbitrary bytes with a code and never make more than they hold", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        for (const decode of [decodeKernelOpRequest, decodeKernelOpReply]) {
          try {
            decode(bytes);
          } catch (error) {
            expect(isSnapshotError(error) && error.code).toBe("MalformedFrame");
          }
        }
      }),
    );
    // A list of 2^32-1 values in eight bytes.
    expect(() => decodeKernelOpReply(Uint8Array.of(1, 1, 0, 0xff, 0xff, 0xff, 0xff, 0x0f))).toThrow("a length is");
  });

  it("cut a tag of 64 bytes without a NUL, also inside a character", () => {
    const decode = (tag: string): unknown => {
      const payload = encodeSnapshotRequest({ request_id: 1, kind: 1, tag });
      return decodeMessage({ type: MESSAGE_TYPES.SNRQ, payload, crcOk: true })?.content;
    };
    expect(decode("x".repeat(64))).toMatchObject({ tag: "x".repeat(64) });
    expect(decode(`${"x".repeat(63)}é`)).toMatchObject({ tag: `${"x".repeat(63)}\ufffd` });
    expect(decode("x".repeat(99))).toMatchObject({ tag: "x".repeat(64) });
  });

  it("read every payload whose form is known", () => {
    const content = (tag: keyof typeof MESSAGE_TYPES, bytes: readonly number[]): unknown =>
      decodeMessage({ type: MESSAGE_TYPES[tag], payload: Uint8Array.from(bytes), crcOk: true })?.content;
    expect(content("EXIT", [0xff, 0xff, 0xff, 0xff])).toEqual({ code: -1 });
    expect(content("LIFE", [3, 0x6f, 0x6b])).toEqual({ phase: 3, reason: "ok" });
    expect(content("SOUT", [0x68, 0x69])).toEqual({ text: "hi" });
    expect(content("KADR", [1, ...new Array<number>(23).fill(0)])).toEqual({ phys_base: 0n, page_offset_base: 0n });
    expect(content("STIM", [1, 0, 0, 0, 2, 0, 3, 0, 4, 0, 0, 0, 5, 0, 6, 0, 7, 0, 0, 0, 0, 0, 0, 0])).toEqual({
      elapsed_ms: 1,
      step_index: 2,
      op_count: 3,
      op_kinds: 4,
      cgroup_count: 5,
      worker_count: 6,
      total_iterations: 7n,
    });
    expect(content("WPRF", [1])).toBeUndefined();
    expect(messageTag(0x41424344)).toBe("ABCD");
    expect(messageTag(0x00ff2020)).toBe("..  ");
  });

  it("cut the reason of a refusal between characters", () => {
    const { reason } = refuseKernelOp(1, "é".repeat(300));
    expect(encodeUtf8(reason).length).toBe(256);
  });
});

/** Two ends of an in-memory byte stream. */
function pair(): [FrameConnection, FrameConnection] {
  const there = new TransformStream<Uint8Array, Uint8Array>();
  const back = new TransformStream<Uint8Array, Uint8Array>();
  return [
    new FrameConnection({ readable: back.readable, writable: there.writable }),
    new FrameConnection({ readable: there.readable, writable: back.writable }),
  ];
}

const SERVICE: HostService = {
  capture: async (tag) => (tag === "bad" ? "no room" : undefined),
  watch: async () => {
    throw new Error("no vmlinux symbol");
  },
  kernelOp: async ({ request_id, tag }) => {
    if (tag === "throws") throw new Error("refused");
    return { request_id, success: true, reason: "", read_values: [{ U64: 7n }] };
  },
};
const KERNEL_OP: KernelOpRequest = { request_id: 0, mode: "Hot", direction: "Read", tag: "t", entries: [] };

describe("connections", () => {
  it("answer requests, each with its own id", async () => {
    const [guest, host] = pair();
    const served = serveHost(host, SERVICE);
    const client = new HostClient(guest);
    const outcomes = await Promise.all([client.capture("a"), client.capture("bad"), client.watch("jiffiez")]);
    expect(outcomes).toEqual([
      { kind: "Ok" },
      { kind: "HostError", reason: "no room" },
      { kind: "HostError", reason: "no vmlinux symbol" },
    ]);
    expect(await client.kernelOp(KERNEL_OP)).toMatchObject({ success: true, read_values: [{ U64: 7n }] });
    expect(await client.kernelOp({ ...KERNEL_OP, tag: "throws" })).toMatchObject({ success: false, reason: "refused" });
    await guest.close();
    await served;
  });

  it("skip replies to others and hand over all other frames", async () => {
    const [guest, host] = pair();
    const others: string[] = [];
    const client = new HostClient(guest, (frame) => others.push(messageTag(frame.type)));
    const outcome = client.capture("a");
    await host.receive();
    await host.send(MESSAGE_TYPES.SOUT, encodeUtf8("hello"));
    await host.send(MESSAGE_TYPES.SNRP, encodeSnapshotReply({ request_id: 99, status: 2, reason: "not yours" }));
    await host.send(MESSAGE_TYPES.SNRP, encodeSnapshotReply({ request_id: 1, status: 1, reason: "" }));
    expect(await outcome).toEqual({ kind: "Ok" });
    expect(others).toEqual(["SOUT", "SNRP"]);
  });

  it("stay dead once a reply did not come in time", async () => {
    const [guest] = pair();
    const client = new HostClient(guest);
    const deadline = new AbortController();
    const outcome = client.capture("a", deadline.signal);
    deadline.abort();
    expect(await outcome).toEqual({ kind: "TransportError", reason: "talking to the host: writing: timed out" });
    expect(await client.capture("b")).toMatchObject({ kind: "TransportError" });
    expect(guest.failure).toMatchObject({ code: "TransportFailed" });
  });

  it("tell the end of the stream", async () => {
    const [guest, host] = pair();
    const outcome = new HostClient(guest).capture("a");
    await host.receive();
    await host.close();
    expect(await outcome).toMatchObject({ kind: "TransportError" });
  });
});
