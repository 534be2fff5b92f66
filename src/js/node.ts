import { open, openAll } from "./index.ts";
import type { OpenOptions } from "./open.ts";
import { openableFile } from "./platform/node.ts";
import type { OpenedSnapshot } from "./view/access.ts";

export { type FileContent, fileContent } from "./platform/node.ts";

/** Opens the snapshot in a file. @throws SnapshotError as `open`, and `FileNotReadable`. */
export async function openFile(path: string, options?: OpenOptions): Promise<OpenedSnapshot> {
  return open(await openableFile(path), options);
}

/** Opens every snapshot in several files, given together. @throws SnapshotError as `openAll`, and `FileNotReadable`. */
export async function openFiles(paths: readonly string[], options?: OpenOptions): Promise<readonly OpenedSnapshot[]> {
  return openAll(await Promise.all(paths.map(openableFile)), options);
}
