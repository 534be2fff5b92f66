import { formatPlain, formatValue, parseTemplate } from "../template.ts";
import { joinBounded } from "../value-text.ts";
import { bool, int, problemValue, string, unwrap, type Value, vector } from "../values.ts";
import { type BuiltIn, type Call, missing, valueError } from "./call.ts";
import { isItems, mismatch } from "./extended-numbers.ts";
import { argumentsOf } from "./extended-vectors.ts";
import { worstAmong } from "./logic.ts";
import { regexOf } from "./sources.ts";

/** A function of one to three texts. */
function ofTexts(count: number, run: (call: Call, texts: readonly string[]) => Value): BuiltIn {
  return {
    evaluate(call, args): Value {
      const values = argumentsOf(call, args, count, count);
      if (!isItems(values)) return values;
      const texts: string[] = [];
      for (const value of values.map(unwrap)) {
        if (value.kind !== "String") return mismatch(call, count === 1 ? "a text" : "texts", value);
        texts.push(value.value);
        call.evaluator.budget.spend(1 + value.value.length / 16);
      }
      return run(call, texts);
    },
  };
}

/** Texts beyond this are not built. */
const MAX_LENGTH = 1_048_576;

function boundedText(text: string): Value {
  return text.length > MAX_LENGTH ? valueError(`The text is longer than ${MAX_LENGTH}`, "limit") : string(text);
}

const join: BuiltIn = {
  evaluate(call, args): Value {
    const values = argumentsOf(call, args, 2, 2);
    if (!isItems(values)) return values;
    const [list, written] = values as [Value, Value];
    const separator = unwrap(written);
    if (separator.kind !== "String") return mismatch(call, "a text as second argument", separator);
    const items = list.kind === "Vector" ? list.items : [list];
    call.evaluator.budget.spend(items.length * (1 + separator.value.length));
    const worst = worstAmong(items);
    return worst === undefined ? boundedText(joinBounded(items, separator.value, formatPlain)) : problemValue(worst);
  },
};

const replace = ofTexts(3, (_call, [text, what, by]) => {
  if (what === "") return valueError("Replace needs a text to replace");
  const pieces = text!.split(what!);
  if (text!.length + pieces.length * by!.length > MAX_LENGTH) return boundedText(" ".repeat(MAX_LENGTH + 1));
  return string(pieces.join(by!));
});

/** `Capture(text, regex[, group])`: the text of a group by name or number (1 if not given). */
const capture: BuiltIn = {
  evaluate(call, args): Value {
    const values = argumentsOf(call, args, 2, 3);
    if (!isItems(values)) return values;
    const [text, pattern, group] = values.map(unwrap) as [Value, Value, Value?];
    if (text.kind !== "String" || pattern.kind !== "String") {
      return mismatch(call, "a text and a regex", text.kind === "String" ? pattern : text);
    }
    const regex = regexOf(call, pattern.value);
    if (regex === undefined) return valueError(`Could not parse \`${pattern.value}\` as regex`);
    const ix = group === undefined ? Math.min(1, regex.groupNames.length - 1) : groupIndex(group, regex.groupNames);
    if (ix === undefined) return valueError("Capture: the regex has no such group");
    const match = regex.find(text.value, 0, call.evaluator.budget.spend);
    const found = match?.groups[ix];
    return found === undefined ? missing("No match") : string(found);
  },
};

function groupIndex(group: Value, names: readonly (string | undefined)[]): number | undefined {
  if (group.kind === "Int") return group.value >= 0n && group.value < names.length ? Number(group.value) : undefined;
  const ix = group.kind === "String" ? names.indexOf(group.value) : -1;
  return ix < 0 ? undefined : ix;
}

/** `Format('{0} of {1:bytes}', used, total)`: values by position, or in turn for `{}`. */
const format: BuiltIn = {
  evaluate(call, args): Value {
    const values = argumentsOf(call, args, 1, 64);
    if (!isItems(values)) return values;
    const template = unwrap(values[0]!);
    if (template.kind !== "String") return mismatch(call, "a text first", template);
    const parts = parseTemplate(template.value);
    if (typeof parts === "number") return valueError(`Format: a brace without its partner at ${parts}`);
    let turn = 0;
    const pieces: string[] = [];
    for (const part of parts) {
      if ("text" in part) pieces.push(part.text);
      else {
        const position = part.expression.trim() === "" ? turn++ : Number(part.expression);
        const value = Number.isInteger(position) ? values[position + 1] : undefined;
        if (value === undefined) return valueError(`Format: no argument for {${part.expression}}`);
        pieces.push(formatValue(value, part.format));
      }
      call.evaluator.budget.spend(1);
    }
    return boundedText(pieces.join(""));
  },
};

const toText: BuiltIn = {
  evaluate(call, args): Value {
    const values = argumentsOf(call, args, 1, 1);
    return isItems(values) ? boundedText(formatPlain(unwrap(values[0]!))) : values;
  },
};

/** Matching records of all logs, or of those with a tag. */
function countRecords(call: Call, values: readonly Value[], most: number): Value | number {
  const [pattern, tag] = values.map(unwrap) as [Value, Value?];
  if (pattern.kind !== "String") return mismatch(call, "a text", pattern);
  if (tag !== undefined && tag.kind !== "String") return mismatch(call, "a text as second argument", tag);
  const regex = regexOf(call, pattern.value);
  if (regex === undefined) return valueError(`Could not parse \`${pattern.value}\` as regex`);
  const { logs } = call.evaluator.world;
  const { spend } = call.evaluator.budget;
  let count = 0;
  for (let ix = 0; ix < logs.length && count < most; ix++) {
    const record = logs.at(ix);
    if (tag !== undefined && record.module !== tag.value && record.tags?.includes(tag.value) !== true) continue;
    if (regex.test(record.text, spend)) count++;
  }
  return count;
}

function logSearch(most: number, result: (count: number) => Value): BuiltIn {
  return {
    evaluate(call, args): Value {
      const values = argumentsOf(call, args, 1, 2);
      if (!isItems(values)) return values;
      const count = countRecords(call, values, most);
      return typeof count === "number" ? result(count) : count;
    },
  };
}

type Names =
  | "Split"
  | "Join"
  | "Lower"
  | "Upper"
  | "Trim"
  | "StartsWith"
  | "EndsWith"
  | "Replace"
  | "Capture"
  | "ToText"
  | "Format"
  | "LogHas"
  | "LogCount";

export const EXTENDED_TEXTS: Readonly<Record<Names, BuiltIn>> = {
  Split: ofTexts(2, (call, [text, separator]) => {
    if (separator === "") return valueError("Split needs a separator");
    const parts = text!.split(separator!);
    call.evaluator.budget.spend(parts.length);
    return vector(parts.map(string));
  }),
  Join: join,
  Lower: ofTexts(1, (_call, [text]) => string(text!.toLowerCase())),
  Upper: ofTexts(1, (_call, [text]) => string(text!.toUpperCase())),
  Trim: ofTexts(1, (_call, [text]) => string(text!.trim())),
  StartsWith: ofTexts(2, (_call, [text, start]) => bool(text!.startsWith(start!))),
  EndsWith: ofTexts(2, (_call, [text, end]) => bool(text!.endsWith(end!))),
  Replace: replace,
  Capture: capture,
  ToText: toText,
  Format: format,
  LogHas: logSearch(1, (count) => bool(count > 0)),
  LogCount: logSearch(Number.POSITIVE_INFINITY, (count) => int(BigInt(count))),
};
