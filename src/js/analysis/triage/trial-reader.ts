import type { Json5Member } from "../../base/json5.ts";
import { type FileContext, reportUnknown } from "./file-context.ts";
import { fromJson } from "./json-value.ts";
import { MemberReader, SCHEMA } from "./member-reader.ts";
import type { Trial, TrialExpectations } from "./rules.ts";
import type { Value } from "./values.ts";

/** Reads one trial of the `test` section. Source: specs/triage.md section 6. */
export function readTrial(member: Json5Member, context: FileContext): Trial | undefined {
  const { report } = context;
  const what = `trial "${member.key}"`;
  if (member.value.kind !== "object") {
    const detail = `${SCHEMA} invalid type for \`${member.key}\`, expected a trial`;
    report.schemaError("malformed-trial", member.value.start, `${what} is not an object`, detail);
    return undefined;
  }
  const members = new MemberReader(report, member.value.members, member.keyStart, what);
  const yes = members.texts("yes");
  const no = members.texts("no");
  const now = members.text("now");
  const logs = { klog: members.text("klog"), syslog: members.text("syslog"), bootlog: members.text("bootlog") };
  const trial: Trial = {
    name: member.key,
    start: member.keyStart,
    values: readValues(members, "values"),
    ...(yes !== undefined && { yes }),
    ...(no !== undefined && { no }),
    ...(now !== undefined && { now }),
    ...(logs.klog !== undefined && { klog: logs.klog.text }),
    ...(logs.syslog !== undefined && { syslog: logs.syslog.text }),
    ...(logs.bootlog !== undefined && { bootlog: logs.bootlog.text }),
    ...(members.has("annotations") && { annotations: readValues(members, "annotations") }),
    ...(context.dialect.extended && readExtension(members, context)),
  };
  for (const extra of members.unknown()) reportUnknown(members, extra, what);
  return trial;
}

function readValues(members: MemberReader, name: string): ReadonlyMap<string, Value> {
  return new Map(members.entries(name).map((member) => [member.key, fromJson(member.value)]));
}

/** Members of files in extended mode: an Inspect array to select from, and what must come out besides. */
function readExtension(members: MemberReader, { report }: FileContext): Pick<Trial, "inspect" | "expectations"> {
  const inspect = members.get("inspect")?.value;
  const expectations: TrialExpectations = {
    gauges: readTexts(members, "gauges"),
    prints: readTexts(members, "prints"),
    signatures: readTexts(members, "signatures"),
    repeats: readRepeats(members),
  };
  const isExpected = Object.values(expectations).some((texts) => texts.size > 0);
  return {
    ...(inspect !== undefined && { inspect: report.source.text.slice(inspect.start, inspect.end) }),
    ...(isExpected && { expectations }),
  };
}

function readTexts(members: MemberReader, name: string): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  for (const { key, value } of members.entries(name)) {
    if (value.kind === "string") texts.set(key, value.value);
    else members.wrongKind(`${name}.${key}`, value, "a string");
  }
  return texts;
}

function readRepeats(members: MemberReader): ReadonlyMap<string, bigint> {
  const repeats = new Map<string, bigint>();
  for (const { key, value } of members.entries("repeats")) {
    if (value.kind === "number" && typeof value.value === "bigint") repeats.set(key, value.value);
    else members.wrongKind(`repeats.${key}`, value, "an integer");
  }
  return repeats;
}
