// deno run --allow-net --allow-env examples/deno/server.mjs
import { createHandler } from "coldframe/serverless";

const port = Number(Deno.env.get("PORT") ?? 8080);
Deno.serve(
  {
    port,
    hostname: "127.0.0.1",
    onListen: (address) => console.log(JSON.stringify({ listening: `http://127.0.0.1:${address.port}/v1/` })),
  },
  createHandler(),
);
