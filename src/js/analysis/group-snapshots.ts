import { compareText } from "../base/text.ts";
import { type Fact, findFact } from "../model/facts.ts";
import type { Signature } from "./signature.ts";

/** What grouping needs to know of a snapshot; nothing else of it is kept. */
export interface SnapshotDigest {
  /** File and, inside it, the number of the snapshot. */
  readonly name: string;
  readonly format: string;
  readonly facts: readonly Fact[];
  readonly signature: Pick<Signature, "id" | "rules" | "title">;
  /** Hash of the content: the identity of snapshots that carry no UUID. */
  readonly contentHash: string;
}

/** How often each value of a fact occurs; beyond `MAX_VALUES` different ones the rest is counted together. */
export interface ValueCounts {
  readonly values: readonly { readonly value: string; readonly count: number }[];
  readonly others: number;
}

export interface SnapshotGroup {
  /** `signature/format/rules`: what a fleet groups by. */
  readonly key: string;
  readonly signature: string;
  readonly format: string;
  readonly rules: string;
  readonly title: string;
  readonly count: number;
  /** Copies of snapshots counted in this group, whatever their own signatures. */
  readonly duplicates: number;
  /** Smallest and greatest `time`, where snapshots have one. */
  readonly firstSeen?: string;
  readonly lastSeen?: string;
  readonly versions: ValueCounts;
  readonly devices: ValueCounts;
  /** Name of the snapshot that stands for the group: the first. */
  readonly representative: string;
}

export interface GroupTotals {
  readonly snapshots: number;
  readonly duplicates: number;
  readonly groups: number;
}

/** Different values of a fact that a group remembers. */
const MAX_VALUES = 32;

class Counter {
  private readonly counts = new Map<string, number>();
  private others = 0;

  add(value: string | undefined): void {
    if (value === undefined) return;
    const count = this.counts.get(value);
    if (count !== undefined) this.counts.set(value, count + 1);
    else if (this.counts.size < MAX_VALUES) this.counts.set(value, 1);
    else this.others++;
  }

  counted(): ValueCounts {
    const values = [...this.counts].map(([value, count]) => ({ value, count }));
    values.sort((a, b) => b.count - a.count || compareText(a.value, b.value));
    return { values, others: this.others };
  }
}

interface OpenGroup {
  readonly digest: Pick<SnapshotDigest, "name" | "format" | "signature">;
  count: number;
  duplicates: number;
  firstSeen: string | undefined;
  lastSeen: string | undefined;
  readonly versions: Counter;
  readonly devices: Counter;
}

/**
 * Groups snapshots by signature as they come. A group takes the same memory however many fall into it; per snapshot one
 * identity of at most 69 characters is kept, so that copies are counted once.
 */
export class SnapshotGrouper {
  private readonly groups = new Map<string, OpenGroup>();
  /** The group in which each identity was counted. */
  private readonly seen = new Map<string, OpenGroup>();
  private snapshots = 0;
  private duplicates = 0;

  /** @returns false if it is a copy of one added before. */
  add(digest: SnapshotDigest): boolean {
    const identity = identityOf(digest);
    const counted = this.seen.get(identity);
    if (counted !== undefined) {
      // A copy that was cut short, or read with fewer symbols, has another signature: it is no cause of its own.
      counted.duplicates++;
      this.duplicates++;
      return false;
    }
    const key = groupKey(digest);
    let group = this.groups.get(key);
    if (group === undefined) {
      group = openGroup(digest);
      this.groups.set(key, group);
    }
    this.seen.set(identity, group);
    this.snapshots++;
    group.count++;
    note(group, digest);
    return true;
  }

  get totals(): GroupTotals {
    return { snapshots: this.snapshots, duplicates: this.duplicates, groups: this.groups.size };
  }

  /** The largest group first; of equal ones the one seen first. */
  result(): SnapshotGroup[] {
    const groups = [...this.groups].map(([key, group]) => closeGroup(key, group));
    return groups.sort((a, b) => b.count - a.count);
  }
}

export function groupKey({ signature, format }: Pick<SnapshotDigest, "signature" | "format">): string {
  return `${signature.id}/${format}/${signature.rules}`;
}

/** The snapshot's own UUID where the device gave it one, else its content. */
export function identityOf({ facts, contentHash }: Pick<SnapshotDigest, "facts" | "contentHash">): string {
  const uuid = findFact(facts, "uuid");
  return uuid === undefined || uuid === "" ? contentHash.slice(0, 40) : `uuid ${String(uuid).slice(0, 64)}`;
}

function openGroup({ name, format, signature }: SnapshotDigest): OpenGroup {
  return {
    digest: { name, format, signature },
    count: 0,
    duplicates: 0,
    firstSeen: undefined,
    lastSeen: undefined,
    versions: new Counter(),
    devices: new Counter(),
  };
}

function note(group: OpenGroup, { facts }: SnapshotDigest): void {
  const text = (key: string): string | undefined => {
    const value = findFact(facts, key);
    return value === undefined ? undefined : String(value);
  };
  group.versions.add(text("version"));
  group.devices.add(text("device"));
  const time = text("time");
  if (time === undefined) return;
  if (group.firstSeen === undefined || compareTimes(time, group.firstSeen) < 0) group.firstSeen = time;
  if (group.lastSeen === undefined || compareTimes(time, group.lastSeen) > 0) group.lastSeen = time;
}

/** Dates are written so that their texts are in order; counts of nanoseconds are numbers. */
function compareTimes(a: string, b: string): number {
  const areNumbers = /^\d+$/.test(a) && /^\d+$/.test(b);
  return areNumbers && a.length !== b.length ? a.length - b.length : compareText(a, b);
}

function closeGroup(key: string, group: OpenGroup): SnapshotGroup {
  const { digest, count, duplicates, firstSeen, lastSeen, versions, devices } = group;
  return {
    key,
    signature: digest.signature.id,
    format: digest.format,
    rules: digest.signature.rules,
    title: digest.signature.title,
    count,
    duplicates,
    ...(firstSeen !== undefined && { firstSeen }),
    ...(lastSeen !== undefined && { lastSeen }),
    versions: versions.counted(),
    devices: devices.counted(),
    representative: digest.name,
  };
}
