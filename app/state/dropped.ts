import type { SourceFile } from "./types.ts";

/** More would be no capture but a disk. */
const MOST_FILES = 20_000;

/** Files of a drop or paste, folders walked. The entries must be taken before the event ends, hence two steps. */
export function takeEntries(transfer: DataTransfer): () => Promise<readonly SourceFile[]> {
  const items = [...transfer.items].filter(({ kind }) => kind === "file");
  const entries = items.map((item) => item.webkitGetAsEntry?.() ?? undefined);
  const files = [...transfer.files];
  const text = items.length === 0 ? transfer.getData("text/plain") : "";
  return async () => {
    if (text !== "") return [{ name: "pasted text", blob: new Blob([text]) }];
    const isPlain = entries.every((entry) => entry === undefined || entry.isFile);
    if (isPlain) return files.map(toSource);
    const found: SourceFile[] = [];
    for (const entry of entries) if (entry !== undefined) await walk(entry, found);
    return found;
  };
}

export function toSource(file: File): SourceFile {
  const path = file.webkitRelativePath;
  return { name: file.name, blob: file, ...(path !== "" && { path }) };
}

async function walk(root: FileSystemEntry, found: SourceFile[]): Promise<void> {
  const waiting: FileSystemEntry[] = [root];
  for (let entry = waiting.pop(); entry !== undefined && found.length < MOST_FILES; entry = waiting.pop()) {
    if (entry.isFile) found.push(await fileOf(entry as FileSystemFileEntry));
    else waiting.push(...(await childrenOf(entry as FileSystemDirectoryEntry)).reverse());
  }
}

function fileOf(entry: FileSystemFileEntry): Promise<SourceFile> {
  return new Promise((resolve, reject) => {
    entry.file((file) => resolve({ name: file.name, path: entry.fullPath.replace(/^\//, ""), blob: file }), reject);
  });
}

/** A reader gives a folder in batches and an empty one at the end. */
async function childrenOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const batch = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (batch.length === 0) return all.sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const entry of batch) all.push(entry);
  }
}
