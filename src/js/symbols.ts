export { type DemangleStyle, ElfCore, loadElfCore } from "./abi/elf.ts";
export { isSymbolMap, SymbolMap } from "./analysis/symbol-map.ts";
export { ArtifactSet } from "./artifacts/artifact-set.ts";
export { ElfArtifact } from "./artifacts/elf-artifact.ts";
export type { KernelOffset } from "./artifacts/kernel-offset.ts";
export {
  type ArtifactFile,
  type ArtifactOptions,
  type LoadedArtifacts,
  loadArtifacts,
  openElfCore,
} from "./artifacts/load.ts";
export { type ArMember, arMembers } from "./base/ar.ts";
export { readBuildId } from "./base/build-id.ts";
export { ElfFile, type ElfNote, type ElfSection, type ElfSegment } from "./base/elf-file.ts";
export { artifactNotFound, compareBuildIds } from "./model/build-ids.ts";
export {
  type AddressRole,
  type SymbolizedAddress,
  type SymbolizeOptions,
  symbolizeAddress,
  symbolizeStack,
} from "./model/symbolized-address.ts";
export type { CodeFrame, CodeSymbol, SymbolImage, Symbolizer, SymbolOptions, SymbolSource } from "./model/symbols.ts";
