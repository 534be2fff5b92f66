// node|bun|deno process.mjs DIST LIST: a line `digest name` for every file of LIST (one path per line).
import { readFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import { digestOf } from "./digest.mjs";

const [dist, list] = process.argv.slice(2);
const load = (name) => import(pathToFileURL(`${dist}/${name}.js`).href);
const library = { ...(await load("index")), ...(await load("identity")), ...(await load("verdict")) };
for (const path of (await readFile(list, "utf8")).trim().split("\n")) {
  console.log(`${await digestOf(library, path, new Uint8Array(await readFile(path)))} ${path}`);
}
