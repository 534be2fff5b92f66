import { type Decoder, list, nullable, optional, record, required, string, u32 } from "./decoders.ts";
import { RENDERED, type Rendered } from "./rendered.ts";

/** What an entry of any kind of map may hold. */
export interface EntryParts {
  readonly key?: Rendered | number | undefined;
  readonly key_hex?: string;
  readonly value?: Rendered | undefined;
  readonly value_hex?: string;
  readonly payload?: Rendered | undefined;
  readonly per_cpu?: readonly (Rendered | null)[];
}

export interface HashEntry extends EntryParts {
  readonly key?: Rendered | undefined;
  readonly key_hex: string;
  readonly value_hex: string;
}

export interface ArrayEntry extends EntryParts {
  readonly key: number;
}

export interface PercpuEntry extends EntryParts {
  readonly key: number;
  readonly per_cpu: readonly (Rendered | null)[];
}

export interface PercpuHashEntry extends EntryParts {
  readonly key?: Rendered | undefined;
  readonly key_hex: string;
  readonly per_cpu: readonly (Rendered | null)[];
}

export const HASH_ENTRY: Decoder<HashEntry> = record<
  Pick<HashEntry, "key" | "key_hex" | "value" | "value_hex" | "payload">
>({
  key: optional(RENDERED),
  key_hex: required(string),
  value: optional(RENDERED),
  value_hex: required(string),
  payload: optional(RENDERED),
});

export const ARRAY_ENTRY: Decoder<ArrayEntry> = record<Pick<ArrayEntry, "key" | "value">>({
  key: required(u32),
  value: optional(RENDERED),
});

export const PERCPU_ENTRY: Decoder<PercpuEntry> = record<Pick<PercpuEntry, "key" | "per_cpu">>({
  key: required(u32),
  per_cpu: required(list(nullable(RENDERED), true)),
});

export const PERCPU_HASH_ENTRY: Decoder<PercpuHashEntry> = record<Pick<PercpuHashEntry, "key" | "key_hex" | "per_cpu">>(
  {
    key: optional(RENDERED),
    key_hex: required(string),
    per_cpu: required(list(nullable(RENDERED), true)),
  },
);
