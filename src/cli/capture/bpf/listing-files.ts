import { createReadStream } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { type HostRecord, type ListingSource, NO_HOST, type RawEntries, toolFailed } from "../../../js/bpf.ts";
import { VERSION } from "../../../js/index.ts";
import { fileNotReadable } from "../../../js/platform/node.ts";
import type { Call } from "../../command.ts";

/**
 * Listings kept in a directory, each in a file of its own, named by bpftool's arguments with underscores:
 * `map_show.json`, `map_dump_id_7.json`, `btf_dump_map_id_7_kv.json`, `btf_dump_id_3.json`, `prog_show.json`. Beside
 * them raw bytes: `map_7.keys`, `map_7.values`, `btf_3.btf`.
 * @throws SnapshotError `FileNotReadable`
 */
export async function openListingFiles(call: Call, dir: string): Promise<ListingSource> {
  const whole = resolve(call.host.cwd, dir);
  const names = await readdir(whole).catch((error: unknown) => {
    throw fileNotReadable(dir, error);
  });
  return new ListingFiles(call, whole, new Set(names));
}

class ListingFiles implements ListingSource {
  private readonly call: Call;
  private readonly dir: string;
  private readonly names: ReadonlySet<string>;

  constructor(call: Call, dir: string, names: ReadonlySet<string>) {
    this.call = call;
    this.dir = dir;
    this.names = names;
  }

  /** Nothing is known of the machine; CPUs are counted in the listings. */
  async host(): Promise<HostRecord> {
    const command = ["coldframe", "capture", ...this.call.operands, "--from", this.call.options.required("from")];
    return { ...NO_HOST, producer: `coldframe ${VERSION}`, tool: "listings in files", command: command.join(" ") };
  }

  async *listing(args: readonly string[]): AsyncGenerator<string> {
    const name = `${args.join("_")}.json`;
    if (!this.names.has(name)) throw toolFailed(args, `there is no file ${name}`, "listing");
    const stream = createReadStream(join(this.dir, name), { encoding: "utf8", signal: this.call.signal });
    for await (const piece of stream) yield String(piece);
  }

  async rawEntries(mapId: number): Promise<RawEntries | undefined> {
    const values = await this.bytes(`map_${mapId}.values`);
    return values && { values, keys: (await this.bytes(`map_${mapId}.keys`)) ?? new Uint8Array(0) };
  }

  async rawBtf(btfId: number): Promise<Uint8Array | undefined> {
    return this.bytes(`btf_${btfId}.btf`);
  }

  private async bytes(name: string): Promise<Uint8Array | undefined> {
    if (!this.names.has(name)) return undefined;
    return readFile(join(this.dir, name)).catch((error: unknown) => {
      throw fileNotReadable(name, error);
    });
  }
}
