import { describe, expect, it } from "vitest";
import { encodeUtf8, toHexString } from "../../../src/js/base/bytes.ts";
import type { Btf } from "../../../src/js/formats/bpf/btf/btf.ts";
import { renderCHeader } from "../../../src/js/formats/bpf/btf/c-header.ts";
import { KIND_NAMES } from "../../../src/js/formats/bpf/btf/kinds.ts";
import { renderRaw } from "../../../src/js/formats/bpf/btf/raw-text.ts";
import { describeType } from "../../../src/js/formats/bpf/btf/record.ts";
import { openVmlinux, readGoldenExact, readGoldenJson } from "../../support/btf.ts";

interface Facts {
  readonly types: number;
  readonly kinds: Readonly<Record<string, number>>;
  readonly named: Readonly<Record<string, number>>;
  readonly bpftool_raw_dump: { readonly bytes: number; readonly sha256: string };
  readonly bpftool_c_dump: { readonly bytes: number; readonly sha256: string };
}

async function digestOf(parts: Iterable<string>): Promise<{ bytes: number; sha256: string }> {
  const bytes = encodeUtf8([...parts].join(""));
  return { bytes: bytes.length, sha256: toHexString(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))) };
}

function countKinds(btf: Btf, counts: (id: number) => boolean): Record<string, number> {
  const found: Record<string, number> = {};
  for (let id = 1; id < btf.typeCount; id++) {
    const kind = KIND_NAMES[btf.kind(id)]!;
    found[kind] = (found[kind] ?? 0) + (counts(id) ? 1 : 0);
  }
  return found;
}

/** bpftool's JSON prints unsigned 32-bit enumerators from 2^31 up sign-extended: docs/formats/btf.md, "Kinds". */
function withUnsignedValues(record: Record<string, unknown>): unknown {
  if (record["kind"] !== "ENUM" || record["encoding"] !== "UNSIGNED") return record;
  const values = record["values"] as { name: string; val: number | bigint }[];
  const unsigned = (val: number | bigint): number => Number(BigInt.asUintN(32, BigInt(val)));
  return { ...record, values: values.map(({ name, val }) => ({ name, val: unsigned(val) })) };
}

describe("the BTF of a 6.18 kernel", async () => {
  const btf = await openVmlinux();
  const facts = await readGoldenJson<Facts>("vmlinux-facts.json");

  it("is sound, for us and for the kernel", () => {
    expect(btf.issues).toEqual([]);
    expect(btf.verify()).toEqual({ accepted: true });
    expect(btf.typeCount - 1).toBe(facts.types);
  });

  it("has the recorded kinds and names", () => {
    expect(countKinds(btf, () => true)).toEqual(facts.kinds);
    expect(countKinds(btf, (id) => btf.nameOff(id) !== 0)).toEqual(facts.named);
  });

  it("lists as bpftool's raw dump does, byte for byte", async () => {
    expect(await digestOf(renderRaw(btf))).toEqual({
      bytes: facts.bpftool_raw_dump.bytes,
      sha256: facts.bpftool_raw_dump.sha256,
    });
  });

  it("is written as the C header that bpftool writes, byte for byte", async () => {
    expect(await digestOf(renderCHeader(btf, { order: "bpftool" }))).toEqual({
      bytes: facts.bpftool_c_dump.bytes,
      sha256: facts.bpftool_c_dump.sha256,
    });
  });

  it("gives every recorded type as bpftool's JSON does", async () => {
    const { types } = (await readGoldenExact("vmlinux-types.json.gz")) as { types: Record<string, unknown>[] };
    expect(types.length).toBe(412);
    for (const record of types) {
      expect(describeType(btf, record["id"] as number)).toEqual(withUnsignedValues(record));
    }
  });

  it("finds the lowest id of every recorded name and kind", async () => {
    const { lookups } = await readGoldenJson<{ lookups: { name: string; kind: string; id: number }[] }>(
      "vmlinux-lookups.json.gz",
    );
    const found = lookups.map(({ name, kind }) => btf.find(name, 1 << KIND_NAMES.indexOf(kind)));
    expect(found).toEqual(lookups.map(({ id }) => id));
  });

  it("finds all types of a name, lowest first", () => {
    const ids = btf.findAll("workspace");
    expect(ids).toEqual([20478, 25797, 25801, 25818]);
    expect(ids.map((id) => btf.name(id))).toEqual(["workspace", "workspace", "workspace", "workspace"]);
  });

  it("writes the recorded structs with all they need", async () => {
    const { dumps } = await readGoldenJson<{ dumps: { id: number; c: string }[] }>("vmlinux-cdump.json.gz");
    expect(dumps.length).toBe(80);
    for (const { id, c } of dumps) expect([...renderCHeader(btf, { roots: [id] })].join("")).toBe(c);
  });
});
