import { mkdir, open, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { StateStore } from "../../js/detect.ts";
import { SnapshotError } from "../../js/index.ts";
import { readIfThere, removeIfThere, writeDurably } from "./durable.ts";

/** The directory of what a detector keeps; one detector at a time. */
export class StateDirectory implements StateStore {
  readonly dir: string;

  private constructor(dir: string) {
    this.dir = dir;
  }

  /** @throws SnapshotError `UsageError` when another detector works on it */
  static async open(dir: string): Promise<StateDirectory> {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    const lock = join(dir, "lock");
    for (let attempt = 0; !(await tryLock(lock)); attempt++) {
      const pid = Number(await readIfThere(lock));
      if (attempt >= 3 || (pid !== process.pid && isRunning(pid))) throw inUse(dir, lock, pid);
      // Whoever made it was killed.
      await removeIfThere(lock);
    }
    return new StateDirectory(dir);
  }

  async close(): Promise<void> {
    await removeIfThere(join(this.dir, "lock"));
  }

  async load(): Promise<string | undefined> {
    return readIfThere(join(this.dir, "state.json"));
  }

  async save(text: string): Promise<void> {
    await writeDurably(join(this.dir, "state.json"), `${text}\n`);
  }

  async saveStats(text: string): Promise<void> {
    await writeDurably(join(this.dir, "stats.inspect.json"), `${text}\n`);
  }
}

async function tryLock(path: string): Promise<boolean> {
  const handle = await open(path, "wx", 0o600).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "EEXIST") return undefined;
    throw error;
  });
  if (handle === undefined) return false;
  try {
    await handle.writeFile(String(process.pid));
  } finally {
    await handle.close();
  }
  return (await readFile(path, "utf8")) === String(process.pid);
}

function isRunning(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function inUse(dir: string, lock: string, pid: number): SnapshotError {
  const message = `${dir} is in use by the process ${pid}; if that is no coldframe detect, remove ${lock}`;
  return new SnapshotError("UsageError", message);
}
