// In a browser: the same lines, as the title of the page says when they are done.
import { digestOf } from "./digest.mjs";

const load = (name) => import(`/dist/${name}.js`);
const library = { ...(await load("index")), ...(await load("identity")), ...(await load("verdict")) };
const list = await (await fetch("/list")).text();
const lines = [];
for (const path of list.trim().split("\n")) {
  const bytes = new Uint8Array(await (await fetch(`/${path}`)).arrayBuffer());
  lines.push(`${await digestOf(library, path, bytes)} ${path}`);
}
globalThis.digests = lines.join("\n");
