import { randomBytes } from "node:crypto";
import { rename, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { SnapshotError } from "../../js/index.ts";
import { fileNotReadable } from "../../js/platform/node.ts";
import { redactSnapshot } from "../../js/sched-ext.ts";
import type { Call } from "../command.ts";
import type { ExitStatus } from "../exit.ts";
import { limitStatus, openTogether } from "../inputs.ts";
import { readOptionFile } from "../option-files.ts";

const KEY_BYTES = 32;

export async function runRedact(call: Call): Promise<ExitStatus> {
  const { out, options, host } = call;
  const keyFile = options.last("key");
  const key =
    keyFile === undefined ? Uint8Array.from(randomBytes(KEY_BYTES)) : (await readOptionFile(call, keyFile)).bytes;
  const { snapshots } = await openTogether(call, call.operands, { open: { strict: false } });
  const files = new Set(snapshots.flatMap(({ inputs }) => inputs.map(({ name }) => name)));
  if (files.size > 1)
    throw new SnapshotError("UsageError", `redact takes one file; ${call.operands[0]} means ${files.size}`);
  for (const snapshot of snapshots) out.issues(snapshot.issues, call.operands[0]!);
  const pieces = redactSnapshot(snapshots[0]!, { key, types: options.flag("types"), limits: call.limits });
  const status = limitStatus(snapshots);
  const isPartial = snapshots.some(({ issues }) => issues.some(({ code }) => code !== "CaptureIncomplete"));
  if (isPartial) out.warn("the file could be read in part only; the redacted one lacks the rest and says so");
  const target = options.last("out");
  if (target === undefined || target === "-") {
    await out.pieces(pieces, call.signal);
    return status;
  }
  const path = resolve(host.cwd, target);
  // Written beside and renamed, so that nobody sees half a dump.
  const unfinished = `${path}.${process.pid}.part`;
  try {
    await writeFile(unfinished, pieces);
    await rename(unfinished, path);
  } catch (error) {
    throw fileNotReadable(path, error);
  }
  if (out.json) await out.jsonLine({ file: call.operands[0], out: path });
  else out.note(`wrote ${target}`);
  return status;
}
