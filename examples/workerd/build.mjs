// node examples/workerd/build.mjs OUT: one script beside the modules it imports, and a configuration for workerd.
// Then: workerd serve OUT/config.capnp
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const [out = "build/workerd", entry = new URL("worker.mjs", import.meta.url), port = "8787"] = process.argv.slice(2);
const MODULES = ["core", "btf", "elf", "writer"];

mkdirSync(out, { recursive: true });
await build({
  entryPoints: [typeof entry === "string" ? entry : fileURLToPath(entry)],
  outfile: `${out}/worker.js`,
  bundle: true,
  format: "esm",
  conditions: ["workerd", "edge-light", "import"],
  external: ["*.wasm", "node:*"],
  // Inside this repository tsconfig.json leads the package's name to its sources; here it means the package.
  tsconfigRaw: "{}",
});
for (const name of MODULES) {
  copyFileSync(new URL(import.meta.resolve(`coldframe/${name}.wasm`)), `${out}/${name}.wasm`);
}
const modules = MODULES.map((name) => `(name = "${name}.wasm", wasm = embed "${name}.wasm")`);
writeFileSync(
  `${out}/config.capnp`,
  `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .worker)],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")] );
const worker :Workerd.Worker = (
  modules = [(name = "worker.js", esModule = embed "worker.js"), ${modules.join(", ")}],
  compatibilityDate = "2025-01-01" );
`,
);
