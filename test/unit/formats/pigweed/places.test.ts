import { describe, expect, it } from "vitest";
import { decodeMessage } from "../../../../src/js/abi/decode.ts";
import { FieldPlaces } from "../../../../src/js/abi/field-places.ts";
import { concatBytes, decodeUtf8Lossy } from "../../../../src/js/base/bytes.ts";
import { parseProject } from "../../../../src/js/formats/pigweed/project.ts";
import { SNAPSHOT, SNAPSHOT_SCHEMA } from "../../../../src/js/formats/pigweed/schema.ts";
import type { Snapshot } from "../../../../src/js/model/snapshot.ts";
import type { ValueNode } from "../../../../src/js/model/values.ts";
import { getPath } from "../../../../src/js/view/path.ts";
import { testCore } from "../../../support/core.ts";
import { readFixture } from "../../../support/fixture.ts";
import { bytes, int, message } from "../../../support/pb-builder.ts";
import { openPigweed } from "../../../support/pigweed-open.ts";

const inputs = import.meta.glob<string>("../../../golden/pigweed/cases/*.pb", {
  query: "?url",
  import: "default",
  eager: true,
});

/** The number in a varint or little-endian field, read without any code of the library. */
function readInteger(span: Uint8Array, type: string): bigint {
  const fixed = /fixed|float|double/.test(type);
  const unsigned = span.reduce(
    (value, byte, i) => value | (BigInt(fixed ? byte : byte & 0x7f) << BigInt((fixed ? 8 : 7) * i)),
    0n,
  );
  if (/^sint/.test(type)) return (unsigned >> 1n) ^ -(unsigned & 1n);
  if (/^(?:int|s|bool$|\w+\.)/.test(type)) return BigInt.asIntN(/64/.test(type) ? 64 : 32, unsigned);
  return BigInt.asUintN(/64/.test(type) ? 64 : 32, unsigned);
}

/** Every scalar below `root`, with the bytes that its origin names. */
function* leavesOf(snapshot: Snapshot, input: Uint8Array): Generator<{ node: ValueNode; span: Uint8Array }> {
  const { values } = snapshot;
  const open: ValueNode[] = [values.root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    const children = values.page(node, 0, Math.min(values.count(node), 200));
    for (const child of children) open.push(child);
    if (values.scalar(node) === null) continue;
    const { origin } = node;
    // An entry of a map whose value was left out has the default, which has no bytes.
    if (origin === undefined && values.scalar(node) === "") continue;
    if (origin === undefined) throw new Error(`${node.name} (${node.typeName}) has no place`);
    yield { node, span: input.subarray(origin.offset, origin.offset + origin.length) };
  }
}

function expectSame({ values }: Snapshot, node: ValueNode, span: Uint8Array): void {
  const scalar = values.scalar(node);
  if (scalar instanceof Uint8Array) expect(span).toEqual(scalar);
  else if (node.kind === "string") {
    if (node.typeName === "string") expect(decodeUtf8Lossy(span)).toBe(scalar);
  } else if (node.kind === "bool") expect(readInteger(span, "uint64") !== 0n).toBe(scalar);
  else if (node.kind !== "float") expect(readInteger(span, node.typeName!)).toBe(values.rawInteger!(node));
}

describe("the place of every value of", () => {
  it.each(Object.entries(inputs).map(([path, url]) => [path.replace(/^.*\//, ""), url] as const))(
    "%s holds that value",
    async (_name, url) => {
      const input = await readFixture(url);
      const snapshot = await openPigweed(input);
      for (const { node, span } of leavesOf(snapshot, input)) expectSame(snapshot, node, span);
    },
  );
});

describe("places", () => {
  const originAt = (snapshot: Snapshot, path: string) => getPath(snapshot, path).origin;

  it("are those of the value that counts, of several", async () => {
    const input = concatBytes([message(20, int(1, 5)), message(20, int(1, 0x1234567))]);
    const snapshot = await openPigweed(input);
    expect(originAt(snapshot, "armv7m_cpu_state.pc")).toEqual({ input: 0, offset: input.length - 4, length: 4 });
  });

  it("are found in the earlier part of a message that came in two", async () => {
    const first = message(16, bytes(4, "v1"), int(2, 1));
    const input = concatBytes([first, message(18), message(16, int(8, 2))]);
    const snapshot = await openPigweed(input);
    expect(originAt(snapshot, "metadata.software_version")).toEqual({ input: 0, offset: 5, length: 2 });
    expect(originAt(snapshot, "metadata.fatal")).toEqual({ input: 0, offset: 8, length: 1 });
    expect(originAt(snapshot, "metadata.cpu_arch")).toEqual({ input: 0, offset: input.length - 1, length: 1 });
  });

  it("of repeated numbers are right whether packed or not", async () => {
    const packed = message(18, bytes(4, Uint8Array.of(1, 0x80, 0x01, 3)), int(4, 300), bytes(4, Uint8Array.of(7)));
    const snapshot = await openPigweed(packed);
    const place = (ix: number) => originAt(snapshot, `threads[0].raw_backtrace[${ix}]`);
    expect([0, 1, 2, 3, 4].map((ix) => [place(ix)!.offset, place(ix)!.length])).toEqual([
      [5, 1],
      [6, 2],
      [8, 1],
      [10, 2],
      [14, 1],
    ]);
    expect(originAt(snapshot, "threads[0].raw_backtrace")).toEqual({ input: 0, offset: 3, length: 12 });
  });

  it("of a list are missing where something else lies between its records", async () => {
    const snapshot = await openPigweed([message(18, int(12, 1)), message(1, bytes(1, "m")), message(18, int(12, 2))]);
    expect(originAt(snapshot, "threads")).toBeUndefined();
    expect(originAt(snapshot, "threads[1].id")).toEqual({ input: 0, offset: 14, length: 1 });
  });

  it("are the same however the input is cut into windows", async () => {
    const core = await testCore();
    const input = await readFixture(inputs["../../../golden/pigweed/cases/everything_1.pb"]!);
    const places = (windowBytes: number) => {
      const { root } = decodeMessage(core, SNAPSHOT_SCHEMA.compiled, SNAPSHOT, input, { windowBytes, lenient: true });
      const of = FieldPlaces.of(root);
      return root.layout.fields.map(({ field }) => [field.name, of.last(field), of.run(field)]);
    };
    expect(places(64)).toEqual(places(1 << 20));
  });

  it("reach into a project's groups and fixed numbers", async () => {
    const project = parseProject({
      files: new Map([
        [
          "p.proto",
          'syntax = "proto2"; package p; message S { optional group G = 9 { optional fixed32 a = 1; repeated sint64 b = 2 [packed=true]; } optional double d = 10; }',
        ],
      ]),
      roots: ["p.proto"],
      message: "p.S",
    });
    const group = Uint8Array.of(0x4b, 0x0d, 1, 0, 0, 0, 0x12, 2, 3, 4, 0x4c);
    const input = concatBytes([group, Uint8Array.of(0x51, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f)]);
    const snapshot = await openPigweed(input, { project });
    const leaves = [...leavesOf(snapshot, input)];
    expect(leaves.length).toBe(4);
    for (const { node, span } of leaves) expectSame(snapshot, node, span);
  });
});
