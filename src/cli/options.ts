import { SnapshotError } from "../js/index.ts";

/** Parsed options of one call. */
export class Options {
  private readonly values: ReadonlyMap<string, readonly string[]>;
  private readonly flags: ReadonlySet<string>;

  constructor(values: ReadonlyMap<string, readonly string[]>, flags: ReadonlySet<string>) {
    this.values = values;
    this.flags = flags;
  }

  /** What another thread can make the same options of. */
  plain(): { values: ReadonlyMap<string, readonly string[]>; flags: ReadonlySet<string> } {
    return { values: this.values, flags: this.flags };
  }

  flag(name: string): boolean {
    return this.flags.has(name);
  }

  /** All values of an option in the order given. */
  list(name: string): readonly string[] {
    return this.values.get(name) ?? [];
  }

  /** The last value given. */
  last(name: string): string | undefined {
    return this.list(name).at(-1);
  }

  /** A whole number of at least `least`; undefined without the option. @throws SnapshotError `UsageError` */
  count(name: string, least = 1): number | undefined {
    const text = this.last(name);
    if (text === undefined) return undefined;
    if (/^\d{1,12}$/.test(text) && Number(text) >= least) return Number(text);
    throw new SnapshotError("UsageError", `--${name} ${text}: not a whole number of at least ${least}`);
  }

  /** The last value of an option that the verb cannot do without. */
  required(name: string): string {
    const value = this.last(name);
    if (value === undefined) throw new SnapshotError("UsageError", `the option --${name} is needed`);
    return value;
  }
}
