import { describe, expect, it } from "vitest";
import { inlineText } from "../../../../src/js/model/node-text.ts";
import type { Snapshot } from "../../../../src/js/model/snapshot.ts";
import { viewCapture } from "../../../../src/js/view/capture.ts";
import { getPath } from "../../../../src/js/view/path.ts";
import { fromBase64 } from "../../../support/btf.ts";
import { failureDumpOf, openBoth, openDumpWith, recordedObject } from "../../../support/two-sources.ts";

const text = ({ values }: Snapshot, path: string): string => inlineText(values, getPath({ values }, path), 4000);

/** Every entry of every map in one text; keys too. */
function contents(snapshot: Snapshot): Record<string, string[]> {
  const inline = (node: Parameters<typeof inlineText>[1] | undefined): string =>
    node === undefined ? "-" : inlineText(snapshot.values, node, 100_000).replaceAll("(cut) ", "");
  return Object.fromEntries(
    snapshot.maps!.maps.map((map) => {
      const store = map.stores[0];
      const rows = Array.from({ length: store?.length ?? 0 }, (_, ix) => {
        const { key, keyNumber, value, perCpu } = store!.entry(ix);
        const values = (perCpu ?? [value]).map(inline);
        const name = store!.kind === "value" ? "" : `${keyNumber ?? inline(key)}: `;
        return `${name}${values.join(" | ")}`;
      });
      return [map.name, rows];
    }),
  );
}

describe("a BTF file given later", () => {
  it.each(["o01_scalars", "o02_bitfields", "o04_percpu", "o05_globals", "o08_sched"])(
    "decodes the kept bytes of %s as a capture with types has them",
    async (name) => {
      const { capture, dump } = await openBoth(name);
      const [actual, expected] = [contents(dump), contents(capture)];
      const typed = Object.keys(expected).filter((map) => !map.startsWith(".rodata.str"));
      expect(typed.length).toBeGreaterThan(0);
      for (const map of typed) expect(actual[map], map).toEqual(expected[map]);
    },
  );

  it("agrees with bpftool about a task's fields", async () => {
    const object = await recordedObject("o08_sched");
    const listed = JSON.parse(object.maps.find(({ name }) => name === "scx_per_task")!.dump_json_text) as {
      formatted: { value: Record<string, unknown> };
    }[];
    const dump = await openDumpWith(failureDumpOf(object), { btf: fromBase64(object.btf_b64) });
    const map = viewCapture(dump).map("scx_per_task");
    expect(map.length).toBe(listed.length);
    const scalars = Object.entries(listed[0]!.formatted.value).filter(([, value]) => typeof value === "number");
    expect(scalars.length).toBeGreaterThan(1);
    listed.forEach(({ formatted }, ix) => {
      for (const [name] of scalars) {
        const field = map.at(ix).get(name);
        const exact = field.tryAsI64();
        const other = exact.ok ? exact : field.tryAsU64();
        expect(Number(other.ok ? other.value : field.asF64()), `${ix} ${name}`).toBe(formatted.value[name]);
      }
    });
  });

  it("leaves bytes as they are without the file, and keeps them beside the values with it", async () => {
    const object = await recordedObject("o08_sched");
    const plain = await openDumpWith(failureDumpOf(object), {});
    expect(viewCapture(plain).map("scx_per_task").at(0).get("").error?.code).toBe("NoRendered");
    const typed = await openDumpWith(failureDumpOf(object), { btf: fromBase64(object.btf_b64) });
    expect(text(typed, "maps.scx_per_task.entries[#0].value_hex")).toMatch(/^[0-9a-f ]+$/);
  });

  const report = (entry: string, name = "other", extra = ""): string =>
    `{"schema":"single","maps":[{"name":"${name}","map_type":1,"value_size":4,"max_entries":9,"entries":[${entry}]}]${extra}}`;

  it("takes a type by name for a map that the file does not declare, and says which maps need one", async () => {
    const btf = fromBase64((await recordedObject("o08_sched")).btf_b64);
    const entry = '{"key_hex":"07 00 00 00","value_hex":"2a 00 00 00"}';
    const silent = await openDumpWith(report(entry), { btf });
    expect(silent.issues.map(({ code, path }) => [code, path])).toEqual([["TypeMissing", "maps[#0]"]]);
    const named = await openDumpWith(report(entry), { btf, btfTypes: { other: "int", "other.key": "unsigned int" } });
    expect(named.issues).toEqual([]);
    expect(
      viewCapture(named)
        .map("other")
        .find((e) => e.key("").asU64() === 7n)
        .get("")
        .asI64(),
    ).toBe(42n);
    expect(text(named, "maps.other.entries[7]")).toContain("42");
  });

  it("goes before the capture's own values only for maps whose type was named", async () => {
    const btf = fromBase64((await recordedObject("o08_sched")).btf_b64);
    const own = '{"kind":"uint","bits":32,"value":1}';
    const entry = `{"key":${own},"key_hex":"07 00 00 00","value":${own},"value_hex":"2a 00 00 00"}`;
    const value = async (options: object): Promise<bigint> =>
      viewCapture(await openDumpWith(report(entry), { btf, ...options }))
        .map("other")
        .at(0)
        .get("")
        .asU64();
    expect(await value({})).toBe(1n);
    expect(await value({ btfTypes: { other: "int" } })).toBe(42n);
  });

  it("finds a map whose name the kernel cut to 15 characters", async () => {
    const object = await recordedObject("o01_scalars");
    const btf = fromBase64(object.btf_b64);
    const dump = await openDumpWith(report('{"key_hex":"01","value_hex":"02"}', "h_s64_enum"), { btf });
    // One byte where eight are needed: the value is cut, not lost.
    expect(viewCapture(dump).map("h_s64_enum").at(0).key("").node?.kind).toBe("truncated");
  });

  it("refuses a file without BTF, a wrong type and wrong options with a code", async () => {
    const btf = fromBase64((await recordedObject("o08_sched")).btf_b64);
    const open = (options: object): Promise<unknown> => openDumpWith(report(""), { ...options });
    await expect(open({ btf: new Uint8Array(40) })).rejects.toMatchObject({ code: "MalformedBtf" });
    await expect(open({ btf, btfTypes: { other: "struct nosuch" } })).rejects.toMatchObject({ code: "TypeNotFound" });
    await expect(open({ btf: "vmlinux" })).rejects.toMatchObject({ code: "UsageError" });
    await expect(open({ btfTypes: {} })).rejects.toMatchObject({ code: "UsageError" });
  });
});
