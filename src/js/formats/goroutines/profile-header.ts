import type { SnapshotParts } from "../../model/snapshot.ts";
import type { GoroutinesNative } from "./native.ts";

/** What stands above the reports of a profile: of the first process, with the earliest time of all. */
export interface ProfileHeader {
  readonly file?: string;
  readonly buildId?: string;
  readonly comments?: readonly string[];
  readonly type: string;
  readonly docUrl?: string;
  readonly timeNs?: bigint;
}

export function profileHeader({ stacks, native }: SnapshotParts): ProfileHeader {
  const { dumps } = native as GoroutinesNative;
  const first = stacks.processes?.find(({ error }) => error === undefined);
  const profile = dumps[0]?.profile;
  let timeNs: bigint | undefined;
  for (const dump of dumps) {
    const time = dump.profile?.timeNanos ?? 0n;
    if (time !== 0n && (timeNs === undefined || time < timeNs)) timeNs = time;
  }
  return {
    ...(first?.program !== undefined && { file: first.program }),
    ...(first?.buildId !== undefined && { buildId: first.buildId }),
    ...(profile !== undefined && { comments: profile.comments, docUrl: profile.docUrl }),
    type: profile?.sampleTypes[profile.shownType]?.type ?? dumps[0]?.counts?.profileName ?? "goroutine",
    ...(timeNs !== undefined && { timeNs }),
  };
}
