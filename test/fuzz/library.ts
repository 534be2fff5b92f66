/** What the fuzzers need of the library; bundled by scripts/fuzz.mjs. */
export { loadCore } from "../../src/js/abi/core.ts";
export { decodeMessage } from "../../src/js/abi/decode.ts";
export { messageToData } from "../../src/js/abi/message-data.ts";
export { reencodeMessage } from "../../src/js/abi/reencode.ts";
export { compileSchema } from "../../src/js/abi/schema.ts";
export { isSnapshotError } from "../../src/js/base/errors.ts";
export { Regex } from "../../src/js/base/regex/regex.ts";
export { everyKeeping, everyKind } from "../support/every-kind.ts";
