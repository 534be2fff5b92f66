/** The table behind docs/errors.md; apart, because a page that only shows errors does not need its sentences. */
export { ERROR_CODES, type ErrorCode, type ErrorCodeRow, type ErrorFamily } from "./base/error-codes.ts";
