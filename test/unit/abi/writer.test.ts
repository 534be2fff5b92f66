import protobuf from "protobufjs";
import { describe, expect, it } from "vitest";
import proto from "../../../proto/coldframe/bpf.proto?raw";
import { WRITER_WASM_BASE64 } from "../../../src/js/abi/embedded/writer.generated.ts";
import { loadWriter } from "../../../src/js/abi/writer.ts";
import { concatBytes, encodeUtf8 } from "../../../src/js/base/bytes.ts";

const Capture = protobuf.parse(proto, { keepCase: true }).root.lookupType("coldframe.bpf.Capture");
const wasm = Uint8Array.from(atob(WRITER_WASM_BASE64), (c) => c.charCodeAt(0));

function read(bytes: Uint8Array): Record<string, unknown> {
  return Capture.toObject(Capture.decode(bytes), { longs: String, arrays: true });
}

/** Sets every scalar field of a message of the schema and says what a reader must find. */
function fillEveryField(encoder: Awaited<ReturnType<typeof loadWriter>>, type: protobuf.Type): Record<string, unknown> {
  const expected: Record<string, unknown> = {};
  for (const field of type.fieldsArray) {
    const times = field.repeated ? [1, 2] : [1];
    const values = times.map((n) => setField(encoder, field, n));
    expected[field.name] = field.repeated ? values : values[0];
  }
  return expected;
}

function setField(encoder: Awaited<ReturnType<typeof loadWriter>>, field: protobuf.Field, n: number): unknown {
  if (field.type === "string") {
    encoder.text(field.id, `${field.name} ${n} ü€\u{1f9ca}`);
    return `${field.name} ${n} ü€\u{1f9ca}`;
  }
  if (field.type === "bytes") {
    encoder.bytes(field.id, Uint8Array.of(0, 255, field.id, n));
    return Uint8Array.of(0, 255, field.id, n);
  }
  if (field.type === "Holder") {
    encoder.integer(field.id, 70_000 + n);
    encoder.text(field.id, `holder ${n}`);
    return { pid: 70_000 + n, comm: `holder ${n}` };
  }
  if (field.type === "bool") {
    encoder.integer(field.id, 1);
    return true;
  }
  const wide = field.type === "uint64" || field.type === "fixed64";
  const value = wide ? 0xfedc_ba98_7654_3210n + BigInt(n) : BigInt(0xffff_0000 + field.id * 16 + n);
  encoder.integer(field.id, value);
  return wide ? String(value) : Number(value);
}

describe("the record encoder", () => {
  const records = Capture.fieldsArray.filter((field) => field.id > 2);

  it.each(records.map((field) => field.name))("writes every field of %s", async (name) => {
    const field = Capture.fields[name]!;
    field.resolve();
    const encoder = await loadWriter(wasm);
    encoder.begin(field.id);
    const expected = fillEveryField(encoder, field.resolvedType as protobuf.Type);
    const found = read(encoder.end());
    expect(found["magic"]).toBe(String(new DataView(encodeUtf8("cfbpfcap").buffer).getBigUint64(0, true)));
    expect(found["schema"]).toBe(1);
    const record = field.repeated ? (found[name] as unknown[])[0] : found[name];
    expect(JSON.parse(JSON.stringify(record))).toEqual(JSON.parse(JSON.stringify(expected)));
  });

  it("starts every piece with the magic bytes", async () => {
    const encoder = await loadWriter(wasm);
    encoder.begin(10);
    expect([...encoder.end().subarray(0, 9)]).toEqual([9, ...encodeUtf8("cfbpfcap")]);
  });

  it("makes pieces that merge into one message", async () => {
    const encoder = await loadWriter(wasm);
    const pieces = [1, 2, 3].map((id) => {
      encoder.begin(5);
      encoder.integer(1, id);
      encoder.text(3, `map_${id}`);
      return encoder.end();
    });
    const maps = read(concatBytes(pieces))["maps"] as { name: string }[];
    expect(maps.map((map) => map.name)).toEqual(["map_1", "map_2", "map_3"]);
  });

  it("refuses unknown records and fields as a bug", async () => {
    const encoder = await loadWriter(wasm);
    expect(() => encoder.begin(99)).toThrowError(expect.objectContaining({ code: "InternalError" }));
    encoder.begin(5);
    expect(() => encoder.text(1, "")).toThrowError(expect.objectContaining({ code: "InternalError" }));
  });

  it("gives memory back between records", async () => {
    const module = await WebAssembly.compile(wasm);
    const instance = await WebAssembly.instantiate(module, {});
    const { RecordEncoder } = await import("../../../src/js/abi/writer.ts");
    const encoder = new RecordEncoder(instance);
    const values = new Uint8Array(1 << 20).fill(7);
    const memory = instance.exports["memory"] as WebAssembly.Memory;
    const sizes = Array.from({ length: 60 }, () => {
      encoder.begin(6);
      encoder.bytes(4, values);
      expect(encoder.end().length).toBeGreaterThan(values.length);
      return memory.buffer.byteLength;
    });
    expect(sizes.at(-1)).toBe(sizes[9]);
  });
});
