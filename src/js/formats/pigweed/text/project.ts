import type { Message } from "../../../abi/rows.ts";
import { toHexString } from "../../../base/bytes.ts";
import type { ValueNode, ValueSource } from "../../../model/values.ts";
import type { ProtoSchema } from "../../../proto/descriptor.ts";
import type { FieldDecoder } from "../context.ts";
import { isProjectField } from "../project.ts";
import { snapshotValues } from "../values.ts";

/** Lines shown of one message's project fields; the value tree has them all. */
const MAX_LINES = 10_000;
const PAGE = 256;

/**
 * The fields of a message that a project added to Pigweed's, one per line, in the manner of protobuf's text format;
 * undefined when there is none.
 */
export function renderProjectFields(message: Message, proto: ProtoSchema, fields: FieldDecoder): string | undefined {
  const values = snapshotValues(message, proto, fields);
  const writer = new FieldWriter(values);
  writer.addProjectFields(message, values.root, "  ");
  const lines = writer.lines();
  return lines.length === 0 ? undefined : ["Project fields", ...lines].join("\n");
}

class FieldWriter {
  private readonly values: ValueSource;
  private readonly written: string[] = [];
  private left = 0;

  constructor(values: ValueSource) {
    this.values = values;
  }

  lines(): string[] {
    return this.left === 0 ? this.written : [...this.written, `  … and ${this.left} more`];
  }

  /** The project's fields of a message, and those inside Pigweed's own singular messages such as the metadata. */
  addProjectFields(message: Message, node: ValueNode, indent: string): void {
    for (const { field, child } of message.layout.fields) {
      const { name } = field;
      if (!message.has(name)) continue;
      const member = this.values.child(node, name);
      if (member === undefined) continue;
      if (isProjectField(message.layout.name, field)) this.add(member, name, indent);
      else if (child !== undefined && field.repeated !== true) this.addInside(message.message(name)!, member, indent);
    }
  }

  private addInside(message: Message, node: ValueNode, indent: string): void {
    const before = this.written.length;
    this.addProjectFields(message, node, `${indent}  `);
    if (this.written.length === before) return;
    this.written.splice(before, 0, `${indent}${node.name} {`);
    this.written.push(`${indent}}`);
  }

  /** Nesting is bounded by the decoder's depth limit. */
  add(node: ValueNode, name: string, indent: string): void {
    if (this.written.length >= MAX_LINES) {
      this.left++;
      return;
    }
    if (node.kind === "array") this.eachChild(node, (element) => this.add(element, name, indent));
    else if (node.kind === "struct" || node.kind === "map") {
      this.written.push(`${indent}${name} {`);
      this.eachChild(node, (member) => this.add(member, nameOf(node, member), `${indent}  `));
      this.written.push(`${indent}}`);
    } else this.written.push(`${indent}${name}: ${this.scalar(node)}`);
  }

  private eachChild(node: ValueNode, visit: (child: ValueNode) => void): void {
    const count = this.values.count(node);
    for (let from = 0; from < count; from += PAGE) {
      if (this.written.length >= MAX_LINES) {
        this.left += count - from;
        return;
      }
      this.values.page(node, from, PAGE).forEach(visit);
    }
  }

  private scalar(node: ValueNode): string {
    const scalar = this.values.scalar(node);
    if (scalar instanceof Uint8Array) return `0x${toHexString(scalar)}`;
    return node.kind === "string" ? JSON.stringify(scalar) : String(scalar);
  }
}

/** Keys of a map come from the snapshot; names of fields do not. */
function nameOf(container: ValueNode, member: ValueNode): string {
  return container.kind === "map" ? JSON.stringify(member.name) : member.name;
}
