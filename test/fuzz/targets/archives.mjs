// Containers: gzip, zip and zstd, nested, within small limits.
import { gzipSync, zipSync } from "fflate";

/** `seq -f 'line %g of a log' 1 60 | zstd -19 --check` (zstd 1.5.4). */
const ZSTD =
  "KLUv/WTzAv0CABIFDxGg6QGNj36qKhRShEQorHhqBKXNq4lnr2xeTTx7YfNq4tnrmlcTz17WvJp49nrzauIZKOkEEUgKDwOZEzyoEbC7fwbg5xASYUQY9AHrPtbXntbHqtPpUFlZBqQq+Lf3GA==";
const MAX_OUTPUT = 1 << 22;

export async function targets({ internals }) {
  const { unpack, withLimits } = internals;
  const limits = withLimits({ inputBytes: MAX_OUTPUT, archiveEntries: 100 });
  const text = new TextEncoder().encode("some text, some more text, some text again\n".repeat(200));
  const zip = zipSync({ "a.txt": text, "b/c.gz": gzipSync(text), "d.zip": zipSync({ "../e": text }) });
  const zstd = Uint8Array.from(atob(ZSTD), (c) => c.charCodeAt(0));
  return [
    {
      name: "archives",
      seeds: () => [
        gzipSync(text, { filename: "a.txt" }),
        gzipSync(gzipSync(text)),
        zip,
        zipSync({ a: [text, { level: 0 }] }),
        zstd,
      ],
      async run(bytes) {
        const { files } = await unpack({ name: "fuzz", bytes }, limits);
        const total = files.reduce((sum, file) => sum + file.bytes.length, 0);
        if (total > 100 * MAX_OUTPUT) throw new Error(`${total} bytes came out`);
        for (const { name, path = name } of files) {
          if (path.startsWith("/") || path.split(/[\\/]/).includes("..")) throw new Error(`the entry name ${path}`);
        }
      },
    },
  ];
}
