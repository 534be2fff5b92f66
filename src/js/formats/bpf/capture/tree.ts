import type { ValueNode } from "../../../model/values.ts";
import { KIND, kindMask, splitTypeName } from "../btf/kinds.ts";
import { Branch, branchNode, ListBranch, leafNode } from "../values/source.ts";
import { Window } from "../values/typed-node.ts";
import type { BtfSet } from "./btf-set.ts";
import type { BpfMap } from "./map-nodes.ts";
import type { BpfNative, ObjectRecord, ProgramRecord } from "./records.ts";

/**
 * The value tree: `maps`, `objects`, `programs`, `host`. Maps and objects are also found at the root by their names, so
 * that a path may begin with what a person calls them.
 */
export function captureTree(native: BpfNative, maps: readonly BpfMap[], types: BtfSet): ValueNode {
  const objects = native.objects.map((object) => objectNode(object, types));
  const sections = [
    branchNode(
      "struct",
      "maps",
      maps.map((map) => map.node),
    ),
    branchNode("struct", "objects", objects),
    branchNode(
      "array",
      "programs",
      native.programs.map((program, ix) => programNode(String(ix), program)),
    ),
    hostNode(native),
  ];
  return { kind: "struct", name: "", handle: new RootBranch(sections, [...maps.map((map) => map.node), ...objects]) };
}

class RootBranch extends Branch {
  private readonly sections: ListBranch;
  private readonly named_: ListBranch;

  constructor(sections: readonly ValueNode[], byName: readonly ValueNode[]) {
    super();
    this.sections = new ListBranch(sections);
    this.named_ = new ListBranch(byName);
  }

  get count(): number {
    return this.sections.count;
  }

  at(ix: number): ValueNode {
    return this.sections.at(ix);
  }

  named(name: string): ValueNode | undefined {
    return this.sections.named(name) ?? this.named_.named(name);
  }
}

function objectNode({ name, address, btfId, typeId, typeName }: ObjectRecord, types: BtfSet): ValueNode {
  const missing = (code: string, message: string): ValueNode => ({
    kind: "error",
    name,
    typeName,
    address,
    problem: { code, message },
    handle: undefined,
  });
  const reader = types.reader(btfId);
  if (reader === undefined) return missing("TypeMissing", `the capture holds no BTF ${btfId}`);
  const { name: bare, kinds } = splitTypeName(typeName);
  const composite = kindMask(KIND.STRUCT, KIND.UNION);
  const id = typeId !== 0 ? typeId : (reader.btf.find(bare, kinds & composite) ?? reader.btf.find(bare, kinds));
  if (id === undefined) return missing("TypeNotFound", `BTF ${btfId} has no type ${JSON.stringify(typeName)}`);
  const size = reader.btf.sizeOf(id) ?? 0;
  const found = types.space(0).locate(address, size);
  if (found === undefined) return missing("UnmappedAddress", `no memory was captured at 0x${address.toString(16)}`);
  const window = new Window(found.bytes, { address: address - BigInt(found.at), offset: found.offset });
  return reader.node(name, id, window, found.at, found.end);
}

function programNode(name: string, program: ProgramRecord): ValueNode {
  return branchNode("struct", name, [
    integer("id", program.id),
    leafNode("string", "type", program.typeName === "" ? String(program.type) : program.typeName),
    leafNode("string", "name", program.name),
    leafNode("string", "tag", program.tag),
    leafNode("bool", "gpl_compatible", program.gplCompatible),
    integer("loaded_at", program.loadedAt),
    integer("uid", program.uid),
    integer("bytes_xlated", program.bytesXlated),
    integer("bytes_jited", program.bytesJited),
    integer("bytes_memlock", program.bytesMemlock),
    branchNode(
      "array",
      "map_ids",
      program.mapIds.map((id, ix) => integer(String(ix), id)),
    ),
    integer("btf_id", program.btfId),
    integer("run_time_ns", program.runTimeNs),
    integer("run_count", program.runCount),
    integer("recursion_misses", program.recursionMisses),
    branchNode("array", "pinned", texts(program.pinned)),
    branchNode(
      "array",
      "holders",
      program.holders.map(({ pid, comm }, ix) =>
        branchNode("struct", String(ix), [integer("pid", pid), leafNode("string", "comm", comm)]),
      ),
    ),
  ]);
}

function hostNode({ host }: BpfNative): ValueNode {
  return branchNode("struct", "host", [
    leafNode("string", "hostname", host.hostname),
    leafNode("string", "kernel_release", host.kernelRelease),
    leafNode("string", "kernel_version", host.kernelVersion),
    leafNode("string", "machine", host.machine),
    integer("captured_at_ns", host.capturedAtNs),
    integer("uptime_ns", host.uptimeNs),
    branchNode(
      "array",
      "possible_cpus",
      host.possibleCpus.map((cpu, ix) => integer(String(ix), cpu)),
    ),
    leafNode("string", "producer", host.producer),
    leafNode("string", "tool", host.tool),
    leafNode("string", "command", host.command),
  ]);
}

function integer(name: string, value: number | bigint): ValueNode {
  return leafNode("uint", name, BigInt(value));
}

function texts(values: readonly string[]): ValueNode[] {
  return values.map((value, ix) => leafNode("string", String(ix), value));
}
