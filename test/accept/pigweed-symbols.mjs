// Cases that need the symbols of ELF files. The reader of those is not here yet, so no kind is offered and a case that
// names artifacts is run without symbols.
export const symbolKinds = ["symbols", "build_ids", "symbol_format"];

/** The option `symbols` for a folder of artifacts. @returns {Promise<undefined>} */
export async function openSymbols(_dir) {
  return undefined;
}

/** @param _folder the folder that holds the tables */
export function* symbolCases(_folder) {}
