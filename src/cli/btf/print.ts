import {
  alignOf,
  type Btf,
  describeType,
  getLayout,
  KIND_NAMES,
  type LayoutField,
  labelOf,
  type NamedDiff,
  type OwnedMember,
  renderCTypes,
  renderLayout,
  renderRawType,
  renderTypeDiff,
  renderTypeName,
} from "../../js/btf.ts";
import { isSnapshotError, renderTable } from "../../js/index.ts";
import type { Call } from "../command.ts";

/** A struct or union with its offsets, anything else as C or as its record says it. */
export async function printType(call: Call, btf: Btf, id: number, later: boolean, several: boolean): Promise<void> {
  const { out } = call;
  if (out.json) return out.jsonLine(typeJson(btf, id));
  if (later) await out.line();
  if (several) await out.line(out.safe(`/* type ${id}: ${labelOf(btf, id)} */`));
  await out.text(typeText(btf, id));
}

function typeText(btf: Btf, id: number): string {
  const layout = renderLayout(btf, id);
  if (layout !== "") return layout;
  try {
    const text = renderCTypes(btf, [id]);
    if (text !== "") return text;
  } catch (error) {
    if (!isSnapshotError(error)) throw error;
  }
  return renderRawType(btf, id);
}

/** A type as plain data: the record's keys are bpftool's, `layout` is ours. */
export function typeJson(btf: Btf, id: number): Record<string, unknown> {
  const layout = getLayout(btf, id);
  const bytes = btf.sizeOf(id);
  return {
    ...describeType(btf, id),
    ...(bytes !== undefined && { bytes, align: alignOf(btf, id) }),
    ...(layout !== undefined && {
      layout: {
        id: layout.id,
        packed: layout.packed,
        cache_lines: layout.cacheLines,
        padding_bits: layout.paddingBits,
        fields: layout.fields.map((field) => fieldJson(btf, field)),
        holes: layout.holes.map(({ bitOffset, bits }) => ({ bits_offset: bitOffset, bits })),
      },
    }),
  };
}

function fieldJson(btf: Btf, field: LayoutField): Record<string, unknown> {
  const { name, typeId, bitOffset, bitSize, isBitfield } = field;
  return {
    name,
    type: renderTypeName(btf, typeId),
    type_id: typeId,
    bits_offset: bitOffset,
    bits: bitSize,
    bitfield: isBitfield,
  };
}

const MEMBER_COLUMNS = [
  { title: "ID", align: "right" },
  { title: "IN" },
  { title: "OFFSET", align: "right" },
  { title: "SIZE", align: "right" },
  { title: "TYPE" },
] as const;

export async function printMembers({ out }: Call, btf: Btf, found: readonly OwnedMember[]): Promise<void> {
  if (out.json) {
    for (const { typeId, field } of found) {
      const kind = KIND_NAMES[btf.kind(typeId)];
      await out.jsonLine({ id: typeId, kind, in: btf.name(typeId), ...fieldJson(btf, field) });
    }
    return;
  }
  const rows = found.map(({ typeId, field }) => [
    String(typeId),
    renderTypeName(btf, typeId),
    byteText(field.bitOffset),
    field.isBitfield ? `${field.bitSize} bits` : String(field.bitSize / 8),
    renderTypeName(btf, field.typeId),
  ]);
  await out.pieces([renderTable(MEMBER_COLUMNS, rows, { titleStyle: out.colors.bold })]);
}

/** `24`, and `24:3` inside a byte. */
function byteText(bits: number): string {
  return bits % 8 === 0 ? String(bits / 8) : `${Math.floor(bits / 8)}:${bits % 8}`;
}

export async function printDiff({ out }: Call, diff: NamedDiff): Promise<void> {
  if (out.json) {
    await out.jsonLine({ schema: 1, ...diff });
    return;
  }
  const { name, beforeId, afterId, changes } = diff;
  if (beforeId === undefined) await out.line(out.safe(`+ ${name}`));
  else if (afterId === undefined) await out.line(out.safe(`- ${name}`));
  else if (changes.length === 0) await out.line(out.safe(`= ${name}`));
  else {
    await out.line(out.safe(`~ ${name}`));
    await out.text(renderTypeDiff(changes).replace(/^/gm, "    ").replace(/ +$/, ""));
  }
}
