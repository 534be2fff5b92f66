import { type Btf, type BtfExt, RELOCATION_KINDS, renderTypeName } from "../../js/btf.ts";
import { renderTable } from "../../js/index.ts";
import type { Call } from "../command.ts";

interface Row {
  readonly section: string;
  /** Byte in the section. */
  readonly instruction: number;
  readonly what: string;
}

const COLUMNS = [{ title: "SECTION" }, { title: "BYTE", align: "right" }, { title: "WHAT" }] as const;

/** Functions, source lines and relocations of an object file, in the order of its instructions. */
export async function printExt({ out }: Call, btf: Btf, ext: BtfExt): Promise<void> {
  if (out.json) return out.jsonLine({ schema: 1, ...ext });
  const rows = [...funcs(btf, ext), ...lines(ext), ...relocations(btf, ext)];
  rows.sort((a, b) => (a.section < b.section ? -1 : a.section > b.section ? 1 : a.instruction - b.instruction));
  const cells = rows.map(({ section, instruction, what }) => [section, String(instruction), what]);
  await out.pieces([renderTable(COLUMNS, cells, { titleStyle: out.colors.bold })]);
}

function funcs(btf: Btf, { funcs: { sections } }: BtfExt): Row[] {
  return sections.flatMap(({ name, records }) =>
    records.map(({ instructionOff, typeId }) => ({
      section: name,
      instruction: instructionOff,
      what: `function ${btf.name(typeId)}`,
    })),
  );
}

function lines({ lines: { sections } }: BtfExt): Row[] {
  return sections.flatMap(({ name, records }) =>
    records.map(({ instructionOff, file, line, column, text }) => ({
      section: name,
      instruction: instructionOff,
      what: `${file}:${line}:${column}  ${text.trim()}`,
    })),
  );
}

function relocations(btf: Btf, { relocations: { sections } }: BtfExt): Row[] {
  return sections.flatMap(({ name, records }) =>
    records.map(({ instructionOff, typeId, access, kind }) => ({
      section: name,
      instruction: instructionOff,
      what: `relocation ${RELOCATION_KINDS[kind] ?? kind} of ${renderTypeName(btf, typeId)} ${access}`,
    })),
  );
}
