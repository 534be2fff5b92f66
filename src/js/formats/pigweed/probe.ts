import { PROBE_TABLE } from "./probe-table.generated.ts";

/** Field numbers from here on take two bytes, which other formats seldom begin with. */
const FIRST_TWO_BYTE_FIELD = 16;
/** Numbers that belong to projects: they say nothing. */
const PROJECT_FIELDS = [
  [8, 15],
  [1032, 0x1fff_ffff],
] as const;

const VARINT = 0;
const FIXED_64 = 1;
const LENGTH = 2;
const FIXED_32 = 5;

/** How well bytes agree with a message of the schema. */
interface Agreement {
  fits: number;
  misfits: number;
  /** The bytes are no protobuf. */
  isBroken: boolean;
}

/**
 * There is no magic number: a snapshot is bare protobuf. What counts is how many of the leading fields are a
 * snapshot's by number, wire type and, one level down, content.
 */
export function probePigweed(head: Uint8Array, byteLength: number): number {
  const { evidence, doubt } = weigh(head, byteLength);
  if (evidence === 0) return 0;
  const best = evidence >= 3 ? 95 : evidence === 2 ? 85 : 60;
  return Math.round((best * evidence) / (evidence + doubt));
}

function weigh(head: Uint8Array, byteLength: number): { evidence: number; doubt: number } {
  let evidence = 0;
  let doubt = 0;
  const isWhole = forEachField(head, 0, byteLength, (number, wire, from, to) => {
    const members = PROBE_TABLE[number];
    if (members === undefined) {
      doubt += PROJECT_FIELDS.some(([low, high]) => number >= low && number <= high) ? 0 : 1;
    } else {
      const found = wire === LENGTH ? evidenceOf(number, members, head, from, to) : 0;
      evidence += found;
      if (found === 0) doubt++;
    }
  });
  return { evidence, doubt: isWhole ? doubt : doubt + 1 };
}

type Members = (typeof PROBE_TABLE)[number];

/** 0 when the content does not fit. */
function evidenceOf(number: number, members: Members, head: Uint8Array, from: number, to: number): number {
  if (members === null) return 1;
  const inner = compare(head, from, to, members);
  if (inner.isBroken || inner.misfits > 0) return 0;
  if (number >= FIRST_TWO_BYTE_FIELD) return 3;
  return Math.min(2, inner.fits);
}

function compare(head: Uint8Array, start: number, end: number, members: NonNullable<Members>): Agreement {
  const agreement: Agreement = { fits: 0, misfits: 0, isBroken: false };
  const isWhole = forEachField(head, start, end, (number, wire) => {
    const wires = members[number];
    if (wires === undefined) return;
    if ((wires >> wire) & 1) agreement.fits++;
    else agreement.misfits++;
  });
  agreement.isBroken = !isWhole;
  return agreement;
}

/** Walks the fields as far as the head goes. @returns false where the bytes are no protobuf, or end in a field. */
function forEachField(
  head: Uint8Array,
  start: number,
  end: number,
  visit: (number: number, wire: number, from: number, to: number) => void,
): boolean {
  let at = start;
  const last = Math.min(end, head.length);
  while (at < last) {
    const key = readVarint(head, at, last);
    if (key === undefined) return last < end;
    const number = Math.floor(key.value / 8);
    const wire = key.value % 8;
    if (number === 0 || number > 0x1fff_ffff) return false;
    const value = readValue(head, key.next, last, wire);
    if (value === undefined) return last < end && wire <= LENGTH;
    if (value.to > end) return false;
    visit(number, wire, value.from, value.to);
    at = value.to;
  }
  return true;
}

function readValue(
  head: Uint8Array,
  at: number,
  end: number,
  wire: number,
): { readonly from: number; readonly to: number } | undefined {
  if (wire === FIXED_64) return { from: at, to: at + 8 };
  if (wire === FIXED_32) return { from: at, to: at + 4 };
  const varint = wire === VARINT || wire === LENGTH ? readVarint(head, at, end) : undefined;
  if (varint === undefined) return undefined;
  return { from: varint.next, to: wire === LENGTH ? varint.next + varint.value : varint.next };
}

/** Value (inexact beyond 2^53) of a varint that ends before `end`. */
function readVarint(
  bytes: Uint8Array,
  start: number,
  end: number,
): { readonly value: number; readonly next: number } | undefined {
  let value = 0;
  for (let i = 0; i < 10 && start + i < end; i++) {
    const byte = bytes[start + i]!;
    value += (byte & 0x7f) * 2 ** (7 * i);
    if (byte < 0x80) return { value, next: start + i + 1 };
  }
  return undefined;
}
