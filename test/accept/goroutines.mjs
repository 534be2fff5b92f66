// Cases of goroutine dumps and profiles; the form is described in test/golden/goroutines/ORIGIN.md. Core files are not
// read yet: of a core's folder only the traceback is taken.
import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import {
  asGoroutines,
  groupContexts,
  mergeSamples,
  renderPeek,
  renderRaw,
  renderTags,
  renderTop,
  renderTraces,
  renderTree,
} from "../../dist/goroutines.js";
import { openAll } from "../../dist/index.js";

const FACTS = /^(.+)\.facts\.json$/;
const BUCKETS = /^(.+)\.panicparse\.json$/;
const PPROF = /^(.+)\.pprof-(.+)\.txt$/;
const REPORTS = ["top", "tree", "traces", "tags", "raw", "base", "diff", "peek", "focus", "tagfocus", "tagroot"];
const OTHER_EXPECTED = /^delve\.json\.gz$/;
/** What no case is about by itself. */
const OTHER_FILES = /^(?:README\.md|ORIGIN\.md|manifest\.json|src|.*\.test\.ts)$/;
const SET_FILES = /^(?:expected|capture\.json|.+\.txt(?:\.gz)?|.+\.pb\.gz|core\.gz|corelab\.gz)$/;

const LEVELS = { ExactFlags: "exact", ExactLines: "lines", AnyPointer: "pointers", AnyValue: "values" };
/** Every node, but the default share of edges: that is how the tables were recorded. */
const ALL_NODES = { nodeCount: 0, nodeFraction: 0, header: { type: "goroutine" } };
const ALL = { ...ALL_NODES, edgeFraction: 0 };

export const kinds = ["facts", "buckets", ...REPORTS.map((report) => `pprof-${report}`)];

export function survey(dir) {
  const present = new Set();
  const unknown = [];
  for (const name of readdirSync(dir)) {
    if (OTHER_FILES.test(name)) continue;
    let files;
    try {
      files = readdirSync(join(dir, name));
    } catch {
      unknown.push(name);
      continue;
    }
    unknown.push(...files.filter((file) => !SET_FILES.test(file)).map((file) => `${name}/${file}`));
    for (const file of expectedFiles(join(dir, name))) {
      const kind = kindOf(file);
      if (kind !== undefined) present.add(kind);
      else if (!OTHER_EXPECTED.test(file)) unknown.push(`${name}/expected/${file}`);
    }
  }
  return { present: [...present], unknown };
}

function kindOf(file) {
  if (FACTS.test(file)) return "facts";
  if (BUCKETS.test(file)) return "buckets";
  const report = PPROF.exec(file)?.[2].replace(/-.*$/, "");
  return REPORTS.includes(report) ? `pprof-${report}` : undefined;
}

function expectedFiles(set) {
  try {
    return readdirSync(join(set, "expected")).sort();
  } catch {
    return [];
  }
}

export async function* cases(dir) {
  for (const name of readdirSync(dir).sort()) {
    const set = join(dir, name);
    for (const file of expectedFiles(set)) {
      const expected = () => readFileSync(join(set, "expected", file), "utf8");
      if (FACTS.test(file)) yield* factCases(set, FACTS.exec(file)[1], expected);
      else if (BUCKETS.test(file)) yield* bucketCases(set, BUCKETS.exec(file)[1], expected);
      else if (PPROF.test(file)) yield reportCase(set, ...PPROF.exec(file).slice(1), expected);
    }
  }
}

/** Opens files of a set together. */
async function openFiles(...paths) {
  return openAll(paths.map((path) => ({ name: basename(path), content: new Uint8Array(readFileSync(path)) })));
}

/** The file of a set with one of these names, packed or not. */
function findFile(set, ...names) {
  const files = readdirSync(set);
  const found = names.flatMap((name) => [name, `${name}.gz`]).find((name) => files.includes(name));
  return found === undefined ? undefined : join(set, found);
}

async function* factCases(set, stem, expected) {
  const label = (key) => `${basename(set)}/${stem} ${key}`;
  const text = findFile(set, `${stem}.txt`);
  const forms =
    text !== undefined
      ? { "": await textFacts(text) }
      : {
          debug2: await textFacts(findFile(set, `${stem}.debug2.txt`)),
          debug1: await countFacts(findFile(set, `${stem}.debug1.txt`)),
          debug0: await profileFacts(findFile(set, `${stem}.pb`)),
        };
  for (const [form, facts] of Object.entries(forms)) {
    for (const [key, actual] of Object.entries(facts ?? {})) {
      yield {
        kind: "facts",
        name: label(form === "" ? key : `${form}.${key}`),
        actual: () => actual,
        expected: () => (form === "" ? JSON.parse(expected()) : JSON.parse(expected())[form])[key],
      };
    }
  }
}

async function textFacts(path) {
  if (path === undefined) return undefined;
  const [snapshot] = await openFiles(path);
  const [{ statistics }] = asGoroutines(snapshot).dumps;
  const bytes = await plainBytes(path);
  return { ...statistics, bytes: bytes.length, endsWithNewline: bytes.at(-1) === 0x0a };
}

async function countFacts(path) {
  if (path === undefined) return undefined;
  const [snapshot] = await openFiles(path);
  const { total, count, hasLabels } = asGoroutines(snapshot).dumps[0].counts;
  const sum = (list) => list.reduce((a, b) => a + b, 0);
  return { total, records: count.length, sum: sum(count), labelLines: sum(hasLabels) };
}

/**
 * The fixtures' profiles were packed again, so the size of the answer as it came is not that of the file: only a
 * capture's own record tells it, and without one there is no such case.
 */
async function profileFacts(path) {
  if (path === undefined) return undefined;
  const record = findFile(dirname(path), "capture.json", "manifest.json");
  const snapshots = await openFiles(path, ...(record === undefined ? [] : [record]));
  const targets = asGoroutines(snapshots[0]).capture?.batches.flatMap((batch) => batch.targets);
  const gzBytes = targets?.find(({ file }) => file === basename(path))?.bytes;
  return { rawBytes: snapshots[0].inputs[0].byteLength, ...(gzBytes !== undefined && { gzBytes }) };
}

async function plainBytes(path) {
  const bytes = readFileSync(path);
  return path.endsWith(".gz") ? (await import("node:zlib")).gunzipSync(bytes) : bytes;
}

/** Where panicparse loses goroutines (labels of Go 1.26, ancestors) its buckets are no truth, and no case. */
async function* bucketCases(set, stem, expected) {
  const [{ stacks }] = await openFiles(findFile(set, `${stem}.txt`, `${stem}.debug2.txt`));
  if (stacks.contexts.some(({ labels, ancestors }) => labels !== undefined || ancestors !== undefined)) return;
  for (const [name, level] of Object.entries(LEVELS)) {
    yield {
      kind: "buckets",
      name: `${basename(set)}/${stem} ${name}`,
      actual: () =>
        canonical(
          groupContexts(stacks, { level }).map(({ members }) => members.map((ix) => stacks.contexts[ix].id ?? 0n)),
        ),
      expected: () => canonical((JSON.parse(expected())[name] ?? []).map((bucket) => bucket.IDs ?? bucket)),
    };
  }
}

function canonical(groups) {
  return groups
    .map((ids) =>
      ids
        .map(Number)
        .sort((a, b) => a - b)
        .join(),
    )
    .sort();
}

function reportCase(set, stem, report, expected) {
  return {
    kind: `pprof-${report.replace(/-.*$/, "")}`,
    name: `${basename(set)}/${stem} ${report}`,
    actual: async () => withoutMachine(await printReport(set, stem, report)),
    expected: () => withoutMachine(expected()),
  };
}

/** These lines name the machine or its clock. */
function withoutMachine(text) {
  return text.replace(/^(?:File|Build ID|Time): .*\n/gm, "");
}

async function printReport(set, stem, report) {
  if (report.startsWith("raw")) {
    const file = findFile(set, report === "raw-debug1" ? `${stem}.debug1.txt` : `${stem}.pb`);
    return renderRaw(asGoroutines((await openFiles(file))[0]).dumps[0]);
  }
  const samples = await samplesOf(set, stem, report);
  const [word, ...rest] = report.split("-");
  const argument = rest.join("-");
  switch (word) {
    case "top":
      return renderTop(samples, { ...ALL_NODES, isCumulative: argument === "cum" });
    case "base":
    case "diff":
      return renderTop(samples, ALL_NODES);
    case "tree":
      return renderTree(samples, ALL);
    case "traces":
      return renderTraces(samples, ALL);
    case "tags":
      return renderTags(samples, ALL);
    case "peek":
      return renderPeek(samples, argument, ALL);
    case "focus":
      return renderTop(samples, { ...ALL_NODES, isCumulative: true, focus: `main.*${argument}` });
    case "tagfocus": {
      const [, key, value] = /^(.+)-(.+)$/.exec(argument);
      return renderTraces(samples, { ...ALL, tagFocus: `${key}=^${value}$` });
    }
    default:
      return renderTop(samples, { ...ALL_NODES, isCumulative: true, tagRoot: [labelKey(samples, argument)] });
  }
}

/** `all` is every process of the set; a difference is to the same process of the set without `-later`. */
async function samplesOf(set, stem, report) {
  const paths =
    stem === "all"
      ? readdirSync(set)
          .filter((file) => /\.pb(?:\.gz)?$/.test(file))
          .map((file) => join(set, file))
      : [findFile(set, `${stem}.pb`)];
  const sources = [{ stacks: (await openFiles(...paths))[0].stacks }];
  const role = { base: "base", diff: "diff-base" }[report.replace(/-.*$/, "")];
  if (role !== undefined) {
    const earlier = join(dirname(set), basename(set).replace(/-later$/, ""));
    sources.push({ stacks: (await openFiles(findFile(earlier, `${stem}.pb`)))[0].stacks, role });
  }
  return mergeSamples(sources);
}

/** `method` stands for the label `rpc.method`. */
function labelKey(samples, word) {
  const keys = new Set(samples.flatMap(({ labels }) => [...labels.keys()]));
  return [...keys].find((key) => key === word || key.endsWith(`.${word}`)) ?? word;
}
