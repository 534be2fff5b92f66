// Native anchors, where Debian's protobuf-compiler, libprotobuf-dev and g++ are installed. They run in a process of
// their own, right after the others.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";

const OUT = "bench/out";
/** Builds the native program from bench/out/bench.proto. @returns a function that times it, or undefined, having said why. */
export function prepareNative() {
  mkdirSync(OUT, { recursive: true });
  const steps = [
    ["protoc", [`-I${OUT}`, `--cpp_out=${OUT}`, "bench.proto"]],
    [
      "g++",
      [
        "-O2",
        "-std=c++17",
        `-I${OUT}`,
        "bench/native/decode.cc",
        `${OUT}/bench.pb.cc`,
        "-lprotobuf",
        "-lpthread",
        "-o",
        `${OUT}/native`,
      ],
    ],
  ];
  for (const [command, args] of steps) {
    const run = spawnSync(command, args, { encoding: "utf8" });
    if (run.status !== 0) {
      console.error(`NOT RUN: native anchors (${command}: ${(run.stderr ?? String(run.error)).split("\n")[0]})`);
      return undefined;
    }
  }
  return ({ name, kind, task, bytes, rounds }) => {
    const file = `${OUT}/${name}.bin`;
    writeFileSync(file, bytes);
    const time = (what) =>
      JSON.parse(execFileSync(`${OUT}/native`, [kind, file, String(rounds), what], { encoding: "utf8" }));
    const decoded = { name: "native libprotobuf, arena", ...time(task === "decode" ? "decode" : "every") };
    const copied = { name: "native memory copy of the input", ...time("copy") };
    return [decoded, copied];
  };
}
