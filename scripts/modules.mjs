// One row per Wasm module: its name and the asconfig.json that describes it.
export const MODULES = [
  { name: "core", config: "asconfig.json" },
  { name: "btf", config: "assembly/btf/asconfig.json" },
  { name: "elf", config: "assembly/elf/asconfig.json" },
  { name: "writer", config: "assembly/writer/asconfig.json" },
];
