// The function of a Lambda behind an API Gateway (payload version 2.0) or a function URL.
import { createHandler, SOURCE_HEADER, toLambda } from "coldframe/serverless/lambda";

export const handler = toLambda(
  createHandler({
    // A request of a gateway holds at most 6 MB; a function works on one at a time.
    limits: { uploadBytes: 6_000_000 },
    concurrent: 1,
    rate: { burst: 20, perSecond: 5 },
    clientOf: (request) => request.headers.get(SOURCE_HEADER) ?? "",
  }),
);
