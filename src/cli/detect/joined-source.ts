import type { SnapshotSource } from "../../js/detect.ts";
import { type Snapshot, SnapshotError } from "../../js/index.ts";
import type { Inbox } from "./inbox.ts";

type Failure = (error: SnapshotError) => void;

/** A source under a name that stays the same from run to run. */
export interface LabelledSource {
  readonly label: string;
  readonly source: SnapshotSource;
}

export interface JoinedSourceOptions {
  readonly sources: readonly LabelledSource[];
  readonly inbox: Inbox;
  /** Fills the inbox before each scan. */
  readonly capture: () => Promise<void>;
}

/** Several sources as one. A source that fails does not keep the others. */
export class JoinedSource implements SnapshotSource {
  readonly inbox: Inbox;
  partial = false;
  onFailure: Failure = () => {};
  private readonly options: JoinedSourceOptions;
  private places: ReadonlyMap<string, readonly [source: SnapshotSource, own: string]> = new Map();

  constructor(options: JoinedSourceOptions) {
    this.options = options;
    this.inbox = options.inbox;
  }

  async list(): Promise<readonly string[]> {
    this.partial = false;
    const places = new Map<string, readonly [SnapshotSource, string]>();
    await this.guard(this.options.capture);
    for (const { label, source } of this.options.sources) {
      const names = await this.guard(() => source.list());
      this.partial ||= names === undefined;
      for (const name of names ?? []) places.set(`${label}:${name}`, [source, name]);
    }
    this.places = places;
    return [...places.keys()];
  }

  async open(name: string): Promise<readonly Snapshot[]> {
    const [source, own] = this.places.get(name)!;
    return source.open(own);
  }

  async release(name: string): Promise<void> {
    const [source, own] = this.places.get(name)!;
    await source.release?.(own);
  }

  private async guard<T>(run: () => Promise<T>): Promise<T | undefined> {
    try {
      return await run();
    } catch (error) {
      if (!(error instanceof SnapshotError)) throw error;
      this.onFailure(error);
      return undefined;
    }
  }
}
