/** Operators by sign; `a + b` calls `Add`. */
export const OPERATORS = {
  "+": "Add",
  "-": "Sub",
  "*": "Mul",
  "/": "FloatDiv",
  "//": "IntDiv",
  "/?": "FloatDivChecked",
  "//?": "IntDivChecked",
  ">": "Greater",
  "<": "Less",
  ">=": "GreaterEq",
  "<=": "LessEq",
  "==": "Equals",
  "!=": "NotEq",
} as const;

export type OperatorName = (typeof OPERATORS)[keyof typeof OPERATORS];

/** Functions of Fuchsia's engine, all it has. Source: specs/triage.md sections 3.2 to 3.5. */
export const UPSTREAM_FUNCTIONS = [
  "Max",
  "Min",
  "Abs",
  "And",
  "Or",
  "Not",
  "True",
  "False",
  "Missing",
  "UnhandledType",
  "Problem",
  "Option",
  "Fn",
  "Map",
  "Fold",
  "Filter",
  "All",
  "Any",
  "Apply",
  "Count",
  "CountProperties",
  "CountChildren",
  "Nanos",
  "Micros",
  "Millis",
  "Seconds",
  "Minutes",
  "Hours",
  "Days",
  "Now",
  "StringMatches",
  "SyslogHas",
  "KlogHas",
  "BootlogHas",
  "Annotation",
] as const;

export type UpstreamFunction = (typeof UPSTREAM_FUNCTIONS)[number];

/** Functions that files in extended mode have besides. @public scripts/gen-docs.mjs reads them out of a bundle. */
export const EXTENDED_FUNCTIONS = [
  "Mod",
  "BitAnd",
  "Sum",
  "Avg",
  "MinOf",
  "MaxOf",
  "At",
  "First",
  "Last",
  "Slice",
  "Concat",
  "Flatten",
  "Zip",
  "Sort",
  "Unique",
  "Len",
  "Contains",
  "Split",
  "Join",
  "Lower",
  "Upper",
  "Trim",
  "StartsWith",
  "EndsWith",
  "Replace",
  "Capture",
  "ToInt",
  "ToFloat",
  "ToText",
  "Format",
  "Let",
  "If",
  "BucketCount",
  "HistogramCount",
  "HistogramSum",
  "Percentile",
  "LogHas",
  "LogCount",
  "Fact",
  "Field",
  "Prev",
  "Delta",
  "Rate",
  "History",
] as const;

export type ExtendedFunction = (typeof EXTENDED_FUNCTIONS)[number];
export type FunctionName = OperatorName | UpstreamFunction | ExtendedFunction;

const UPSTREAM: ReadonlySet<string> = new Set(UPSTREAM_FUNCTIONS);
const EXTENDED: ReadonlySet<string> = new Set(EXTENDED_FUNCTIONS);

/** Whether `name(` begins a call. */
export function isFunctionName(name: string, extended: boolean): name is UpstreamFunction | ExtendedFunction {
  return UPSTREAM.has(name) || (extended && EXTENDED.has(name));
}
