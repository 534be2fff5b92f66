import { renderJson } from "../../../base/json.ts";
import type { CapturedEntry, CapturedMap, MapCapture, MapStore } from "../../../model/maps.ts";
import type { ValueNode, ValueSource } from "../../../model/values.ts";
import type { Relabelling } from "./relabelling.ts";
import type { ValueRedactor } from "./value-redactor.ts";
import { renderedOf } from "./value-rendering.ts";

/** Member of a failure dump that holds the entries of a store. */
const LISTS: Readonly<Record<Exclude<MapStore["kind"], "value">, string>> = {
  "percpu-array": "percpu_entries",
  "percpu-hash": "percpu_hash_entries",
  hash: "entries",
  array: "array_entries",
};

/** The maps of a capture of any format as a failure dump, redacted; entry by entry, whatever their number. */
export class MapRedactor {
  private readonly values: ValueSource;
  private readonly labels: Relabelling;
  private readonly redactor: ValueRedactor;

  constructor(values: ValueSource, labels: Relabelling, redactor: ValueRedactor) {
    this.values = values;
    this.labels = labels;
    this.redactor = redactor;
  }

  *report({ maps, activeObjName, activeMapKvas }: MapCapture): Generator<string> {
    yield '{"schema":"single","maps":[';
    for (const [ix, map] of maps.entries()) {
      if (ix > 0) yield ",";
      yield* this.map(map);
    }
    const active = {
      ...(activeObjName !== undefined && { active_obj_name: this.labels.name("name", activeObjName) }),
      ...(activeMapKvas.length > 0 && { active_map_kvas: activeMapKvas.map((kva) => this.labels.address(kva)) }),
    };
    const tail = renderJson(active).slice(1);
    yield `]${tail === "}" ? "" : ","}${tail}`;
  }

  private *map({ name, kva, mapType, valueSize, maxEntries, error, stores }: CapturedMap): Generator<string> {
    const head = {
      name: this.labels.mapName(name),
      ...(kva !== 0n && { map_kva: this.labels.address(kva) }),
      map_type: mapType,
      value_size: valueSize,
      max_entries: maxEntries,
      ...(error !== undefined && { error: this.labels.text(error) }),
    };
    yield renderJson(head).slice(0, -1);
    for (const store of stores) yield* this.store(store);
    yield "}";
  }

  private *store(store: MapStore): Generator<string> {
    if (store.kind === "value") {
      const { value } = store.entry(0);
      const shown = value === undefined ? { kind: "unsupported", reason: "bytes without a type" } : this.value(value);
      yield `,"value":${renderJson(shown)}`;
      return;
    }
    yield `,"${LISTS[store.kind]}":[`;
    for (let ix = 0; ix < store.length; ix++)
      yield `${ix === 0 ? "" : ","}${renderJson(this.entry(store, store.entry(ix)))}`;
    yield "]";
  }

  private entry({ kind }: MapStore, { keyNumber, key, value, perCpu, payload }: CapturedEntry): object {
    const isHash = kind === "hash" || kind === "percpu-hash";
    return {
      ...(isHash ? { ...(key !== undefined && { key: this.value(key) }), key_hex: "" } : { key: keyNumber ?? 0 }),
      ...(kind === "hash" && { value_hex: "" }),
      ...(value !== undefined && { value: this.value(value) }),
      ...(payload !== undefined && { payload: this.value(payload) }),
      ...(perCpu !== undefined && {
        per_cpu: Array.from(perCpu, (slot) => (slot === undefined ? null : this.value(slot))),
      }),
    };
  }

  private value(node: ValueNode): object {
    return this.redactor.value(renderedOf(this.values, node));
  }
}
