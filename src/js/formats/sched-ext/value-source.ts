import type { ValueNode, ValueSource } from "../../model/values.ts";
import type { DualDump, DumpDocument } from "./document.ts";
import type { DumpFile } from "./dump-file.ts";
import { payloadNode } from "./entry-values.ts";
import { mapsNode } from "./map-nodes.ts";
import { jsonNode, rowNode } from "./plain-nodes.ts";
import type { RawAllocator } from "./records.ts";
import type { DumpReport } from "./report.ts";
import { branchSource, container, structOf } from "./tree.ts";

type Member = readonly [name: string, node: (name: string) => ValueNode];

/** The value tree of a document, with the member names of the file. Empty tables are left out. */
export function dumpValues(file: DumpFile, document: DumpDocument): ValueSource {
  return branchSource(rootNode(file, document));
}

function rootNode(file: DumpFile, document: DumpDocument): ValueNode {
  switch (document.kind) {
    case "single":
      return reportNode(file, document.report, "");
    case "dual":
      return dualNode(file, document.dual);
    case "degraded":
      return rowNode("", document.degraded);
    case "kernel-text":
      return rowNode("", document.dump);
    case "events":
      return rowNode("", document.events);
    case "sample":
      return structNode("", document.sample, (name, value) => {
        if (name === "report") return reportNode(file, document.sample.report, name);
        return name === "stats" ? jsonNode(name, value) : rowNode(name, value);
      });
    default:
      return document satisfies never;
  }
}

function dualNode(file: DumpFile, dual: DualDump): ValueNode {
  return structNode("", dual, (name, value) => {
    if (name === "late") return reportNode(file, dual.late, name);
    return name === "early" && dual.early !== undefined ? reportNode(file, dual.early, name) : rowNode(name, value);
  });
}

function structNode(name: string, value: object, node: (name: string, value: unknown) => ValueNode): ValueNode {
  const members = Object.entries(value).map(([key, member]): Member => [key, () => node(key, member)]);
  return { kind: "struct", name, handle: structOf(members) };
}

function reportNode(file: DumpFile, report: DumpReport, name: string): ValueNode {
  const members = Object.entries(report)
    .filter(([, value]) => !(Array.isArray(value) && value.length === 0))
    .map(([key, value]): Member => [key, () => reportMember(file, report, key, value)]);
  return { kind: "struct", name, handle: structOf(members) };
}

function reportMember(file: DumpFile, report: DumpReport, name: string, value: unknown): ValueNode {
  if (name === "maps") return mapsNode(file, report.maps);
  if (name === "sdt_allocations") return allocatorsNode(file, report.sdt_allocations);
  return rowNode(name, value);
}

function allocatorsNode(file: DumpFile, allocators: readonly RawAllocator[]): ValueNode {
  const at = (ix: number): ValueNode => {
    return structNode(String(ix), allocators[ix]!, (name, value) => {
      return name === "entries" ? allocationsNode(file, allocators[ix]!) : rowNode(name, value);
    });
  };
  return { kind: "array", name: "sdt_allocations", handle: container(allocators.length, at) };
}

function allocationsNode(file: DumpFile, allocator: RawAllocator): ValueNode {
  const { entries } = allocator;
  const at = (ix: number): ValueNode => {
    const entry = entries[ix]!;
    return structNode(String(ix), entry, (name, value) => {
      return name === "payload" ? payloadNode(file, allocator, entry) : rowNode(name, value);
    });
  };
  return { kind: "array", name: "entries", handle: container(entries.length, at) };
}
