import { allocate } from "./arena";
import { kindOf, nameOff, stringAt, stringLength, typeAt, typeCount } from "./layers";

// A hash of every name: open addressing over the first id of each name; ids of one name are chained, lowest first.

let slots: usize = 0;
let slotMask: u32 = 0;
let chain: usize = 0;

/** Builds the index over the whole chain of blobs. False where memory is refused. */
export function buildNames(): bool {
  if (slots != 0) return true;
  let size: u32 = 16;
  while (size < typeCount * 2) size <<= 1;
  const table = allocate(size << 2);
  const next = allocate(typeCount << 2);
  if (table == 0 || next == 0) return false;
  memory.fill(table, 0, size << 2);
  slotMask = size - 1;
  chain = next;
  slots = table;
  for (let id = typeCount - 1; id > 0; id--) insert(id);
  return true;
}

/** Forgets the index; the chain of blobs has changed. */
export function dropNames(): void {
  slots = 0;
}

function insert(id: u32): void {
  const off = nameOff(typeAt(id));
  const length: u32 = off == 0 ? 0 : stringLength(off);
  store<u32>(chain + (id << 2), 0);
  if (length == 0) return;
  const slot = find(stringAt(off), length);
  store<u32>(chain + (id << 2), load<u32>(slot));
  store<u32>(slot, id);
}

/** Address of the slot that holds the first id of the name, or of the empty slot where it belongs. */
function find(name: usize, length: u32): usize {
  let at = hash(name, length) & slotMask;
  let slot = slots + (at << 2);
  while (load<u32>(slot) != 0 && !isNamed(load<u32>(slot), name, length)) {
    at = (at + 1) & slotMask;
    slot = slots + (at << 2);
  }
  return slot;
}

function isNamed(id: u32, name: usize, length: u32): bool {
  const off = nameOff(typeAt(id));
  const own = stringAt(off);
  if (own == name) return true;
  return stringLength(off) == length && memory.compare(own, name, length) == 0;
}

function hash(name: usize, length: u32): u32 {
  let h: u32 = 2166136261;
  for (let i: u32 = 0; i < length; i++) h = (h ^ load<u8>(name + i)) * 16777619;
  return h ^ (h >>> 15);
}

/** The lowest id with that name whose kind is in `kinds` (bit per kind), or 0. Needs `buildNames`. */
export function findName(name: usize, length: u32, kinds: u32): u32 {
  if (length == 0) return 0;
  return ofKind(load<u32>(find(name, length)), kinds);
}

/** The next id with the name of `id`, or 0. */
export function nextNamed(id: u32, kinds: u32): u32 {
  return ofKind(load<u32>(chain + (id << 2)), kinds);
}

function ofKind(id: u32, kinds: u32): u32 {
  while (id != 0 && ((kinds >>> kindOf(typeAt(id))) & 1) == 0) id = load<u32>(chain + (id << 2));
  return id;
}
