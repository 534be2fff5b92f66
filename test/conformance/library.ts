/** What the conformance testee needs of the library; bundled by scripts/conformance.mjs. */
export { loadCore } from "../../src/js/abi/core.ts";
export { decodeMessage } from "../../src/js/abi/decode.ts";
export { reencodeMessage } from "../../src/js/abi/reencode.ts";
export { compileSchema } from "../../src/js/abi/schema.ts";
export { encodeMessage } from "../../src/js/abi/tape-writer.ts";
export { parseProtoFiles } from "../../src/js/proto/parser.ts";
export { PROTO_FILES } from "../../src/js/proto/proto-files.generated.ts";
