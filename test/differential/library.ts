/** What the differential test needs of the library; bundled by scripts/differential.mjs. */
export { loadCore } from "../../src/js/abi/core.ts";
export { decodeMessage } from "../../src/js/abi/decode.ts";
export { messageToData } from "../../src/js/abi/message-data.ts";
export { reencodeMessage } from "../../src/js/abi/reencode.ts";
export { compileSchema } from "../../src/js/abi/schema.ts";
export { encodeMessage } from "../../src/js/abi/tape-writer.ts";
export { toHexString } from "../../src/js/base/bytes.ts";
export { renderJson } from "../../src/js/base/json.ts";
export { parseProtoFiles } from "../../src/js/proto/parser.ts";
export { SCHEMA as GOOGLE } from "../../src/js/proto/schema.generated.ts";
