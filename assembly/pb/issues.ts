/** Issue records: what could not be read, where, and the path of fields that leads there. */
import {
  ISSUE_AT_OFF,
  ISSUE_DEPTH,
  ISSUE_DETAIL,
  ISSUE_FIELD,
  ISSUE_KEY_OFF,
  ISSUE_REASON,
  ISSUE_WORDS,
} from "../layout";
import { FRAME_BYTES, framesPtr, inputPtr, issuesEnd, issuesPtr } from "../mem";

/** Frame words that hold the path: the field and element that the frame's child is. */
export const FRAME_END: u32 = 0;
export const FRAME_ROW: u32 = 4;
export const FRAME_MESSAGE: u32 = 8;
export const FRAME_GROUP: u32 = 12;
export const FRAME_FIELD: u32 = 16;
export const FRAME_ELEMENT: u32 = 20;

export let issueCount: u32 = 0;
let issueTop: usize = 0;

export function resetIssues(): void {
  issueCount = 0;
  issueTop = issuesPtr;
}

export function issueWords(): u32 {
  return u32(issueTop - issuesPtr) >> 2;
}

/** Adds a record; when the area is full it is counted only. */
export function addIssue(reason: u32, keyAt: usize, at: usize, detail: u32, field: u32, depth: u32): void {
  issueCount++;
  const bytes = usize(ISSUE_WORDS + depth * 2) << 2;
  if (bytes > issuesEnd - issueTop) return;
  const record = issueTop;
  store<u32>(record + (ISSUE_REASON << 2), reason);
  store<u32>(record + (ISSUE_KEY_OFF << 2), u32(keyAt - inputPtr));
  store<u32>(record + (ISSUE_AT_OFF << 2), u32(at - inputPtr));
  store<u32>(record + (ISSUE_DETAIL << 2), detail);
  store<u32>(record + (ISSUE_FIELD << 2), field);
  store<u32>(record + (ISSUE_DEPTH << 2), depth);
  let out = record + (usize(ISSUE_WORDS) << 2);
  for (let i: u32 = 0; i < depth; i++) {
    const frame = framesPtr + usize(i * FRAME_BYTES);
    store<u32>(out, load<u32>(frame + FRAME_FIELD));
    store<u32>(out, load<u32>(frame + FRAME_ELEMENT), 4);
    out += 8;
  }
  issueTop = out;
}
