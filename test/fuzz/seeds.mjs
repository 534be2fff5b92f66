// Seeds out of the goldens: files, and blobs inside their JSON.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, inflateSync } from "node:zlib";

const MAX_SEED_BYTES = 64 * 1024;
const MAX_SEEDS = 200;

/** Small files of a folder, expectations included: they are good text to start from, too. */
export function seedsIn(dir, matches = /./) {
  return readdirSync(dir, { recursive: true })
    .map((name) => join(dir, name))
    .filter((file) => matches.test(file) && statSync(file).isFile() && statSync(file).size <= MAX_SEED_BYTES)
    .sort()
    .slice(0, MAX_SEEDS)
    .map((file) => Uint8Array.from(readFileSync(file)));
}

/** Every string of a JSON file (gzip or not) whose key matches, decoded from base64 or hex. */
export function blobsIn(file, key) {
  const raw = readFileSync(file);
  const found = [];
  JSON.parse(file.endsWith(".gz") ? gunzipSync(raw) : raw, (name, value) => {
    if (!key.test(name) || typeof value !== "string" || value === "") return value;
    const blob = Buffer.from(value, /hex/.test(name) ? "hex" : "base64");
    found.push(Uint8Array.from(/zlib/.test(name) ? inflateSync(blob) : blob));
    return value;
  });
  return found.filter((blob) => blob.length <= MAX_SEED_BYTES);
}

/** Every string of gzipped JSON files whose key matches, as UTF-8. */
export function textsIn(files, key) {
  const found = [];
  for (const file of files) {
    JSON.parse(gunzipSync(readFileSync(file)), (name, value) => {
      if (key.test(name) && typeof value === "string" && value.length <= MAX_SEED_BYTES) found.push(value);
      return value;
    });
  }
  return encode(...found);
}

export function encode(...texts) {
  return texts.map((text) => new TextEncoder().encode(text));
}
