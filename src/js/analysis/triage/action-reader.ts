import { encodeUtf8 } from "../../base/bytes.ts";
import type { Json5Member } from "../../base/json5.ts";
import { evaluateConstant } from "./constant.ts";
import { compileExpression, type FileContext, reportUnknown } from "./file-context.ts";
import { MemberReader, offsetOf, SCHEMA } from "./member-reader.ts";
import type {
  Action,
  AlertAction,
  EvalMetric,
  GaugeAction,
  Message,
  MessagePart,
  Severity,
  SnapshotAction,
  SourceText,
} from "./rules.ts";
import { parseTemplate } from "./template.ts";
import { debugValue } from "./value-text.ts";

/** Bytes of a signature. Source: specs/triage.md section 5. */
const MAX_SIGNATURE_BYTES = 128;
const SEVERITIES: readonly Severity[] = ["Info", "Warning", "Error"];
const TYPES = ["Alert", "Warning", "Gauge", "Snapshot"];

/** Reads one action; undefined, with errors in the report, if it cannot be used. */
export function readAction(member: Json5Member, context: FileContext): Action | undefined {
  const { report } = context;
  if (member.value.kind !== "object") {
    const detail = `${SCHEMA} invalid type for \`${member.key}\`, expected an action`;
    report.schemaError("malformed-action", member.value.start, `action "${member.key}" is not an object`, detail);
    return undefined;
  }
  const what = `action "${member.key}"`;
  const members = new MemberReader(report, member.value.members, member.keyStart, what);
  const type = readType(members, context);
  const common = { name: member.key, start: member.keyStart };
  let action: Action | undefined;
  if (type === "Gauge") action = readGauge(members, context, common);
  else if (type === "Snapshot") action = readSnapshot(members, context, common);
  else if (type !== undefined) action = readAlert(members, context, common, type === "Warning");
  if (type !== undefined) for (const extra of members.unknown()) reportUnknown(members, extra, what);
  return action;
}

function readType(members: MemberReader, { options, report }: FileContext): string | undefined {
  if (options.legacy && !members.has("type")) return "Warning";
  const type = members.text("type", true);
  if (type === undefined || TYPES.includes(type.text)) return type?.text;
  const expected = TYPES.map((name) => `\`${name}\``).join(", ");
  const detail = `${SCHEMA} unknown variant \`${type.text}\`, expected one of ${expected}`;
  report.schemaError("malformed-action", type.start, `there is no action type "${type.text}"`, detail);
  return undefined;
}

function readAlert(
  members: MemberReader,
  context: FileContext,
  common: Pick<Action, "name" | "start">,
  isWarning: boolean,
): AlertAction | undefined {
  const trigger = readExpression(members, "trigger", context);
  const print = readMessage(members, "print", context);
  const fileBug = members.text("file_bug")?.text;
  const tag = members.text("tag")?.text;
  const severity = isWarning ? "Warning" : readSeverity(members, context);
  const holdFor = readDuration(members, "for", context);
  if (severity === "Error" && fileBug === undefined) {
    const message = `Error severity requires file_bug field in ${common.name}`;
    context.report.schemaError("malformed-action", common.start, message, message);
  }
  if (trigger === undefined || print === undefined || severity === undefined) return undefined;
  return {
    type: "Alert",
    ...common,
    trigger,
    print,
    severity,
    ...(fileBug !== undefined && { fileBug }),
    ...(tag !== undefined && { tag }),
    ...(holdFor !== undefined && { holdFor }),
  };
}

function readSeverity(members: MemberReader, { report }: FileContext): Severity | undefined {
  const written = members.text("severity", true);
  const severity = SEVERITIES.find((name) => name === written?.text);
  if (written !== undefined && severity === undefined) {
    const detail = `${SCHEMA} unknown variant \`${written.text}\`, expected one of \`Info\`, \`Warning\`, \`Error\``;
    report.schemaError("malformed-action", written.start, `there is no severity "${written.text}"`, detail);
  }
  return severity;
}

function readGauge(
  members: MemberReader,
  context: FileContext,
  common: Pick<Action, "name" | "start">,
): GaugeAction | undefined {
  const value = readExpression(members, "value", context);
  const format = members.text("format")?.text;
  const tag = members.text("tag")?.text;
  if (value === undefined) return undefined;
  return {
    type: "Gauge",
    ...common,
    value,
    ...(format !== undefined && { format }),
    ...(tag !== undefined && { tag }),
  };
}

function readSnapshot(
  members: MemberReader,
  context: FileContext,
  common: Pick<Action, "name" | "start">,
): SnapshotAction | undefined {
  const trigger = readExpression(members, "trigger", context);
  const repeat = readExpression(members, "repeat", context);
  const signature = readMessage(members, "signature", context);
  const repeatFallback = readDuration(members, "repeat_fallback", context);
  const holdFor = readDuration(members, "for", context);
  if (trigger === undefined || repeat === undefined || signature === undefined) return undefined;
  if (encodeUtf8(signature.text).length > MAX_SIGNATURE_BYTES) {
    const message = `Signature too long in ${common.name}`;
    context.report.schemaError("malformed-action", common.start, message, message);
  }
  if (!context.dialect.extended) checkRepeat(repeat, common.name, context);
  return {
    type: "Snapshot",
    ...common,
    trigger,
    repeat,
    signature,
    ...(repeatFallback !== undefined && { repeatFallback }),
    ...(holdFor !== undefined && { holdFor }),
  };
}

function checkRepeat(repeat: EvalMetric, name: string, { report, options }: FileContext): void {
  const value = evaluateConstant(repeat.expression, options.limits);
  if (value.kind === "Int") return;
  const found = debugValue(value);
  const message = `Snapshot ${name} repeat expression '${repeat.source.text}' must evaluate to int, not ${found}`;
  report.schemaError("malformed-action", repeat.source.start, message, message);
}

function readExpression(members: MemberReader, name: string, context: FileContext): EvalMetric | undefined {
  const source = members.text(name, true);
  return source === undefined ? undefined : compileExpression(source, context);
}

/** A constant span of time of a file in extended mode, nanoseconds. */
function readDuration(members: MemberReader, name: string, context: FileContext): bigint | undefined {
  if (!context.dialect.extended) return undefined;
  const source = members.text(name);
  const metric = source === undefined ? undefined : compileExpression(source, context);
  if (source === undefined || metric === undefined) return undefined;
  const value = evaluateConstant(metric.expression, context.options.limits, context.dialect);
  if (value.kind === "Int" && value.value >= 0n) return value.value;
  const message = `"${name}" must be a constant span of time, not ${debugValue(value)}`;
  context.report.schemaError("malformed-action", source.start, message, message);
  return undefined;
}

/** A text member; in extended mode its braces hold expressions. */
function readMessage(members: MemberReader, name: string, context: FileContext): Message | undefined {
  const source = members.text(name, true);
  if (source === undefined || !context.dialect.extended) return source && { text: source.text };
  const template = parseTemplate(source.text);
  if (typeof template === "number") {
    const offset = offsetOf(context.report, source, template);
    const message = "a brace without its partner; double it to mean the brace itself";
    context.report.schemaError("malformed-message", offset, message, message);
    return undefined;
  }
  const parts: MessagePart[] = [];
  for (const part of template) {
    if ("text" in part) parts.push(part);
    else {
      const place = partSource(source, part.expression, part.offset, context);
      const compiled = compileExpression(place, context);
      if (compiled !== undefined) parts.push({ expression: compiled.expression, format: part.format, source: place });
    }
  }
  return { text: source.text, ...(parts.some((part) => "expression" in part) && { parts }) };
}

/** The expression inside a message as a text of its own: its "quote" is the brace before it. */
function partSource(source: SourceText, text: string, offset: number, context: FileContext): SourceText {
  return { text, start: offsetOf(context.report, source, offset) - 1 };
}
