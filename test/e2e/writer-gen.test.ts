import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";

const VERSION_LINE = /^\/\/ {3}protoc( |-gen-as ).*$/gm;

function protocVersion(): string | undefined {
  try {
    return execFileSync("protoc", ["--version"], { encoding: "utf8" });
  } catch {
    return undefined;
  }
}

function readTree(dir: string): Record<string, string> {
  const names = readdirSync(dir, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
  return Object.fromEntries(
    names.map((name) => [name, readFileSync(join(dir, name), "utf8").replace(VERSION_LINE, "")]),
  );
}

it("the committed writer classes are what the generator makes of the schema", ({ skip }) => {
  skip(protocVersion() === undefined, "protoc is not installed (#5)");
  const out = mkdtempSync(join(tmpdir(), "coldframe-gen-"));
  try {
    const plugin = "--plugin=protoc-gen-as=./node_modules/.bin/as-proto-gen";
    execFileSync("protoc", [plugin, `--as_out=${out}`, "-I", "proto", "proto/coldframe/bpf.proto"]);
    expect(readTree("assembly/writer/gen")).toEqual(readTree(out));
  } finally {
    rmSync(out, { recursive: true });
  }
});
