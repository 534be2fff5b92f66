// Builds the as-proto contestant where protoc is installed.
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const OUT = "bench/out/as-proto";
const SKIP =
  "if ((tag & 7) == 2) { const size = reader.uint32(); if (size != 0) reader.skip(size); } else reader.skipType(tag & 7);";

/** Generates the classes with protoc, mends them and compiles. @throws when protoc is not installed. */
export function buildAsProto(protoFile) {
  rmSync(OUT, { recursive: true, force: true });
  mkdirSync(OUT, { recursive: true });
  const proto = readFileSync(protoFile, "utf8").replace(/(repeated u?int64 \w+ = \d+);/g, "$1 [packed = true];");
  writeFileSync(join(OUT, "bench.proto"), proto);
  const plugin = "--plugin=protoc-gen-as=node_modules/.bin/as-proto-gen";
  execFileSync("protoc", [plugin, `--as_out=${OUT}`, "-I", OUT, "bench.proto"], { stdio: "pipe" });
  for (const file of readdirSync(join(OUT, "bench"))) mend(join(OUT, "bench", file));
  cpSync("bench/as-proto/entry.ts", join(OUT, "entry.ts"));
  const flags = ["--runtime", "minimal", "-O3", "--noAssert", "--converge", "--path", "node_modules"];
  const asc = "node_modules/assemblyscript/bin/asc.js";
  execFileSync(process.execPath, [asc, join(OUT, "entry.ts"), ...flags, "-o", join(OUT, "bench.wasm")], {
    stdio: "pipe",
  });
  return readFileSync(join(OUT, "bench.wasm"));
}

function mend(file) {
  const text = readFileSync(file, "utf8")
    .replace(
      /const end: usize = reader\.ptr \+ reader\.uint32\(\);/g,
      "const size: u32 = reader.uint32(), end: usize = reader.ptr + size;",
    )
    .replace(/reader\.skipType\(tag & 7\);/g, SKIP);
  writeFileSync(file, text);
}
