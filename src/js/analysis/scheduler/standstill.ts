import type { DsqState } from "../../model/host-tables.ts";
import type { CapturedMap, MapCapture } from "../../model/maps.ts";

/** A dispatch queue that held tasks and did not move between two captures. */
export interface DeadQueue {
  readonly queue: DsqState;
  /** Row in the later capture. */
  readonly row: number;
}

/**
 * Queues with tasks whose length and sequence number are the same in both captures: nothing was put in, nothing taken
 * out. Source: specs/sched-ext.md section 2.5. Queues that are empty in both are left out: they need not move.
 */
export function deadQueues(earlier: readonly DsqState[], later: readonly DsqState[]): readonly DeadQueue[] {
  const before = new Map(earlier.map((queue) => [queueKey(queue), queue]));
  return later.flatMap((queue, row) => {
    const old = before.get(queueKey(queue));
    const dead = old !== undefined && queue.nr > 0 && old.nr === queue.nr && old.seq === queue.seq;
    return dead ? [{ queue, row }] : [];
  });
}

function queueKey({ id, origin }: DsqState): string {
  return `${id} ${origin}`;
}

/** A ring buffer whose reader has fallen behind, or whose writer is in the middle of a record. */
export interface SlowConsumer {
  readonly map: CapturedMap;
  /** Of the capacity, 0 … 100. */
  readonly pendingPercent: number;
  /** The reader is stalled: hardly any room is left. */
  readonly isStalled: boolean;
  /** Space is reserved and not yet committed. */
  readonly isReserving: boolean;
}

/** From so many percent on the reader counts as stalled. */
const STALLED_PERCENT = 90;

/** Ring buffers worth a look (specs/sched-ext.md section 2.5); capacity 0 is left out. */
export function slowConsumers({ maps }: MapCapture): readonly SlowConsumer[] {
  return maps.flatMap((map) => {
    const { ringbuf } = map;
    if (ringbuf === undefined || ringbuf.capacity === 0n) return [];
    const pendingPercent = Number((ringbuf.pending_bytes * 1000n) / ringbuf.capacity) / 10;
    const isStalled = pendingPercent >= STALLED_PERCENT;
    const isReserving = ringbuf.producer_pos !== ringbuf.pending_pos;
    return isStalled || isReserving ? [{ map, pendingPercent, isStalled, isReserving }] : [];
  });
}
