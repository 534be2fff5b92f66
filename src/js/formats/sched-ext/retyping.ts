import { SnapshotError } from "../../base/errors.ts";
import type { Issue } from "../../base/issue.ts";
import type { ByteTypes, TypeId } from "../../model/byte-types.ts";
import type { ValueNode } from "../../model/values.ts";
import type { Rendered } from "./rendered.ts";
import { parseHex, renderedNode } from "./rendered-nodes.ts";
import type { DumpMap, DumpReport } from "./report.ts";
import { foreignNode } from "./tree.ts";

/** How a BTF file given later is used. Plain and cloneable. */
export interface RetypingOptions {
  /** BTF, or an ELF file that has it. */
  readonly file: Uint8Array;
  /** Types by map, e.g. `task_ctxs` → `struct task_ctx` for its values, `task_ctxs.key` → `u64` for its keys. */
  readonly types: Readonly<Record<string, string>>;
  /** Decode kept bytes of every map even where the capture has values; maps with a type in `types` always are. */
  readonly replace: boolean;
}

const SECTIONS = [".bss", ".data", ".rodata"] as const;

/** Reads the bytes that a capture kept because it knew no type for them. */
export class Retyping {
  private readonly replace: boolean;
  private readonly types: ByteTypes;
  private readonly keys = new Map<string, TypeId>();
  private readonly values = new Map<string, TypeId>();

  /** @throws SnapshotError `TypeNotFound` for a type that the caller named and the file does not have. */
  constructor(types: ByteTypes, { types: chosen, replace }: Pick<RetypingOptions, "types" | "replace">) {
    this.types = types;
    this.replace = replace;
    for (const [map, typeName] of Object.entries(chosen)) {
      const isKey = map.endsWith(".key");
      (isKey ? this.keys : this.values).set(isKey ? map.slice(0, -4) : map, types.named(typeName));
    }
  }

  /** The kept bytes of keys go before what the capture made of them. */
  replacesKeys({ name }: DumpMap): boolean {
    return this.replace || this.keys.has(name);
  }

  replacesValues({ name }: DumpMap): boolean {
    return this.replace || this.values.has(name);
  }

  keyType({ name }: DumpMap): TypeId | undefined {
    return this.keys.get(name) ?? this.types.mapTypes(name)?.key;
  }

  valueType({ name }: DumpMap): TypeId | undefined {
    const section = name.startsWith(".") ? name : SECTIONS.find((suffix) => name.endsWith(suffix));
    return (
      this.values.get(name) ?? (section === undefined ? this.types.mapTypes(name)?.value : this.types.section(section))
    );
  }

  /** Kept bytes as a value of the type; undefined where there are none. */
  fromHex(name: string, type: TypeId | undefined, hex: string | undefined): ValueNode | undefined {
    if (type === undefined || hex === undefined || hex === "") return undefined;
    const bytes = parseHex(hex);
    if (bytes.length === 0) return undefined;
    const node = foreignNode(this.types.values, this.types.node(name, type, bytes));
    const size = this.types.sizeOf(type);
    if (size === undefined || size >= bytes.length) return node;
    return { ...node, note: `${this.types.nameOf(type)} is ${size} bytes, ${bytes.length} were kept` };
  }

  /** A rendered value, or what its bytes are if bytes are all it has. */
  rendered(name: string, type: TypeId | undefined, value: Rendered): ValueNode {
    const typed = value.kind === "bytes" ? this.fromHex(name, type, value.hex) : undefined;
    return typed ?? renderedNode(name, value);
  }

  /** A payload of an allocator, whose type the capture gives by number. */
  payload(target: TypeId, value: Rendered): ValueNode {
    const size = this.types.sizeOf(target);
    const fits = value.kind === "bytes" && size !== undefined && size === parseHex(value.hex).length;
    const node = this.rendered("payload", fits ? target : undefined, value);
    return fits ? { ...node, note: `by type ${target} of the BTF file that was supplied` } : node;
  }
}

/** What remains bytes although a BTF file was given, with the way to name a type. */
export function untypedIssues(retyping: Retyping, report: DumpReport, path: string): Issue[] {
  return report.maps.flatMap((map, ix): Issue[] => {
    const kept = map.entries.length + map.percpu_hash_entries.length > 0;
    if (!kept || retyping.valueType(map) !== undefined) return [];
    const message = `the BTF file declares no map ${JSON.stringify(map.name)}; name a type for its values to have them decoded`;
    return [{ code: "TypeMissing", severity: "info", message, path: `${path === "" ? "" : `${path}.`}maps[#${ix}]` }];
  });
}

/** The options `btf`, `btfTypes` and `btfReplace`; undefined without a BTF file. @throws SnapshotError `UsageError` */
export function retypingOptions(options: Readonly<Record<string, unknown>>): RetypingOptions | undefined {
  const { btf, btfTypes, btfReplace } = options;
  if (btf === undefined) {
    if (btfTypes !== undefined) throw new SnapshotError("UsageError", "the option btfTypes needs btf, a BTF file");
    return undefined;
  }
  if (!(btf instanceof Uint8Array))
    throw new SnapshotError("UsageError", "the option btf is the bytes of a BTF blob or of an ELF file with BTF");
  return { file: btf, types: readTypes(btfTypes), replace: btfReplace === true };
}

function readTypes(given: unknown): Record<string, string> {
  if (given === undefined) return {};
  const entries = typeof given === "object" && given !== null ? Object.entries(given) : undefined;
  if (entries === undefined || !entries.every(([, name]) => typeof name === "string"))
    throw new SnapshotError("UsageError", "the option btfTypes gives names of types by name of map");
  return Object.fromEntries(entries.map(([map, name]) => [map, String(name)]));
}
