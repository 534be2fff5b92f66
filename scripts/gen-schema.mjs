// Compiles proto/ into the schema modules of the formats, with the same parser that reads a user's .proto at run time.
// proto/<folder>/**.proto → src/js/formats/<word>/schema.generated.ts and, for imports by users, proto-files.generated.ts
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

/** Folder below proto/ → word of the format that reads its messages. */
const FORMAT_OF = { pigweed: "pigweed", coldframe: "bpf", goroutines: "goroutines" };

await build({
  entryPoints: ["src/js/proto/parser.ts"],
  bundle: true,
  format: "esm",
  outfile: "build/proto-parser.mjs",
  logLevel: "warning",
});
const { parseProtoFiles } = await import("../build/proto-parser.mjs");

for (const [folder, word] of Object.entries(FORMAT_OF)) {
  if (!existsSync(`proto/${folder}`)) continue;
  const names = readdirSync(`proto/${folder}`, { recursive: true })
    .map((name) => name.replaceAll("\\", "/"))
    .filter((name) => name.endsWith(".proto"))
    .sort();
  const files = new Map(names.map((name) => [name, readFileSync(`proto/${folder}/${name}`, "utf8")]));
  const schema = parseProtoFiles(files, names);
  const out = `src/js/formats/${word}`;
  mkdirSync(out, { recursive: true });
  const header = "// Written by scripts/gen-schema.mjs. Do not edit.\n";
  writeFileSync(
    `${out}/schema.generated.ts`,
    `${header}import type { ProtoSchema } from "../../proto/descriptor.ts";\n\nexport const SCHEMA: ProtoSchema = ${JSON.stringify(schema)};\n`,
  );
  writeFileSync(
    `${out}/proto-files.generated.ts`,
    `${header}/** Import name → text: what a user's .proto may import without giving it. */\nexport const PROTO_FILES: Readonly<Record<string, string>> = ${JSON.stringify(Object.fromEntries(files))};\n`,
  );
}
