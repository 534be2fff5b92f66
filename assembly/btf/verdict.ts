import { EINVAL, VERDICT_A, VERDICT_B, VERDICT_CODE, VERDICT_ERRNO, VERDICT_TYPE } from "./layout";

/** The first thing that the kernel would refuse. Codes are in codes.ts. */
export const VERDICT: usize = memory.data(20);

/** Records a refusal. @returns false, so that a check can end with it. */
export function refuse(code: u32, type: u32, a: u32 = 0, b: u32 = 0, errno: u32 = EINVAL): bool {
  store<u32>(VERDICT + VERDICT_CODE, code);
  store<u32>(VERDICT + VERDICT_TYPE, type);
  store<u32>(VERDICT + VERDICT_ERRNO, errno);
  store<u32>(VERDICT + VERDICT_A, a);
  store<u32>(VERDICT + VERDICT_B, b);
  return false;
}

export function verdictCode(): u32 {
  return load<u32>(VERDICT + VERDICT_CODE);
}
