import {
  ISSUE_CODE,
  ISSUE_FOUND,
  ISSUE_LIMIT,
  ISSUE_OFFSET,
  ISSUE_STRIDE,
  ISSUE_TYPE,
  LAYER_TYPES,
  LAYER_TYPES_OFF,
  MAX_ISSUES,
} from "./layout";

export const ISSUES: usize = memory.data(i32(MAX_ISSUES * ISSUE_STRIDE));
/** All issues, also those beyond the rows that are kept. */
export let issueCount: u32 = 0;

/** @param offset byte offset in the blob. */
export function addIssue(code: u32, type: u32, offset: u32, found: u32, limit: u32): void {
  if (issueCount < MAX_ISSUES) {
    const row = ISSUES + issueCount * ISSUE_STRIDE;
    store<u32>(row + ISSUE_CODE, code);
    store<u32>(row + ISSUE_TYPE, type);
    store<u32>(row + ISSUE_OFFSET, offset);
    store<u32>(row + ISSUE_FOUND, found);
    store<u32>(row + ISSUE_LIMIT, limit);
  }
  issueCount++;
}

/** An issue at the address `at` inside the type section of `layer`. */
export function issueHere(code: u32, layer: usize, type: u32, at: usize, found: u32, limit: u32): void {
  const offset = load<u32>(layer + LAYER_TYPES_OFF) + (u32(at) - load<u32>(layer + LAYER_TYPES));
  addIssue(code, type, offset, found, limit);
}
