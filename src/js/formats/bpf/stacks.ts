import { NONE } from "../../base/brand.ts";
import { type StackIx, type StackTable, StackTableBuilder } from "../../model/stacks.ts";
import { EntryTable } from "./capture/entry-nodes.ts";
import { stackTraceOf } from "./capture/map-nodes.ts";
import { MAP_TYPE } from "./capture/map-types.ts";
import type { BpfNative } from "./capture/records.ts";

/** What has a stack in a capture: each bucket of a stack-trace map. Addresses have no names yet. */
export function captureStacks({ maps, host }: BpfNative): StackTable {
  const builder = new StackTableBuilder();
  for (const map of maps.filter(({ type }) => type === MAP_TYPE.stackTrace)) {
    const { entries } = stackTraceOf(new EntryTable(map, undefined, host.possibleCpus));
    for (const { bucket_id, pcs } of entries) {
      const frames = pcs.map((address) => builder.addFrame({ functionName: "", address }));
      builder.addContext({
        kind: "task",
        name: `${map.name} bucket ${bucket_id}`,
        id: BigInt(bucket_id),
        count: 1n,
        stack: frames.length === 0 ? (NONE as StackIx) : builder.addStack(frames),
      });
    }
  }
  return builder.build();
}
