import { SnapshotError } from "../../src/js/base/errors.ts";
import { renderJson } from "../../src/js/base/json.ts";
import type { Btf } from "../../src/js/formats/bpf/btf/btf.ts";
import { describeType } from "../../src/js/formats/bpf/btf/record.ts";
import type { ListingSource } from "../../src/js/formats/bpf/capture/listing-source.ts";
import { type HostRecord, NO_HOST } from "../../src/js/formats/bpf/capture/records.ts";
import type { RecordedObject } from "./recorded-object.ts";

/** What bpftool prints for a recorded object, by its arguments joined with spaces. */
export function listingsOf(object: RecordedObject, btf: Btf): Map<string, string> {
  const texts = new Map<string, string>();
  const types = (ids: readonly number[]): string =>
    renderJson({
      types: ids.map((id) => (id === 0 ? { id: 0, kind: "UNKNOWN", name: "(anon)" } : describeType(btf, id))),
    });
  texts.set("map show", renderJson(object.maps.map(({ show }) => show)));
  texts.set("prog show", "[]");
  for (const map of object.maps) {
    texts.set(`map dump id ${map.id}`, map.dump_json_text);
    texts.set(`btf dump map id ${map.id} kv`, types([map.btf_key_type_id, map.btf_value_type_id]));
    const btfId = Number(map.show["btf_id"] ?? 0);
    texts.set(`btf dump id ${btfId}`, types(Array.from({ length: btf.typeCount - 1 }, (_, ix) => ix + 1)));
  }
  return texts;
}

/** Listings out of a table, in pieces of a few characters; a listing that is not there fails as a program would. */
export class TableSource implements ListingSource {
  readonly asked: string[] = [];
  private readonly texts: ReadonlyMap<string, string>;
  private readonly cpus: readonly number[];

  constructor(texts: ReadonlyMap<string, string>, cpus: readonly number[] = [0, 1]) {
    this.texts = texts;
    this.cpus = cpus;
  }

  async host(): Promise<HostRecord> {
    return { ...NO_HOST, hostname: "table", machine: "x86_64", possibleCpus: this.cpus };
  }

  async *listing(args: readonly string[]): AsyncGenerator<string> {
    const name = args.join(" ");
    this.asked.push(name);
    const text = this.texts.get(name);
    for (let at = 0; at < (text?.length ?? 0); at += 997) yield text!.slice(at, at + 997);
    if (text === undefined || text.startsWith('{"error"')) {
      throw new SnapshotError("ToolFailed", `bpftool ${name}: status 255`, { fields: { tool: "bpftool", reason: "" } });
    }
  }
}
