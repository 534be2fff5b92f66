/** What the bench needs of the library; bundled by bench/run.mjs. */
export { type Core, loadCore } from "../src/js/abi/core.ts";
export { decodeMessage, releaseRows, scanWindows } from "../src/js/abi/decode.ts";
export { compileSchema, getMessageLayout } from "../src/js/abi/schema.ts";
export { encodeMessage } from "../src/js/abi/tape-writer.ts";
export { parseProtoFiles } from "../src/js/proto/parser.ts";
export { SCHEMA as GOOGLE_SCHEMA } from "../src/js/proto/schema.generated.ts";
