import { append } from "../base/append.ts";
import { SnapshotError } from "../base/errors.ts";
import { suggestNames } from "../base/text.ts";
import type { ProtoEnum, ProtoField, ProtoMessage, ProtoSchema } from "./descriptor.ts";
import { malformedProto, type ProtoToken, tokenizeProto } from "./lexer.ts";

const SCALARS: ReadonlySet<string> = new Set([
  "double",
  "float",
  "int32",
  "int64",
  "uint32",
  "uint64",
  "sint32",
  "sint64",
  "fixed32",
  "fixed64",
  "sfixed32",
  "sfixed64",
  "bool",
  "string",
  "bytes",
]);

const MAX_FIELD_NUMBER = 0x1fffffff;
const MAX_NESTING = 64;

/** A field whose type is not resolved yet. */
interface RawField extends Omit<ProtoField, "kind"> {
  kind: string;
  scope: string;
  token: ProtoToken;
}

interface RawMessage {
  readonly name: string;
  readonly fields: RawField[];
  readonly mapEntry?: boolean;
}

interface Parsed {
  readonly messages: Map<string, RawMessage>;
  readonly enums: Map<string, ProtoEnum>;
  readonly extensions: { scope: string; typeName: string; field: RawField }[];
}

/**
 * Reads `.proto` files (proto2 and proto3) and everything they import.
 *
 * @param files file name as an import names it → text. A missing import is an error unless nothing uses it: files of
 * `google/protobuf/` that only declare options are often absent.
 * @param roots the files to start from.
 * @throws SnapshotError `MalformedProto`, `ProtoNotFound`, `MessageNotFound` (an unresolved type).
 */
export function parseProtoFiles(files: ReadonlyMap<string, string>, roots: readonly string[]): ProtoSchema {
  const parsed: Parsed = { messages: new Map(), enums: new Map(), extensions: [] };
  const seen = new Set<string>();
  const queue = [...roots];
  const missing: string[] = [];
  for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
    if (seen.has(file)) continue;
    seen.add(file);
    const text = files.get(file);
    if (text !== undefined) append(queue, new FileParser(file, text, parsed).parse());
    else if (!file.startsWith("google/protobuf/")) missing.push(file);
  }
  if (missing.length > 0) {
    throw new SnapshotError("ProtoNotFound", `reading ${roots.join(", ")}: import ${missing[0]} was not given`, {
      fields: { file: missing[0] },
      available: [...files.keys()],
    });
  }
  return resolveTypes(parsed);
}

class FileParser {
  private readonly file: string;
  private readonly tokens: readonly ProtoToken[];
  private readonly parsed: Parsed;
  private readonly imports: string[] = [];
  private at = 0;
  private proto3 = false;
  private scope = "";

  constructor(file: string, text: string, parsed: Parsed) {
    this.file = file;
    this.tokens = tokenizeProto(text, file);
    this.parsed = parsed;
  }

  parse(): readonly string[] {
    while (this.peek().kind !== "end") this.topLevel();
    return this.imports;
  }

  private topLevel(): void {
    if (this.skip(";")) return;
    const word = this.word();
    if (word === "syntax" || word === "edition") {
      this.expect("=");
      const syntax = this.next().text;
      if (word === "edition" || (syntax !== "proto2" && syntax !== "proto3")) {
        this.fail(`syntax "proto2" or "proto3", not ${word} ${syntax}`);
      }
      this.proto3 = syntax === "proto3";
      this.expect(";");
    } else if (word === "package") {
      this.scope = this.dottedName();
      this.expect(";");
    } else if (word === "import") {
      if (this.peek().text === "public" || this.peek().text === "weak") this.next();
      this.imports.push(this.next().text);
      this.expect(";");
    } else if (word === "message") this.message(1);
    else if (word === "enum") this.enumeration();
    else if (word === "extend") this.extend(1);
    else if (word === "option" || word === "service") this.skipStatement();
    else this.fail(`a declaration, not ${word}`);
  }

  private message(depth: number, name: string = this.word()): string {
    if (depth > MAX_NESTING) this.fail(`at most ${MAX_NESTING} nested messages`);
    const outer = this.scope;
    const full = join(outer, name);
    this.scope = full;
    const fields: RawField[] = [];
    this.parsed.messages.set(full, { name: full, fields });
    this.expect("{");
    while (!this.skip("}")) this.member(fields, depth);
    this.scope = outer;
    return full;
  }

  private member(fields: RawField[], depth: number): void {
    if (this.skip(";")) return;
    const word = this.peek().text;
    const isKeyword = this.tokens[this.at + 1]?.kind === "word";
    if (word === "message" && isKeyword) {
      this.next();
      this.message(depth + 1);
    } else if (word === "enum" && isKeyword) {
      this.next();
      this.enumeration();
    } else if (word === "extend") {
      this.next();
      this.extend(depth + 1);
    } else if (word === "reserved" || word === "extensions" || word === "option") this.skipStatement();
    else if (word === "oneof" && isKeyword) {
      this.next();
      const oneof = this.word();
      this.expect("{");
      while (!this.skip("}")) {
        if (this.peek().text === "option") this.skipStatement();
        else if (!this.skip(";")) fields.push(this.field(depth, oneof));
      }
    } else fields.push(this.field(depth, undefined));
  }

  private field(depth: number, oneof: string | undefined): RawField {
    let label = "";
    const first = this.peek().text;
    if (oneof === undefined && (first === "optional" || first === "required" || first === "repeated"))
      label = this.word();
    const token = this.peek();
    if (token.text === "map" && this.tokens[this.at + 1]?.text === "<") return this.mapField(token);
    if (token.text === "group") return this.groupField(depth, label, oneof);
    const type = this.dottedName();
    const name = this.word();
    const number = this.fieldNumber();
    const options = this.fieldOptions();
    this.expect(";");
    return this.rawField(type, name, number, label, oneof, options, token);
  }

  private rawField(
    kind: string,
    name: string,
    number: number,
    label: string,
    oneof: string | undefined,
    options: Record<string, string>,
    token: ProtoToken,
  ): RawField {
    const repeated = label === "repeated";
    const packable = SCALARS.has(kind) ? kind !== "string" && kind !== "bytes" : true;
    const packed = repeated && packable && (options["packed"] ?? String(this.proto3)) === "true";
    const presence = !repeated && (!this.proto3 || label === "optional" || oneof !== undefined);
    return {
      name,
      number,
      kind,
      scope: this.scope,
      token,
      ...(repeated && { repeated }),
      ...(packed && { packed }),
      ...(presence && { presence }),
      ...(oneof !== undefined && { oneof }),
      ...(kind === "string" && this.proto3 && { utf8: true }),
      ...(Object.keys(options).length > 0 && { options }),
    };
  }

  private mapField(token: ProtoToken): RawField {
    this.word();
    this.expect("<");
    const keyType = this.dottedName();
    this.expect(",");
    const valueType = this.dottedName();
    this.expect(">");
    const name = this.word();
    const number = this.fieldNumber();
    this.fieldOptions();
    this.expect(";");
    const entry = join(this.scope, `${camelCase(name)}Entry`);
    const fields = [
      this.rawField(keyType, "key", 1, "", undefined, {}, token),
      this.rawField(valueType, "value", 2, "", undefined, {}, token),
    ];
    this.parsed.messages.set(entry, { name: entry, fields, mapEntry: true });
    return this.rawField(`.${entry}`, name, number, "repeated", undefined, { packed: "false" }, token);
  }

  private groupField(depth: number, label: string, oneof: string | undefined): RawField {
    const token = this.next();
    const name = this.word();
    const number = this.fieldNumber();
    const options = this.fieldOptions();
    const typeName = this.message(depth + 1, name);
    const raw = this.rawField(
      "group",
      name.toLowerCase(),
      number,
      label,
      oneof,
      { ...options, packed: "false" },
      token,
    );
    return { ...raw, typeName };
  }

  private extend(depth: number): void {
    const scope = this.scope;
    const typeName = this.dottedName();
    this.expect("{");
    while (!this.skip("}")) {
      if (this.skip(";")) continue;
      const field = this.field(depth, undefined);
      this.parsed.extensions.push({ scope, typeName, field: { ...field, name: `[${join(scope, field.name)}]` } });
    }
  }

  private enumeration(): void {
    const name = join(this.scope, this.word());
    const values: [string, number][] = [];
    this.expect("{");
    while (!this.skip("}")) {
      if (this.skip(";")) continue;
      if (this.peek().text === "option" || this.peek().text === "reserved") {
        this.skipStatement();
        continue;
      }
      const value = this.word();
      this.expect("=");
      values.push([value, this.integer()]);
      this.fieldOptions();
      this.expect(";");
    }
    this.parsed.enums.set(name, { name, values });
  }

  private fieldNumber(): number {
    this.expect("=");
    const number = this.integer();
    if (number < 1 || number > MAX_FIELD_NUMBER)
      this.fail(`a field number from 1 to ${MAX_FIELD_NUMBER}, not ${number}`);
    return number;
  }

  private integer(): number {
    const negative = this.skip("-");
    const token = this.next();
    const value = Number(token.text);
    if (token.kind !== "number" || !Number.isInteger(value)) this.fail(`a number, not ${token.text}`);
    return negative ? -value : value;
  }

  private fieldOptions(): Record<string, string> {
    const options: Record<string, string> = {};
    if (!this.skip("[")) return options;
    do {
      const name = this.optionName();
      this.expect("=");
      options[name] = this.optionValue();
    } while (this.skip(","));
    this.expect("]");
    return options;
  }

  private optionName(): string {
    let name = "";
    for (;;) {
      if (this.skip("(")) {
        name += `(${this.dottedName()})`;
        this.expect(")");
      } else name += this.word();
      if (!this.skip(".")) return name;
      name += ".";
    }
  }

  private optionValue(): string {
    if (this.peek().text !== "{") {
      const sign = this.skip("-") ? "-" : "";
      let value = sign + this.next().text;
      while (this.peek().kind === "string") value += this.next().text;
      return value;
    }
    const start = this.at;
    this.skipBraces();
    return this.tokens
      .slice(start, this.at)
      .map((token) => token.text)
      .join(" ");
  }

  /** Passes over a statement that says nothing about how bytes are read: up to `;` or a closing brace. */
  private skipStatement(): void {
    for (;;) {
      const token = this.peek();
      if (token.kind === "end") this.fail("';'");
      if (token.text === "{" && token.kind === "symbol") {
        this.skipBraces();
        this.skip(";");
        return;
      }
      this.next();
      if (token.text === ";" && token.kind === "symbol") return;
    }
  }

  private skipBraces(): void {
    let open = 0;
    do {
      const token = this.next();
      if (token.kind === "end") this.fail("'}'");
      if (token.kind === "symbol" && token.text === "{") open++;
      if (token.kind === "symbol" && token.text === "}") open--;
    } while (open > 0);
  }

  private dottedName(): string {
    let name = this.skip(".") ? "." : "";
    name += this.word();
    while (this.skip(".")) name += `.${this.word()}`;
    return name;
  }

  private word(): string {
    const token = this.next();
    if (token.kind !== "word") this.fail(`a name, not ${JSON.stringify(token.text)}`, token);
    return token.text;
  }

  private expect(symbol: string): void {
    const token = this.next();
    if (token.text !== symbol || token.kind !== "symbol") {
      this.fail(`${JSON.stringify(symbol)}, not ${JSON.stringify(token.text)}`, token);
    }
  }

  private skip(symbol: string): boolean {
    const token = this.peek();
    if (token.text !== symbol || token.kind !== "symbol") return false;
    this.at++;
    return true;
  }

  private peek(): ProtoToken {
    return this.tokens[this.at]!;
  }

  private next(): ProtoToken {
    const token = this.tokens[this.at]!;
    if (token.kind !== "end") this.at++;
    return token;
  }

  private fail(expected: string, token: ProtoToken = this.tokens[Math.max(0, this.at - 1)]!): never {
    throw malformedProto(this.file, token, `expected ${expected}`);
  }
}

function resolveTypes(parsed: Parsed): ProtoSchema {
  const fieldsOf = new Map<string, RawField[]>();
  for (const [name, message] of parsed.messages) fieldsOf.set(name, [...message.fields]);
  for (const { scope, typeName, field } of parsed.extensions) {
    const extended = findScoped(scope, typeName, (name) => fieldsOf.has(name));
    if (extended !== undefined) fieldsOf.get(extended)!.push(field);
  }
  const messages: Record<string, ProtoMessage> = Object.create(null);
  for (const [name, message] of parsed.messages) {
    const fields = fieldsOf.get(name)!.map((field) => resolveField(field, parsed));
    messages[name] = { name, fields, ...(message.mapEntry === true && { mapEntry: true }) };
  }
  const enums: Record<string, ProtoEnum> = Object.create(null);
  for (const [name, type] of parsed.enums) enums[name] = type;
  return { messages, enums };
}

function resolveField(raw: RawField, parsed: Parsed): ProtoField {
  const { scope, token, kind, ...field } = raw;
  if (SCALARS.has(kind)) return { ...field, kind: kind as ProtoField["kind"] };
  if (kind === "group") return { ...withPresence(field), kind: "group" };
  const isType = (name: string) => parsed.messages.has(name) || parsed.enums.has(name);
  const typeName = findScoped(scope, kind, isType);
  if (typeName === undefined) {
    const known = [...parsed.messages.keys(), ...parsed.enums.keys()];
    throw new SnapshotError(
      "MessageNotFound",
      `reading field ${field.name}: no type ${kind} in scope ${scope || "of the file"}, at line ${token.line}`,
      { fields: { name: kind }, available: suggestNames(kind, known) },
    );
  }
  if (parsed.enums.has(typeName)) return { ...field, kind: "enum", typeName };
  const { packed: _, ...unpacked } = field;
  return { ...withPresence(unpacked), kind: "message", typeName };
}

function withPresence<T extends { repeated?: boolean }>(field: T): T {
  return field.repeated === true ? field : { ...field, presence: true };
}

/** Innermost scope first, as protobuf resolves names. */
function findScoped(scope: string, name: string, exists: (name: string) => boolean): string | undefined {
  if (name.startsWith(".")) return exists(name.slice(1)) ? name.slice(1) : undefined;
  for (let within = scope; ; within = within.slice(0, Math.max(0, within.lastIndexOf(".")))) {
    const full = join(within, name);
    if (exists(full)) return full;
    if (within === "") return undefined;
  }
}

function join(scope: string, name: string): string {
  return scope === "" ? name : `${scope}.${name}`;
}

function camelCase(name: string): string {
  return name
    .split("_")
    .map((part) => part.slice(0, 1).toUpperCase() + part.slice(1))
    .join("");
}
