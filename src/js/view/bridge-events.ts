/** What a bridge tells about its own doings, in its serialized form: externally tagged. */
export type BridgeEvent =
  | { readonly CaptureUnavailable: { readonly tag: string } }
  | { readonly Overwrite: { readonly tag: string; readonly prior_schema: string } }
  | { readonly Eviction: { readonly evicted_tag: string; readonly new_tag: string; readonly cap: number } }
  | { readonly EventLogTruncated: { readonly dropped_count: number } };

/** Events a bridge keeps; older ones are counted and dropped. */
export const MAX_STORED_EVENTS = 1024;

/** The newest events, and how many older ones were dropped. */
export class EventLog {
  private readonly events: BridgeEvent[] = [];
  private dropped = 0;

  get length(): number {
    return this.events.length;
  }

  push(event: BridgeEvent): void {
    if (this.events.length >= MAX_STORED_EVENTS) {
      this.events.shift();
      this.dropped++;
    }
    this.events.push(event);
  }

  /** All events in order, then one that says how many were dropped, if any were. */
  drain(): BridgeEvent[] {
    const drained = this.events.splice(0);
    if (this.dropped > 0) drained.push({ EventLogTruncated: { dropped_count: this.dropped } });
    this.dropped = 0;
    return drained;
  }
}
