import { compareText } from "../base/text.ts";

/** A group as a comparison of rules names it. */
export interface GroupName {
  /** As `groupKey` gives it. */
  readonly key: string;
  readonly title: string;
}

/** How many snapshots of a group went to, or came from, the other. */
export interface GroupShare extends GroupName {
  readonly count: number;
}

/** A group and where its snapshots are under the other rules, the largest share first. */
export interface RegroupedGroup extends GroupName {
  readonly shares: readonly GroupShare[];
}

/** How the groups of one set of files change from one set of rules to another. */
export interface RegroupedSnapshots {
  /** Groups that hold the same snapshots under both. */
  readonly kept: number;
  /** Groups of the old rules whose snapshots are now in several groups. */
  readonly split: readonly RegroupedGroup[];
  /** Groups of the new rules that hold snapshots of several old ones. */
  readonly merged: readonly RegroupedGroup[];
}

/** Compares two groupings of the same snapshots as they come; memory grows with the groups, not with the snapshots. */
export class GroupingComparison {
  private readonly forward = new Shares();
  private readonly backward = new Shares();

  /** One snapshot: its group by the old and by the new rules. */
  add(before: GroupName, after: GroupName): void {
    this.forward.add(before, after);
    this.backward.add(after, before);
  }

  result(): RegroupedSnapshots {
    const kept = this.forward.names().filter((key) => {
      const [to, ...more] = this.forward.of(key);
      return more.length === 0 && this.backward.of(to!.key).length === 1;
    });
    return { kept: kept.length, split: this.forward.several(), merged: this.backward.several() };
  }
}

class Shares {
  private readonly groups = new Map<string, { title: string; shares: Map<string, { title: string; count: number }> }>();

  add({ key, title }: GroupName, other: GroupName): void {
    let group = this.groups.get(key);
    if (group === undefined) {
      group = { title, shares: new Map() };
      this.groups.set(key, group);
    }
    const share = group.shares.get(other.key);
    if (share === undefined) group.shares.set(other.key, { title: other.title, count: 1 });
    else share.count++;
  }

  names(): string[] {
    return [...this.groups.keys()];
  }

  of(key: string): GroupShare[] {
    const shares = [...(this.groups.get(key)?.shares ?? [])].map(([other, share]) => ({ key: other, ...share }));
    return shares.sort((a, b) => b.count - a.count || compareText(a.key, b.key));
  }

  several(): RegroupedGroup[] {
    return [...this.groups]
      .filter(([, { shares }]) => shares.size > 1)
      .map(([key, { title }]) => ({ key, title, shares: this.of(key) }));
  }
}
