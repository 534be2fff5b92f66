// Cloudflare Workers and workerd: bundle with the .wasm files left as imports (see build.mjs), deploy or run.
import { createHandler } from "coldframe/serverless";

const handler = createHandler({
  // A Worker has 128 MB; a snapshot, its tables and the answer share them.
  limits: { inputBytes: 24_000_000 },
  clientOf: (request) => request.headers.get("cf-connecting-ip") ?? "",
});

export default { fetch: (request) => handler(request) };
