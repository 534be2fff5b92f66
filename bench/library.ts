/** What the bench needs of the library; bundled by bench/run.mjs. */
export { rowContestants } from "../src/bench/contestants.ts";
export { BENCH_PROTO } from "../src/bench/messages.ts";
export { TASKS_OF, timeStory } from "../src/bench/timing.ts";
export { makeWorkload, WORKLOADS } from "../src/bench/workloads.ts";
export { loadCore } from "../src/js/abi/core.ts";
export { scanWindows } from "../src/js/abi/decode.ts";
export { compileSchema, getMessageLayout } from "../src/js/abi/schema.ts";
export { scanStream } from "../src/js/abi/stream.ts";
export { encodeMessage } from "../src/js/abi/tape-writer.ts";
export { parseProtoFiles } from "../src/js/proto/parser.ts";
export { SCHEMA as GOOGLE_SCHEMA } from "../src/js/proto/schema.generated.ts";
