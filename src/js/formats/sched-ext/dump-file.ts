import type { Decoder } from "./decoders.ts";
import { ARRAY_ENTRY, type EntryParts, HASH_ENTRY, PERCPU_ENTRY, PERCPU_HASH_ENTRY } from "./entries.ts";
import { JsonReader, type ReaderLimits } from "./json-reader.ts";
import { RENDERED, type Rendered } from "./rendered.ts";
import type { DumpMap, Offset, PageSpan } from "./report.ts";
import type { Retyping } from "./retyping.ts";

/** The lists of entries of a map, by member name. */
export type EntryListName = "entries" | "array_entries" | "percpu_entries" | "percpu_hash_entries";

const ENTRY_DECODERS: Readonly<Record<EntryListName, Decoder<EntryParts>>> = {
  entries: HASH_ENTRY,
  array_entries: ARRAY_ENTRY,
  percpu_entries: PERCPU_ENTRY,
  percpu_hash_entries: PERCPU_HASH_ENTRY,
};

/** Members that entries of some lists have; in an entry of another list they are nobody's, and may be of any kind. */
const CONTENTS = ["key", "value", "payload", "per_cpu"] as const;

/** Values kept after they were read; global sections are asked for again and again. */
const KEPT_VALUES = 64;

/** The bytes of a dump, from which values are read again when asked for. */
export class DumpFile {
  private readonly bytes: Uint8Array;
  private readonly limits: ReaderLimits;
  private readonly values = new Map<Offset, Rendered>();

  /** What reads bytes that the capture had no type for. */
  readonly retyping: Retyping | undefined;

  constructor(bytes: Uint8Array, limits: ReaderLimits, retyping?: Retyping) {
    this.retyping = retyping;
    this.bytes = bytes;
    this.limits = limits;
  }

  value(offset: Offset): Rendered {
    let value = this.values.get(offset);
    if (value === undefined) {
      value = RENDERED.read(this.readerAt(offset));
      const [oldest] = this.values.keys();
      if (this.values.size >= KEPT_VALUES && oldest !== undefined) this.values.delete(oldest);
      this.values.set(offset, value);
    }
    return value;
  }

  entry(map: DumpMap, list: EntryListName, ix: number): EntryParts {
    const decoder = ENTRY_DECODERS[list];
    const parts = { ...decoder.read(this.readerAt(map[list][ix]!)) };
    for (const name of CONTENTS) if (decoder.names?.includes(name) !== true) delete parts[name];
    return parts;
  }

  page(span: PageSpan): Uint8Array {
    const bytes = new Uint8Array(span.length);
    this.readerAt(span.offset).readBytes(bytes);
    return bytes;
  }

  private readerAt(offset: Offset): JsonReader {
    return new JsonReader(this.bytes, this.limits, offset);
  }
}
