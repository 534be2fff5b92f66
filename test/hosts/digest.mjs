// What every host must agree on: one hash over all that the library says of a file. Runs unchanged on all of them.

/**
 * @param library the exports of `coldframe`, `coldframe/identity` and `coldframe/verdict`
 * @returns hexadecimal SHA-256 over report, JSON, page, signature and verdict of every snapshot, or over the error
 */
export async function digestOf(library, name, bytes) {
  const said = [];
  try {
    const { openAll, dump, toJson, toHtml, signatureOf, defaultSignatureRules, verdict, verdictText } = library;
    for (const snapshot of await openAll({ name, content: bytes })) {
      said.push(await dump(snapshot), toJson(snapshot), await toHtml(snapshot));
      said.push(signatureOf(snapshot, defaultSignatureRules()).text, verdictText(verdict(snapshot)));
    }
  } catch (error) {
    if (!library.isSnapshotError(error)) throw error;
    said.push(JSON.stringify(library.toErrorReport(error)));
  }
  const text = new TextEncoder().encode(said.join("\0"));
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", text));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
