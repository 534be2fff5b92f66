import { type Btf, findBtfSections, type KernelVerdict, KIND_NAMES } from "../../js/btf.ts";
import { isSnapshotError, renderTable } from "../../js/index.ts";
import type { Call } from "../command.ts";
import { EXIT, type ExitStatus } from "../exit.ts";
import type { OpenedTypes } from "./source.ts";

/** What a file of types holds, in a few lines. */
export async function printSummary(call: Call, { btf, bytes }: OpenedTypes): Promise<ExitStatus> {
  const { out } = call;
  const layer = btf.layers.at(-1)!;
  const kinds = countKinds(btf);
  const verdict = btf.verify();
  const sections = sectionsOf(bytes);
  if (out.json) {
    await out.jsonLine({
      schema: 1,
      bytes: btf.blobs.at(-1)!.length,
      byte_order: btf.bigEndian ? "big" : "little",
      header_bytes: layer.headerLength,
      pointer_bytes: btf.pointerSize,
      first_id: btf.firstId,
      types: btf.typeCount - btf.firstId,
      string_bytes: layer.stringsLength,
      kinds,
      sections,
      verdict,
      issues: btf.issues,
    });
    return EXIT.ok;
  }
  const last = btf.typeCount - 1;
  await out.line(
    out.safe(`${btf.label}: ${btf.blobs.at(-1)!.length} bytes, ${btf.bigEndian ? "big" : "little"}-endian`),
  );
  await out.line(
    `types ${btf.firstId} to ${last}${btf.firstId > 1 ? ", on top of a base" : ""}; ${layer.stringsLength} bytes of names`,
  );
  await out.line(`pointers of ${btf.pointerSize} bytes; header of ${layer.headerLength} bytes`);
  if (sections.length > 0) await out.line(`sections: ${sections.join(", ")}`);
  await out.line(out.safe(verdictText(verdict)));
  await out.line();
  const rows = Object.entries(kinds).map(([kind, count]) => [kind, String(count)]);
  await out.pieces([
    renderTable([{ title: "KIND" }, { title: "TYPES", align: "right" }], rows, { titleStyle: out.colors.bold }),
  ]);
  return EXIT.ok;
}

function verdictText(verdict: KernelVerdict): string {
  return verdict.accepted
    ? "the kernel would load it"
    : `the kernel would refuse it: ${verdict.phrase} [${verdict.errno}]`;
}

function countKinds(btf: Btf): Record<string, number> {
  const counts = KIND_NAMES.map(() => 0);
  for (let id = btf.firstId; id < btf.typeCount; id++) counts[btf.kind(id)] = (counts[btf.kind(id)] ?? 0) + 1;
  const rows = counts.map((count, kind) => [KIND_NAMES[kind] ?? String(kind), count] as const);
  return Object.fromEntries(rows.filter(([, count]) => count > 0));
}

/** Sections of an object file that carry types. */
function sectionsOf(bytes: Uint8Array): string[] {
  try {
    const { ext, distilledBase, btf } = findBtfSections(bytes);
    if (btf === bytes) return [];
    return [".BTF", ...(ext !== undefined ? [".BTF.ext"] : []), ...(distilledBase !== undefined ? [".BTF.base"] : [])];
  } catch (error) {
    // A capture is no object file.
    if (isSnapshotError(error)) return [];
    throw error;
  }
}
