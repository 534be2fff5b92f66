/** What the fuzzers need of the library; bundled by scripts/fuzz.mjs. */
export { loadCore } from "../../src/js/abi/core.ts";
export { decodeMessage } from "../../src/js/abi/decode.ts";
export { messageToData } from "../../src/js/abi/message-data.ts";
export { reencodeMessage } from "../../src/js/abi/reencode.ts";
export { compileSchema } from "../../src/js/abi/schema.ts";
export { unpack } from "../../src/js/archive/unpack.ts";
export { decodeUtf8Lossy } from "../../src/js/base/bytes.ts";
export { isSnapshotError } from "../../src/js/base/errors.ts";
export { parseJson5 } from "../../src/js/base/json5.ts";
export { withLimits } from "../../src/js/base/limits.ts";
export { Regex } from "../../src/js/base/regex/regex.ts";
export { compareVersions, parseFactFilter, parseSignatureRules } from "../../src/js/identity.ts";
export * as pigweed from "../../src/js/pigweed.ts";
export { parseProtoFiles } from "../../src/js/proto/parser.ts";
export { everyKeeping, everyKind } from "../support/every-kind.ts";
