// Generated messages through our core, @bufbuild/protobuf and protobufjs: the same values, or the same verdict.
//   npm run -s differential -- --count N [--seed N]
// A disagreement must be of a kind that is listed here and in docs/conformance.md; any other is a failure.
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { build } from "esbuild";
import protobuf from "protobufjs";
import { MessageSource, PROTO } from "../test/differential/messages.mjs";
import { makeProtobufEs } from "../test/differential/protobuf-es.mjs";

/** Rival and verdict of ours where the rival accepts the input. */
const ACCEPTED = {
  "@bufbuild/protobuf": [
    ...["FieldNumberZero", "InvalidUtf8", "InvalidWireType", "LengthBeyondEnd", "PackedLengthMismatch"],
    ...["StrayEndGroup", "TruncatedMessage", "UnterminatedGroup", "VarintTooLong"],
  ],
  protobufjs: ["VarintTooLong"],
};
const NON_CANONICAL = "reads damaged input another way (values agree after our re-encoding)";
const STRICTER = "refuses known numbers of another wire type, which the specification makes unknown fields";

const { values: options } = parseArgs({
  options: { count: { type: "string", default: "20000" }, seed: { type: "string", default: "1" } },
});
const outfile = "build/differential-library.mjs";
await build({
  entryPoints: ["test/differential/library.ts"],
  bundle: true,
  format: "esm",
  outfile,
  logLevel: "warning",
});
const library = await import(`../${outfile}`);
const core = await library.loadCore(readFileSync("build/core.wasm"));
const proto = library.parseProtoFiles(new Map([["d.proto", PROTO]]), ["d.proto"]);
const plain = library.compileSchema(proto, ["d.All"]);
const keeping = library.compileSchema(proto, ["d.All"], { keepUnknown: true });
const rewriteByEs = makeProtobufEs(library, core, proto, "d.All");
const pbjs = protobuf.parse(PROTO, { keepCase: true }).root.lookupType("d.All");
const explained = new Map();
let agreed = 0;
let failed = 0;

const source = new MessageSource(Number(options.seed));
for (let i = 0; i < Number(options.count); i++) {
  const { bytes, damaged } = source.next();
  const ours = attempt(() => describe(bytes, keeping));
  compare("@bufbuild/protobuf", ours, (input) => describe(rewriteByEs(input), keeping), bytes, damaged);
  const plainOurs = ours.code === undefined ? attempt(() => describe(bytes, plain)) : ours;
  compare(
    "protobufjs",
    plainOurs,
    (input) => describe(pbjs.encode(pbjs.decode(input)).finish(), plain),
    bytes,
    damaged,
  );
}
for (const [what, count] of [...explained].sort()) console.log(`${String(count).padStart(9)}  ${what}`);
console.log(`${agreed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);

/** All values of a message as text; written once more first, because a proto3 zero may be on the wire or not. */
function describe(input, schema) {
  const bytes = library.reencodeMessage(core, schema, "d.All", input);
  return library.renderJson(library.messageToData(library.decodeMessage(core, schema, "d.All", bytes).root, proto));
}

function compare(rival, ours, decode, bytes, damaged) {
  const theirs = attempt(() => decode(bytes));
  if (ours.code !== undefined ? theirs.code !== undefined : ours.value === theirs.value) {
    agreed++;
    return;
  }
  const row = explain(rival, ours, theirs, decode, bytes, damaged);
  if (row !== undefined) {
    agreed++;
    explained.set(`${rival}: ${row}`, (explained.get(`${rival}: ${row}`) ?? 0) + 1);
    return;
  }
  if (++failed <= 10) {
    console.log(`FAIL ${rival}: ${Buffer.from(bytes).toString("hex")}`);
    console.log(`  ours   ${ours.value ?? ours.code}\n  theirs ${theirs.value ?? theirs.code}`);
  }
}

function explain(rival, ours, theirs, decode, bytes, damaged) {
  if (ours.code !== undefined) {
    return ACCEPTED[rival].includes(ours.code) ? `accepts what we refuse as ${ours.code}` : undefined;
  }
  // What is left must be due to damage, and vanish when the message is written the canonical way.
  const canonical = library.reencodeMessage(core, plain, "d.All", bytes);
  const agrees = attempt(() => decode(canonical)).value === attempt(() => describe(canonical, plain)).value;
  if (!agrees || (!damaged && rival !== "protobufjs")) return undefined;
  return theirs.code === undefined ? NON_CANONICAL : STRICTER;
}

function attempt(run) {
  try {
    return { value: run() };
  } catch (error) {
    return { code: error.code ?? error.message };
  }
}
