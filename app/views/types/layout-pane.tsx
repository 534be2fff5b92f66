import { type Btf, getLayout, type LayoutField, type LayoutHole, renderTypeName } from "coldframe/btf";
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";

const SHOWN = 600;

type Row = { readonly at: number; readonly bits: number; readonly field?: LayoutField; readonly hole?: LayoutHole };

/** Members at their offsets; holes and padding stand out, because they are bytes that nobody uses. */
export function LayoutPane({ btf, id }: { readonly btf: Btf; readonly id: number }): JSX.Element {
  const layout = useMemo(() => getLayout(btf, id), [btf, id]);
  if (layout === undefined) return <p class="dim">This type has no layout.</p>;
  const { size, align, packed, fields, holes, paddingBits, cacheLines } = layout;
  const rows: Row[] = [
    ...fields.map((field) => ({ at: field.bitOffset, bits: field.bitSize, field })),
    ...holes.map((hole) => ({ at: hole.bitOffset, bits: hole.bits, hole })),
    ...(paddingBits > 0
      ? [
          {
            at: size * 8 - paddingBits,
            bits: paddingBits,
            hole: { bitOffset: size * 8 - paddingBits, bits: paddingBits },
          },
        ]
      : []),
  ].sort((a, b) => a.at - b.at);
  const lost = holes.reduce((sum, { bits }) => sum + bits, paddingBits);
  return (
    <>
      <p>
        {`${size} bytes, ${cacheLines} cache line${cacheLines === 1 ? "" : "s"}, aligned to ${align}${packed ? ", packed" : ""}, `}
        <span class={lost > 0 ? "fault" : "run"}>{lost === 0 ? "no holes" : `${bitsText(lost)} lost in holes`}</span>
      </p>
      <h2>Layout</h2>
      <div class="layout-head layout-row">
        <span>offset</span>
        <span>size</span>
        <span>member</span>
      </div>
      {rows.slice(0, SHOWN).map((row, ix) => (
        <div
          key={ix}
          class={`layout-row ${row.hole === undefined ? "" : "hole"}`}
          style={{ minHeight: `${heightOf(row.bits)}px` }}
        >
          <span>{offsetText(row.at)}</span>
          <span>{bitsText(row.bits)}</span>
          <span style={{ paddingLeft: `${(row.field?.depth ?? 0) * 12}px` }}>
            {row.field === undefined ? (
              "hole"
            ) : (
              <>
                <span class="name">{row.field.name}</span>{" "}
                <span class="dim">{renderTypeName(btf, row.field.typeId)}</span>
              </>
            )}
          </span>
        </div>
      ))}
      {rows.length > SHOWN && <p class="dim">{`${rows.length - SHOWN} further members`}</p>}
    </>
  );
}

/** Larger members are drawn taller, so that a struct has its shape. */
function heightOf(bits: number): number {
  return 18 + Math.min(40, Math.floor(bits / 64) * 2);
}

function offsetText(bits: number): string {
  return bits % 8 === 0 ? String(bits / 8) : `${Math.floor(bits / 8)}:${bits % 8}`;
}

function bitsText(bits: number): string {
  return bits % 8 === 0 ? `${bits / 8} B` : `${bits} bit`;
}
