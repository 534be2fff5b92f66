import { describe, expect, it } from "vitest";
import { type BtfExt, decodeBtfExt, type ExtTable } from "../../../src/js/formats/bpf/btf/ext.ts";
import { fromBase64, openBtf, readGoldenJson } from "../../support/btf.ts";

type Recorded = Readonly<Record<string, unknown>>;
interface RecordedTable {
  readonly rec_size: number;
  readonly sections: readonly { readonly sec: string; readonly recs: readonly Recorded[] }[];
}

function recorded<T>(table: ExtTable<T>, row: (record: T) => Recorded): RecordedTable {
  const sections = table.sections.map(({ name, records }) => ({ sec: name, recs: records.map(row) }));
  return { rec_size: table.recordSize, sections };
}

function asRecorded(ext: BtfExt): Record<string, unknown> {
  return {
    header: ext.header,
    func_info: recorded(ext.funcs, (f) => ({ insn_off: f.instructionOff, type_id: f.typeId })),
    line_info: recorded(ext.lines, (l) => ({
      insn_off: l.instructionOff,
      // The recording keeps the last part of the path.
      file: l.file.replace(/^.*\//, ""),
      line: l.text,
      line_num: l.line,
      col: l.column,
    })),
    core_relo: recorded(ext.relocations, (r) => ({
      insn_off: r.instructionOff,
      type_id: r.typeId,
      access_str: r.access,
      kind: r.kind,
    })),
  };
}

describe(".BTF.ext", async () => {
  const object = await readGoldenJson<Record<string, string>>("maps/o10_funcs.json.gz");
  const { about: _about, ...expected } = await readGoldenJson<Record<string, unknown>>("btf-ext-o10.json");
  const btf = await openBtf(fromBase64(object["section.BTF"]!));
  const bytes = fromBase64(object["section.BTF.ext"]!);

  it("has the recorded functions, lines and relocations", () => {
    const ext = decodeBtfExt(bytes, btf);
    expect(ext.issues).toEqual([]);
    expect(asRecorded(ext)).toEqual(expected);
  });

  it("is read as far as it goes when it is cut", () => {
    const inTable = (table: ExtTable<unknown>): number => table.sections.reduce((n, s) => n + s.records.length, 0);
    const count = (ext: BtfExt): number => inTable(ext.funcs) + inTable(ext.lines) + inTable(ext.relocations);
    let last = 0;
    for (let length = 32; length < bytes.length; length++) {
      const ext = decodeBtfExt(bytes.subarray(0, length), btf);
      expect(ext.issues.length).toBeGreaterThan(0);
      expect(count(ext)).toBeGreaterThanOrEqual(last);
      last = count(ext);
    }
    expect(last).toBe(count(decodeBtfExt(bytes, btf)) - 1);
    expect(() => decodeBtfExt(bytes.subarray(0, 20), btf)).toThrowError(expect.objectContaining({ code: "MalformedBtf" }));
  });

  it("skips what newer records say beyond ours", () => {
    const wide = new Uint8Array(24 + 4 + 8 + 12);
    const view = new DataView(wide.buffer);
    view.setUint16(0, 0xeb9f);
    view.setUint32(4, 24);
    view.setUint32(12, 24);
    [12, btf.core.words[btf.core.recordAt(2)]!, 1, 40, 5, 0xdead].forEach((word, ix) => view.setUint32(24 + ix * 4, word));
    const ext = decodeBtfExt(wide, btf);
    expect(ext.issues).toEqual([]);
    expect(ext.funcs.sections[0]!.records).toEqual([{ instructionOff: 40, typeId: 5 }]);
  });
});
