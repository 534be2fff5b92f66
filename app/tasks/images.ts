import { readContent, withLimits } from "coldframe";
import type { ArtifactSet } from "coldframe/symbols";
import type { ArtifactFiles } from "./task.ts";

/** Opened images, those of the last list of files. */
export class Images {
  private key = 0;
  private set: Promise<ArtifactSet> | undefined;

  of({ key, files }: ArtifactFiles): Promise<ArtifactSet | undefined> {
    if (files.length === 0) return Promise.resolve(undefined);
    if (key !== this.key || this.set === undefined) {
      this.key = key;
      this.set = load(files);
    }
    return this.set;
  }
}

async function load(files: ArtifactFiles["files"]): Promise<ArtifactSet> {
  const { loadArtifacts } = await import("coldframe/symbols");
  const limits = withLimits({});
  const read = async function* (): AsyncGenerator<{ name: string; bytes: Uint8Array }> {
    for (const { name, content } of files) yield { name, bytes: (await readContent(content, { limits })).bytes };
  };
  return (await loadArtifacts(read())).set;
}
