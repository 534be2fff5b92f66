import { once } from "node:events";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { Zip, ZipDeflate, ZipPassThrough } from "fflate";
import { SnapshotError } from "../../js/index.ts";
import { fileNotReadable } from "../../js/platform/node.ts";

/** Where a capture is written: a directory, or a directory beside that becomes one zip file. */
export class CaptureFolder {
  readonly target: string;
  private readonly dir: string;

  private constructor(target: string, dir: string) {
    this.target = target;
    this.dir = dir;
  }

  /** @throws SnapshotError `UsageError` when the target exists and is not an empty directory; `FileNotReadable` */
  static async create(target: string): Promise<CaptureFolder> {
    try {
      const isZip = /\.zip$/i.test(target);
      const entries = await readdir(target).catch((error: NodeJS.ErrnoException) => error.code);
      const isTaken = isZip
        ? entries !== "ENOENT" && !Array.isArray(entries)
        : Array.isArray(entries) && entries.length > 0;
      if (isTaken || entries === "ENOTDIR") {
        const isFree = isZip && entries === "ENOENT";
        if (!isFree) throw new SnapshotError("UsageError", `--out ${target}: it is there already`);
      }
      await mkdir(isZip ? dirname(target) : target, { recursive: true });
      if (!isZip) return new CaptureFolder(target, target);
      return new CaptureFolder(target, await mkdtemp(join(dirname(target), `.${basename(target)}-`)));
    } catch (error) {
      throw error instanceof SnapshotError ? error : fileNotReadable(target, error);
    }
  }

  pathOf(file: string): string {
    return join(this.dir, file);
  }

  /** Writes the manifest, last, and closes the zip file. */
  async finish(manifest: string): Promise<void> {
    try {
      await writeFile(this.pathOf("manifest.json"), manifest);
      if (this.dir !== this.target) await this.pack();
    } catch (error) {
      throw fileNotReadable(this.target, error);
    }
  }

  private async pack(): Promise<void> {
    const unfinished = join(this.dir, ".zip");
    const files = (await readdir(this.dir)).sort();
    const out = createWriteStream(unfinished);
    const zip = new Zip();
    const ended = new Promise<void>((resolve, reject) => {
      out.on("error", reject);
      zip.ondata = (error, chunk, isLast) => {
        if (error !== null) reject(error);
        else if (isLast) out.end(chunk, resolve);
        else out.write(chunk);
      };
    });
    for (const file of files) await addFile(zip, out, file, this.pathOf(file));
    zip.end();
    await ended;
    await rename(unfinished, this.target);
    await rm(this.dir, { recursive: true, force: true });
  }
}

/** One file, piece by piece, so that memory does not follow its size. */
async function addFile(zip: Zip, out: NodeJS.WritableStream, name: string, path: string): Promise<void> {
  const entry = name.endsWith(".gz") ? new ZipPassThrough(name) : new ZipDeflate(name, { level: 6 });
  zip.add(entry);
  for await (const chunk of createReadStream(path)) {
    entry.push(chunk as Uint8Array);
    if ((out as NodeJS.WritableStream & { writableNeedDrain?: boolean }).writableNeedDrain === true)
      await once(out, "drain");
  }
  entry.push(new Uint8Array(), true);
}
