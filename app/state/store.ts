import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { Place } from "./place.ts";
import type { Companion, Detail, Opened, Refusal, Work } from "./types.ts";

/** How integers are written in tables and trees. */
export type Radix = "dec" | "hex" | "signed";
export type Sheet = "none" | "palette" | "keys" | "search" | "copy";

export interface Sample {
  readonly id: string;
  readonly title: string;
  readonly what: string;
  readonly files: readonly string[];
  /** Each file is a snapshot of its own, although the format would join them. */
  readonly apart?: boolean;
}

/** Everything that the page knows. One per page; parts and views get it from the context. */
export interface Store {
  readonly opened: Signal<readonly Opened[]>;
  readonly currentId: Signal<number>;
  readonly current: ReadonlySignal<Opened | undefined>;
  /** The one to compare with. */
  readonly otherId: Signal<number | undefined>;
  readonly companions: Signal<readonly Companion[]>;
  readonly refusals: Signal<readonly Refusal[]>;
  readonly work: Signal<Work | undefined>;
  readonly place: Signal<Place>;
  /** A place whose file is not open yet. */
  readonly wanted: Signal<Place | undefined>;
  readonly detail: Signal<Detail | undefined>;
  readonly radix: Signal<Radix>;
  readonly dense: Signal<boolean>;
  readonly bytesShown: Signal<boolean>;
  readonly sheet: Signal<Sheet>;
  readonly samples: Signal<readonly Sample[]>;
  /** Said at the foot until something else is, and to screen readers. */
  readonly notice: Signal<string>;
  /** Text of the rule file under edit. */
  readonly ruleText: Signal<string>;
  /** Text of the report spec under edit: it is about every snapshot, so it stays when another is opened. */
  readonly specText: Signal<string>;
}

export function createStore(): Store {
  const opened = signal<readonly Opened[]>([]);
  const currentId = signal(0);
  return {
    opened,
    currentId,
    current: computed(() => opened.value.find(({ id }) => id === currentId.value) ?? opened.value[0]),
    otherId: signal(undefined),
    companions: signal([]),
    refusals: signal([]),
    work: signal(undefined),
    place: signal({}),
    wanted: signal(undefined),
    detail: signal(undefined),
    radix: signal("dec"),
    dense: signal(false),
    bytesShown: signal(false),
    sheet: signal("none"),
    samples: signal([]),
    notice: signal(""),
    ruleText: signal(""),
    specText: signal(""),
  };
}

/** Goes somewhere: what is not named keeps its value, except what belongs to a view that is left. */
export function go({ place, detail }: Store, change: Place): void {
  const leaves = change.view !== undefined && change.view !== place.value.view;
  const kept = leaves ? { ...place.value, filter: undefined, sort: undefined, item: undefined } : place.value;
  if (leaves) detail.value = undefined;
  place.value = { ...kept, ...change };
}
