// The rule language: rule files as a whole, single expressions, patterns with texts, and rules over hostile Inspect.
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const CASES = "test/golden/triage/cases";
const LIMITS = { tableBytes: 1 << 24, inputBytes: 1 << 22 };
const encode = (text) => new TextEncoder().encode(text);
const decode = (bytes) => new TextDecoder().decode(bytes);

export async function targets({ internals }) {
  const lib = await import(pathToFileURL(resolve("dist/triage.js")).href);
  const { isSnapshotError, Regex } = internals;
  const snapshot = lib.openInspect({
    "inspect.json":
      '[{"moniker":"core/a","metadata":{},"payload":{"root":{"x":[1,2],"s":"t","h":{"buckets":[{"floor":1,"ceiling":2,"count":3}]},"n":{"y":18446744073709551615}}}}]',
    "log.kernel.txt": "[1.2] ERROR\nsecond line\n",
    "annotations.json": '{"device.uptime":"1d2h3m4s"}',
  });
  return [
    { name: "triage rules", seeds: ruleSeeds, run: (bytes) => runRules(lib, snapshot, decode(bytes)) },
    {
      name: "triage expression",
      seeds: expressionSeeds,
      run: (bytes) => runExpression(lib, isSnapshotError, snapshot, decode(bytes)),
    },
    { name: "triage regex", seeds: regexSeeds, run: (bytes) => runRegex(Regex, decode(bytes)) },
    { name: "triage inspect", seeds: inspectSeeds, run: (bytes) => runInspect(lib, decode(bytes)) },
  ];
}

/** Everything that a command line can do with a rule file. */
function runRules(lib, snapshot, text) {
  const sources = lib.expandBundle("fuzz.triage", text);
  lib.checkRules(sources, { limits: LIMITS });
  const { rules } = lib.readRules(sources, { limits: LIMITS });
  const openInspect = (json5) => lib.openTrialInspect(json5, LIMITS);
  lib.renderTrials(lib.runTrials(rules, { limits: LIMITS, openInspect }));
  const { structured, result } = lib.evaluateStructured(rules, snapshot, { limits: LIMITS });
  JSON.parse(lib.renderTriageStructured(structured));
  const report = lib.reportTriage("fuzz", snapshot, rules, result);
  lib.renderTriageText(result, { verbose: true });
  lib.renderTriageMarkdown([report]);
  JSON.parse(lib.renderTriageSarif([report]));
  lib.renderExplanations(lib.explainActions(rules, snapshot, { limits: LIMITS }));
}

function runExpression(lib, isSnapshotError, snapshot, text) {
  for (const dialect of [lib.UPSTREAM, lib.EXTENDED]) {
    try {
      lib.displayValue(
        lib.evaluateText(text, { snapshot, metrics: new Map([["", new Map()]]), dialect, limits: LIMITS }),
      );
    } catch (error) {
      if (!isSnapshotError(error) || error.code === "InternalError") throw error;
    }
  }
  const filter = lib.createRowFilter(text, LIMITS);
  filter.keeps((path) => (path.length % 2 === 0 ? BigInt(path.length) : undefined));
}

/** The first line is the pattern. What is found must be where it says. */
function runRegex(Regex, text) {
  const [pattern, ...rest] = text.split("\n");
  const subject = rest.join("\n").slice(0, 4096);
  const regex = new Regex(pattern);
  let steps = 0;
  const spend = (count) => {
    steps += count;
    if (steps > 50_000_000) throw new Error("a search that is not linear");
  };
  const found = regex.find(subject, 0, spend);
  if (regex.test(subject, spend) !== (found !== undefined)) throw new Error("test and find do not agree");
  if (found !== undefined && subject.slice(found.index, found.end) !== found.groups[0]) throw new Error("wrong place");
}

function runInspect(lib, text) {
  const snapshot = lib.openInspect({ "inspect.json": text, "annotations.json": text }, { limits: LIMITS });
  const rules = lib.loadRules([
    {
      namespace: "f",
      text: `{extended:true,select:{a:"INSPECT:**:*:*",b:"INSPECT:*/*:[...]*/*:*",c:"SNAPSHOT:*:values/*/*/*"},act:{
        a:{type:"Gauge",value:"Count(a)"},b:{type:"Gauge",value:"Sum(b)"},c:{type:"Gauge",value:"Percentile(First(b), 50)"},
        d:{type:"Warning",trigger:"Len(c) > 2",print:"{c}"}}}`,
    },
  ]);
  const result = lib.evaluateRules(rules, snapshot, { limits: LIMITS });
  lib.renderTriageText(result, { verbose: true });
}

function cases() {
  return readdirSync(CASES).flatMap((file) => JSON.parse(readFileSync(join(CASES, file), "utf8")));
}

function ruleSeeds() {
  const packs = readdirSync("rules").filter((file) => file.endsWith(".triage"));
  const configs = cases().flatMap(({ config }) => Object.values(config ?? {}));
  const texts = configs.map((one) => (typeof one === "string" ? one : JSON.stringify(one)));
  return [...packs.map((file) => readFileSync(join("rules", file), "utf8")), ...texts].map(encode);
}

function expressionSeeds() {
  const found = cases().flatMap(({ expr }) => (expr === undefined ? [] : [expr]));
  const functions = readFileSync("docs/functions.md", "utf8").matchAll(/`([^`]+)` → /g);
  return [...found, ...Array.from(functions, (match) => match[1])].map(encode);
}

function regexSeeds() {
  const patterns = ["a{1,30}{1,30}", "(?i)(?P<n>[a-z&&[^b]]+)|\\p{L}+$", "^(a|b)*?c\\b", "(a*)*b", "[[:alpha:]--x]"];
  return patterns.map((pattern) => encode(`${pattern}\naaaaaaaaab öÖ ab c\n`));
}

function inspectSeeds() {
  return cases().flatMap(({ inspect }) => {
    if (inspect === undefined || inspect === null) return [];
    return [encode(typeof inspect === "string" ? inspect : JSON.stringify(inspect))];
  });
}
