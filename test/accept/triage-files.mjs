// Kinds of cases about whole files: reports, the command line, plugins, and the trials of real rule files.
import { containsExpected, snapshotOf } from "./triage-language.mjs";

const LISTS = ["errors", "warnings", "gauges", "brokenGauges", "infos"];

function fillLists(lists) {
  const broken = lists.brokenGauges ?? lists.broken_gauges;
  const filled = Object.fromEntries(LISTS.map((name) => [name, lists[name] ?? []]));
  return broken === undefined ? filled : { ...filled, brokenGauges: broken };
}

function runFormatText(lib, { results }) {
  const plugins = Array.isArray(results.plugins)
    ? results.plugins
    : Object.entries(results.plugins ?? {}).map(([name, lists]) => ({ name, ...lists }));
  const sections = plugins.map((plugin) => ({
    ...fillLists(plugin),
    displayName: plugin.displayName ?? plugin.display_name ?? plugin.name,
  }));
  return lib.renderTriageText({ ...fillLists(results), plugins: sections }, { verbose: results.verbose === true });
}

/** The structured report of the actions that a case's note tells of. */
function runStructuredText(lib, { note }) {
  const namespace = /\bnamespace (\w+)/.exec(note)?.[1];
  const files = new Map();
  if (namespace !== undefined) {
    const actions = {};
    for (const [, name, print] of note.matchAll(/synthetic warning named (\w+) with print "([^"]*)"/g)) {
      actions[name] = { type: "Warning", trigger: "True()", print };
    }
    files.set(namespace, JSON.stringify({ act: actions }));
  }
  const sources = Array.from(files, ([name, text]) => ({ namespace: name, text }));
  const snapshot = lib.openInspect({ "inspect.json": "[]" });
  return lib.renderTriageStructured(
    lib.evaluateStructured(lib.loadRules(sources), snapshot, { plugins: false }).structured,
  );
}

const NOT_THERE = { error: "No such file or directory (os error 2)" };

/** Files that the `cli` cases name: configs by name, the data of `snapshot` under names of their own. */
function readCaseFile(path, data, read) {
  const inData = path.startsWith(`${data}/`) ? path.slice(data.length + 1) : undefined;
  return read(inData === undefined ? `configs/${path}` : `inspect/${data}.${inData}`) ?? NOT_THERE;
}

function runCli(lib, one, read) {
  const { status, stdout } = lib.runCompat({
    configs: one.configs,
    data: one.data,
    format: lib.parseCompatFormat(one.format),
    tags: one.tags,
    excludeTags: one.excludeTags,
    read: (path) => readCaseFile(path, one.data, read),
  });
  return { exit: status, stdout };
}

function runOutputFormat(lib, { text }) {
  const names = { text: "Text", "verbose-text": "VerboseText", structured: "Structured" };
  try {
    return names[lib.parseCompatFormat(text)];
  } catch (error) {
    return { error: error.message };
  }
}

function runPlugin(lib, one) {
  const found = lib.runPlugins(snapshotOf(lib, one)).find((plugin) => plugin.name === one.plugin);
  const { errors, warnings, gauges } = found;
  return { errors, warnings, gauges };
}

export const FILE_KINDS = {
  formatText: { run: runFormatText },
  structuredText: { run: runStructuredText },
  cli: { needs: () => ["inspect/snapshot.inspect.json"], run: runCli, same: containsExpected },
  outputFormat: {
    run: runOutputFormat,
    same: (actual, expected) =>
      typeof expected === "string"
        ? actual === expected
        : typeof actual === "object" && containsExpected(actual, matchable(expected)),
  },
  plugin: {
    needs: (one) => (one.inspectFile ? [`inspect/${one.inspectFile}`] : []),
    run: (lib, one, read) => {
      if (!one.inspectFile) return runPlugin(lib, one);
      return runPlugin(lib, { ...one, raw: new Map([["inspect", read(`inspect/${one.inspectFile}`)]]) });
    },
    same: containsExpected,
  },
};

/** `true` for an error means any error. */
function matchable(expected) {
  return Object.fromEntries(Object.entries(expected).filter(([, value]) => value !== true));
}

/** Expectations of the shared rule files that no longer hold: they were written when 0/0 was NaN. */
const OUTDATED = new Set(
  ["no_connected_duration", "no_recent_one_low_connected_duration"].flatMap((trial) =>
    ["low_connected_duration", "low_avg_connected_duration"].map((action) => `wlan-detect ${trial} ${action}`),
  ),
);

/** One case for each expectation of the `test` section of a rule file. */
export function ruleTrials(lib, file, text) {
  const [source] = lib.expandBundle(file, text);
  return lib.runTrials(lib.loadRules([source])).checks.map((check) => {
    const name = `${lib.namespaceOf(file)} ${check.trial} ${check.action}`;
    return { kind: "ruleTrial", name, actual: () => check.passed, expected: () => !OUTDATED.has(name) };
  });
}
