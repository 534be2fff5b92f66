// BTF: type listings, layouts, C output, verdicts, split BTF, .BTF.ext, memory and map values.
// The form of the folder is described in test/golden/btf/ORIGIN.md.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { extCases, malformedCases, splitCases, synthCases, vmlinuxCases } from "../support/btf-accept-types.mjs";
import { mapCases, memoryCases } from "../support/btf-accept-values.mjs";

const MAPS = "maps";

/** File name pattern → kind; what reads it. */
const FILES = [
  [/^vmlinux-[\w.]+\.btf\.gz$/, "vmlinux-blob", undefined],
  [/^vmlinux-(facts|types|lookups|layouts|pahole|cdump)\.json(\.gz)?$/, "vmlinux-$1", vmlinuxCases],
  [/^cdump-[\w-]+\.json(\.gz)?$/, "cdump", synthCases],
  [/^malformed[\w-]*\.json(\.gz)?$/, "malformed", malformedCases],
  [/^split[\w-]*\.json(\.gz)?$/, "split", splitCases],
  [/^btf-ext-[\w-]+\.json(\.gz)?$/, "ext", extCases],
  [/^memimg[\w-]*\.json(\.gz)?$/, "memory", memoryCases],
];
const IGNORED = /^(ORIGIN|README)\.md$|\.test\.ts$/;

export const kinds = [
  "vmlinux-blob",
  "vmlinux-facts",
  "vmlinux-types",
  "vmlinux-lookups",
  "vmlinux-layouts",
  "vmlinux-pahole",
  "vmlinux-cdump",
  "cdump",
  "malformed",
  "split",
  "ext",
  "memory",
  "maps",
];

function classify(name) {
  for (const [pattern, kind, read] of FILES) {
    const match = pattern.exec(name);
    if (match !== null) return { kind: kind.replace("$1", match[1] ?? ""), read };
  }
  return undefined;
}

function listFiles(dir) {
  return readdirSync(dir, { withFileTypes: true });
}

export function survey(dir) {
  const present = new Set();
  const unknown = [];
  for (const entry of listFiles(dir)) {
    if (entry.isDirectory() && entry.name === MAPS) {
      present.add("maps");
      for (const name of readdirSync(join(dir, MAPS))) if (!/\.json(\.gz)?$/.test(name)) unknown.push(`maps/${name}`);
    } else if (!IGNORED.test(entry.name)) {
      const found = entry.isDirectory() ? undefined : classify(entry.name);
      if (found === undefined) unknown.push(entry.name);
      else present.add(found.kind);
    }
  }
  return { present: [...present], unknown };
}

export async function* cases(dir) {
  const folder = {
    /** Bytes of a file, decompressed. */
    bytes(name) {
      const bytes = readFileSync(join(dir, name));
      return name.endsWith(".gz") ? gunzipSync(bytes) : bytes;
    },
    text(name) {
      return this.bytes(name).toString("utf8");
    },
    maps: () => readdirSync(join(dir, MAPS)),
    vmlinux() {
      const name = readdirSync(dir).find((file) => /^vmlinux-[\w.]+\.btf\.gz$/.test(file));
      if (name === undefined) throw new Error("the folder lacks the BTF of a kernel");
      return new Uint8Array(this.bytes(name));
    },
  };
  for (const { name } of listFiles(dir)) {
    const found = classify(name);
    if (found?.read !== undefined) yield* found.read(folder, name, found.kind);
  }
  if (!existsSync(join(dir, MAPS))) return;
  for (const name of readdirSync(join(dir, MAPS)).sort()) yield* mapCases(folder, join(MAPS, name));
}
