import { type Handler, SOURCE_HEADER } from "./handler.ts";

export { createHandler } from "./serverless.ts";
export { SOURCE_HEADER };

/** The parts of an API Gateway event (payload version 2.0) that count here; function URLs send the same. */
export interface GatewayEvent {
  readonly rawPath: string;
  readonly rawQueryString?: string;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly requestContext: { readonly http: { readonly method: string; readonly sourceIp?: string } };
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
}

export interface GatewayResult {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly isBase64Encoded: boolean;
}

/** A function for AWS Lambda behind an API Gateway or a function URL. */
export function toLambda(handler: Handler): (event: GatewayEvent) => Promise<GatewayResult> {
  return async (event) => {
    const response = await handler(toRequest(event));
    return {
      statusCode: response.status,
      headers: Object.fromEntries(response.headers),
      body: await response.text(),
      isBase64Encoded: false,
    };
  };
}

function toRequest({ rawPath, rawQueryString, headers: given = {}, requestContext, ...event }: GatewayEvent): Request {
  const { method, sourceIp = "" } = requestContext.http;
  const headers = new Headers();
  for (const [name, value] of Object.entries(given)) if (value !== undefined) headers.set(name, value);
  headers.set(SOURCE_HEADER, sourceIp);
  const query = rawQueryString === undefined || rawQueryString === "" ? "" : `?${rawQueryString}`;
  const url = new URL(`https://${headers.get("host") ?? "lambda.invalid"}${rawPath}${query}`);
  const hasBody = method !== "GET" && method !== "HEAD" && event.body !== undefined;
  return new Request(url, { method, headers, ...(hasBody && { body: toBytes(event.body!, event.isBase64Encoded) }) });
}

function toBytes(body: string, isBase64 = false): Uint8Array<ArrayBuffer> {
  if (!isBase64) return new TextEncoder().encode(body);
  return Uint8Array.from(atob(body), (character) => character.charCodeAt(0));
}
