/** Hands content to the browser's downloads. */
export function saveFile(name: string, content: BlobPart | readonly BlobPart[], type: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob(Array.isArray(content) ? content : [content as BlobPart], { type }));
  link.download = name.replace(/[^\w.-]+/g, "_");
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
