import { type PackedFile, readContent, unpack, withLimits } from "coldframe";
import type { Opened } from "./types.ts";

/** Bytes of the inputs of a snapshot as they were decoded: read again from the files, unpacked, when first asked for. */
export class InputBytes {
  private readonly kept = new WeakMap<Opened, Promise<readonly (Uint8Array | undefined)[]>>();

  /** One per input of the snapshot, in its order; undefined where the file has changed since. */
  of(opened: Opened): Promise<readonly (Uint8Array | undefined)[]> {
    let bytes = this.kept.get(opened);
    if (bytes === undefined) {
      bytes = readInputs(opened);
      this.kept.set(opened, bytes);
    }
    return bytes;
  }
}

async function readInputs({ files, snapshot }: Opened): Promise<readonly (Uint8Array | undefined)[]> {
  const limits = withLimits({});
  const unpacked: PackedFile[] = [];
  for (const { name, blob } of files) {
    const { bytes } = await readContent(blob, { limits });
    unpacked.push(...(await unpack({ name, bytes }, limits)).files);
  }
  return snapshot.inputs.map(
    ({ name, byteLength }) => unpacked.find((file) => file.name === name && file.bytes.length === byteLength)?.bytes,
  );
}
