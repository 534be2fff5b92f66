// Compiles proto/ into the schema modules of the formats, with the same parser that reads a user's .proto at run time.
// proto/<folder>/**.proto → <out>/schema.generated.ts and, for imports by users, <out>/proto-files.generated.ts
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { relative } from "node:path";
import { build } from "esbuild";

/** Folder below proto/ → where its messages are read, and the prefix that imports of its files have. */
const FOLDERS = [
  { folder: "pigweed", out: "src/js/formats/pigweed", prefix: "" },
  { folder: "coldframe", out: "src/js/formats/bpf", prefix: "coldframe/" },
  { folder: "goroutines", out: "src/js/formats/goroutines", prefix: "" },
  { folder: "google", out: "src/js/proto", prefix: "google/" },
];

await build({
  entryPoints: ["src/js/proto/parser.ts"],
  bundle: true,
  format: "esm",
  outfile: "build/proto-parser.mjs",
  logLevel: "warning",
});
const { parseProtoFiles } = await import("../build/proto-parser.mjs");

/** Wire types of kinds that are not varints; repeated scalars may be packed (2). */
const WIRES = {
  string: 2,
  bytes: 2,
  message: 2,
  double: 1,
  fixed64: 1,
  sfixed64: 1,
  float: 5,
  fixed32: 5,
  sfixed32: 5,
};

/**
 * What a probe needs of a schema: number of each field of a snapshot → for messages the numbers inside with a bit per
 * wire type, else null. Overlays say what else a number may hold.
 */
function probeTable({ messages }) {
  const table = {};
  for (const { name, fields } of Object.values(messages)) {
    if (!/\.Snapshot(\w*Overlay)?$/.test(name)) continue;
    for (const { number, typeName, kind } of fields) {
      table[number] ??= kind === "message" ? {} : null;
      for (const field of kind === "message" ? messages[typeName].fields : [])
        table[number][field.number] = (1 << (WIRES[field.kind] ?? 0)) | (field.repeated ? 1 << 2 : 0);
    }
  }
  return table;
}

for (const { folder, out, prefix } of FOLDERS) {
  if (!existsSync(`proto/${folder}`)) continue;
  const names = readdirSync(`proto/${folder}`, { recursive: true })
    .map((name) => name.replaceAll("\\", "/"))
    .filter((name) => name.endsWith(".proto"))
    .sort();
  const files = new Map(names.map((name) => [prefix + name, readFileSync(`proto/${folder}/${name}`, "utf8")]));
  const schema = parseProtoFiles(files, [...files.keys()]);
  mkdirSync(out, { recursive: true });
  const header = "// Written by scripts/gen-schema.mjs. Do not edit.\n";
  writeFileSync(
    `${out}/schema.generated.ts`,
    `${header}import type { ProtoSchema } from "${relative(out, "src/js/proto") || "."}/descriptor.ts";\n\nexport const SCHEMA: ProtoSchema = ${JSON.stringify(schema)};\n`,
  );
  if (folder === "pigweed") {
    writeFileSync(
      `${out}/probe-table.generated.ts`,
      `${header}/** Field of a snapshot → members of the message it holds (a bit per wire type that fits), or null. */\nexport const PROBE_TABLE: Readonly<Record<number, Readonly<Record<number, number>> | null>> = ${JSON.stringify(probeTable(schema))};\n`,
    );
  }
  writeFileSync(
    `${out}/proto-files.generated.ts`,
    `${header}/** Import name → text: what a user's .proto may import without giving it. */\nexport const PROTO_FILES: Readonly<Record<string, string>> = ${JSON.stringify(Object.fromEntries(files))};\n`,
  );
}
