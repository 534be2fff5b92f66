import type { Issue } from "../../base/issue.ts";
import type { Input } from "../plugin.ts";
import type { LogKind } from "./log-text.ts";
import { probeInspect } from "./probe.ts";

/** Files of a device snapshot by name. Source: specs/triage.md section 1.1. */
export const LOG_FILES: Readonly<Record<string, LogKind>> = {
  "log.kernel.txt": "klog",
  "log.system.txt": "syslog",
  "log.system.previous_boot.txt": "bootlog",
};
export const ANNOTATIONS_FILE = "annotations.json";
export const INSPECT_FILE = "inspect.json";

/** Score from which on a file of another name is taken for inspect.json. */
const SURE = 60;

export interface InputGrouping {
  /** Files of one snapshot each. */
  readonly groups: readonly (readonly Input[])[];
  /** What became of the other files of a device snapshot. */
  readonly skipped: readonly Issue[];
}

/**
 * Files of one directory that have the names of a device snapshot belong together; a file of another name is a
 * snapshot by itself if it is all there is or looks like Inspect. A device snapshot has many files besides, which are
 * left out.
 */
export function groupInputs(inputs: readonly Input[]): InputGrouping {
  const groups = new Map<string, Input[]>();
  const skipped: Issue[] = [];
  inputs.forEach((input, ix) => {
    const place = (input.path ?? input.name).replace(/[^/]*$/, "");
    if (isSnapshotFile(baseName(input))) groups.set(place, [...(groups.get(place) ?? []), input]);
    else if (inputs.length === 1 || probeInspect(input.bytes.subarray(0, 4096), input.bytes.length) >= SURE) {
      groups.set(`${place}\0${ix}`, [input]);
    } else {
      const message = `${input.path ?? input.name} is no part of an Inspect snapshot`;
      skipped.push({ code: "SkippedEntry", severity: "info", message, input: input.name });
    }
  });
  return { groups: [...groups.values()], skipped };
}

function isSnapshotFile(name: string): boolean {
  return name === INSPECT_FILE || name === ANNOTATIONS_FILE || Object.hasOwn(LOG_FILES, name);
}

/** The name that says what a file is. A file that stands alone under another name is Inspect. */
export function roleOf(input: Input, isAlone: boolean): string {
  const name = baseName(input);
  return isAlone && !isSnapshotFile(name) ? INSPECT_FILE : name;
}

function baseName({ name }: Input): string {
  return name.slice(name.lastIndexOf("/") + 1);
}
