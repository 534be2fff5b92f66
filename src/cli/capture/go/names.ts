import type { Batch } from "./rounds.ts";
import type { Target } from "./targets.ts";

/** Names of processes: what the user said, else the program's where that is one of a kind, else with its address. */
export function nameTargets(targets: readonly Target[], programs: readonly (string | undefined)[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const program of programs) if (program !== undefined) counts.set(program, (counts.get(program) ?? 0) + 1);
  const taken = new Set<string>();
  return targets.map((target, ix) => {
    const program = programs[ix];
    const place = target.socketPath ?? `${target.host}:${target.port}`;
    const isOne = program !== undefined && counts.get(program) === 1;
    const own = isOne ? program : program === undefined ? place : `${program} (${place})`;
    const wanted = target.name ?? own;
    let name = wanted;
    for (let n = 2; taken.has(name); n++) name = `${wanted} (${n})`;
    taken.add(name);
    return name;
  });
}

const MAX_NAME = 100;
const RESERVED = /^(?:con|prn|aux|nul|com\d|lpt\d|manifest|capture)$/i;

/** File names of one capture: safe on every system, each given once. */
export class FileNames {
  private readonly stems = new Map<string, string>();
  private readonly taken = new Set<string>();

  fileOf(name: string, { profile, debug }: Batch): string {
    const kind = profile === "goroutine" ? "" : `.${profile}`;
    return `${this.stemOf(name)}${kind}${debug === 0 ? ".pb.gz" : `.debug${debug}.txt`}`;
  }

  private stemOf(name: string): string {
    const known = this.stems.get(name);
    if (known !== undefined) return known;
    const plain = name
      .replace(/[^A-Za-z0-9._-]+/g, "_")
      .replace(/^[._]+|[._]+$/g, "")
      .slice(0, MAX_NAME);
    const wanted = plain === "" || RESERVED.test(plain) ? `process-${plain}` : plain;
    let stem = wanted;
    // File systems that ignore case must not join two processes.
    for (let n = 2; this.taken.has(stem.toLowerCase()); n++) stem = `${wanted}-${n}`;
    this.taken.add(stem.toLowerCase());
    this.stems.set(name, stem);
    return stem;
  }
}
