import type { CapturedMap } from "../model/maps.ts";

const SECTIONS = [".bss", ".data", ".rodata"] as const;

/** A map that holds globals: its name ends with `.bss`, `.data` or `.rodata`. */
export function isGlobalSection(map: CapturedMap): boolean {
  return SECTIONS.some((section) => map.name.endsWith(section));
}

/** Part of a name before its first dot; undefined without a dot. */
export function objectOf(name: string): string | undefined {
  const dot = name.indexOf(".");
  return dot < 0 ? undefined : name.slice(0, dot);
}

/** Copies of each section of one BPF object, counted by exact name `<obj>.<section>`. */
export interface ObjectSections {
  readonly obj: string;
  readonly counts: ReadonlyMap<string, number>;
}

/** The BPF objects that own global sections, in the order they were first seen. */
export function objectsOf(maps: readonly CapturedMap[]): ObjectSections[] {
  const objects = new Map<string, Map<string, number>>();
  for (const map of maps) {
    const obj = isGlobalSection(map) ? objectOf(map.name) : undefined;
    if (obj === undefined || obj === "") continue;
    const counts = objects.get(obj) ?? new Map<string, number>();
    objects.set(obj, counts);
    const section = map.name.slice(obj.length);
    if (SECTIONS.some((known) => known === section)) counts.set(section, (counts.get(section) ?? 0) + 1);
  }
  return [...objects].map(([obj, counts]) => ({ obj, counts }));
}
