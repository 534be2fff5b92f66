import type { CaptureManifest, CaptureTarget } from "./capture-manifest.ts";

/** What is said about one input from outside of it. */
export interface InputOrigin {
  readonly process: string;
  readonly request?: CaptureTarget;
  readonly batchStartNs?: bigint;
  /** `goroutine`, or `goroutineleak`: the same process at another instant. */
  readonly profile: string;
}

const SUFFIXES =
  /(?:\.(?:gz|zst|zip|pb|pprof|prof|profile|txt|log|out|stacks|dump|debug[012]|goroutine(?:leak)?s?))+$/i;

/** Name of a process out of the name of its file: `server.debug2.txt.gz` → `server`. */
export function processNameOf(fileName: string): string {
  const base = fileName.replace(/^.*[/\\]/, "");
  const name = base.replace(SUFFIXES, "");
  return name === "" ? base : name;
}

/** Finds what a manifest says about an input; files are compared without `.gz`. */
export function originOf(name: string, manifest: CaptureManifest | undefined): InputOrigin {
  const plain = name.replace(/^.*[/\\]/, "").replace(/\.(?:gz|zst)$/, "");
  for (const batch of manifest?.batches ?? []) {
    const request = batch.targets.find(
      ({ file }) => file?.replace(/^.*[/\\]/, "").replace(/\.(?:gz|zst)$/, "") === plain,
    );
    if (request !== undefined) {
      return {
        process: request.name === "" ? processNameOf(name) : request.name,
        request,
        profile: batch.profile,
        ...(batch.startNs !== undefined && { batchStartNs: batch.startNs }),
      };
    }
  }
  return { process: processNameOf(name), profile: /\bgoroutineleak\b/i.test(plain) ? "goroutineleak" : "goroutine" };
}

/** Makes process names unique: by the folder of the file, then by a number. */
export class ProcessNames {
  private readonly taken = new Set<string>();

  take(wanted: string, path: string | undefined): string {
    let name = wanted;
    if (this.taken.has(name) && path !== undefined) {
      const folder = path.split("/").slice(0, -1).join("/");
      if (folder !== "") name = `${folder}/${wanted}`;
    }
    for (let n = 2; this.taken.has(name); n++) name = `${wanted} (${n})`;
    this.taken.add(name);
    return name;
  }
}
