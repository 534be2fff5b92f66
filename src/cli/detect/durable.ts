import { mkdir, open, readdir, readFile, rename, stat, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { OutboxStore } from "../../js/detect.ts";
import { compareText } from "../../js/index.ts";

/** Replaces a file so that a reader sees the old or the new text, also after a power cut. */
export async function writeDurably(path: string, content: string | Uint8Array): Promise<void> {
  const part = join(dirname(path), `.${basename(path)}.part`);
  const handle = await open(part, "w", 0o600);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(part, path);
  await syncDirectory(dirname(path));
}

/** Moves a file within one file system in one step. */
export async function moveDurably(from: string, to: string): Promise<void> {
  await rename(from, to);
  await syncDirectory(dirname(to));
  await syncDirectory(dirname(from));
}

async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

export async function readIfThere(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
}

export async function removeIfThere(path: string): Promise<void> {
  await unlink(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
  });
}

const REPORT = /^([a-z0-9-]+)\.json$/;

/** An outbox of one file per report. */
export class DirectoryOutbox implements OutboxStore {
  private readonly dir: string;

  private constructor(dir: string) {
    this.dir = dir;
  }

  static async open(dir: string): Promise<DirectoryOutbox> {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    return new DirectoryOutbox(dir);
  }

  pathOf(id: string): string {
    return join(this.dir, `${id}.json`);
  }

  async list(): Promise<readonly string[]> {
    const found: { id: string; at: number }[] = [];
    for (const name of await readdir(this.dir)) {
      const id = REPORT.exec(name)?.[1];
      const entry = id === undefined ? undefined : await stat(join(this.dir, name)).catch(() => undefined);
      if (id !== undefined && entry?.isFile() === true) found.push({ id, at: entry.mtimeMs });
    }
    return found.sort((a, b) => a.at - b.at || compareText(a.id, b.id)).map(({ id }) => id);
  }

  async read(id: string): Promise<string | undefined> {
    return readIfThere(this.pathOf(id));
  }

  async put(id: string, text: string): Promise<void> {
    await writeDurably(this.pathOf(id), text);
  }

  async remove(id: string): Promise<void> {
    await removeIfThere(this.pathOf(id));
  }
}
