import { embeddedModule, openAll } from "../js/index.ts";
import { createHandler as createHandlerOver, type Handler, type HandlerOptions } from "./handler.ts";

export type { Handler, HandlerOptions, RequestRecord } from "./handler.ts";
export { openApiDocument } from "./openapi.ts";
export type { RateOptions } from "./rate-limit.ts";
export { DEFAULT_REQUEST_LIMITS, type RequestLimitName, type RequestLimits } from "./request-limits.ts";

/** The endpoint of docs/endpoint.md: `(Request) → Promise<Response>`, for any host that has these two. */
export function createHandler(options: HandlerOptions = {}): Handler {
  return createHandlerOver({ openAll, embeddedModule }, options);
}
