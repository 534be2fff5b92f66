// In workerd: the digest of the body; `?name=` is its name.
import * as core from "coldframe";
import * as identity from "coldframe/identity";
import * as verdict from "coldframe/verdict";
import { digestOf } from "./digest.mjs";

const library = { ...core, ...identity, ...verdict };

export default {
  async fetch(request) {
    const name = new URL(request.url).searchParams.get("name");
    return new Response(await digestOf(library, name, new Uint8Array(await request.arrayBuffer())));
  },
};
