import { type ByteOwner, findByteOwner } from "./owner-search.ts";
import type { Task } from "./task.ts";

export interface BytePlace {
  readonly input: number;
  readonly offset: number;
}

/** The innermost value that a byte of an input belongs to. */
export const byteOwner: Task<BytePlace, ByteOwner | undefined> = {
  id: "byte-owner",
  what: "looking for the value of the byte",
  run: ({ snapshots: [snapshot] }, { input, offset }) => findByteOwner(snapshot!, input, offset),
};
