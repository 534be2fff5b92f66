// node examples/node/server.mjs, then: curl --data-binary @crash.pb http://127.0.0.1:8080/v1/dump
import { createHandler, createNodeServer, SOURCE_HEADER } from "coldframe/serverless/node";

const handler = createHandler({
  rate: { burst: 20, perSecond: 5 },
  clientOf: (request) => request.headers.get(SOURCE_HEADER) ?? "",
  onAnswer: (record) => console.log(JSON.stringify(record)),
});
const port = Number(process.env.PORT ?? 8080);
const server = createNodeServer(handler).listen(port, "127.0.0.1", () => {
  console.log(JSON.stringify({ listening: `http://127.0.0.1:${server.address().port}/v1/` }));
});
