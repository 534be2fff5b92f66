// bun examples/bun/server.mjs
import { createHandler } from "coldframe/serverless";

const server = Bun.serve({ port: Number(Bun.env.PORT ?? 8080), hostname: "127.0.0.1", fetch: createHandler() });
console.log(JSON.stringify({ listening: `http://127.0.0.1:${server.port}/v1/` }));
