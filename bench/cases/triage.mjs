// 500 rules over a 5 MB Inspect file, against @bufbuild/cel doing the same comparisons on the same numbers.
//   npm run -s bench:triage [-- --json FILE --rules N --megabytes N --rounds N]
// Needs a built package (npm run build) and the rivals (npm ci --prefix bench/rivals). All answers must be equal first.
//
// Stories: "load" reads the rules, "open" the file, "judge" evaluates all rules on the opened file, "whole" is open and
// judge from the file's bytes. CEL gets what JSON.parse makes of the file, indexed by component; it has no selectors, so
// its expressions name the places. Rounds of the contestants alternate.
import { existsSync } from "node:fs";
import { machineLine, readOptions, spread, writeReport } from "../machine.mjs";

const options = readOptions({ rules: "500", megabytes: "5", rounds: "7" });
if (!existsSync("bench/rivals/node_modules/@bufbuild/cel")) {
  console.log("NOT RUN: needs npm ci --prefix bench/rivals");
  process.exit(0);
}
const { evaluateRules, loadRules, openInspect } = await import("../../dist/triage.js");
const { celEnv, parse, plan } = await import("../rivals/node_modules/@bufbuild/cel/dist/esm/index.js");

const count = Number(options.rules);
const { text, components } = makeInspect(Number(options.megabytes) * 1_000_000);
const bytes = new TextEncoder().encode(text);
const rules = Array.from({ length: count }, (_, ix) => makeRule(ix, components));
const contestants = [coldframe(rules), cel(rules)];
const answers = contestants.map((one) => one.judge(one.open(bytes), one.load()));
for (const [ix, answer] of answers.entries()) {
  if (answer !== answers[0]) throw new Error(`${contestants[ix].name} answers differently`);
}
const fired = answers[0].split("1").length - 1;
if (fired === 0 || fired === count) throw new Error("the rules tell nothing apart");

const stories = ["load", "open", "judge", "whole"].map((name) => ({
  name: `triage ${name}`,
  bytes: bytes.length,
  contestants: measure(name, Number(options.rounds)),
}));
console.log(machineLine());
console.log(`${count} rules (${fired} fire), ${bytes.length} bytes, ${components} components`);
for (const { name, contestants: timed } of stories) {
  const figures = timed.map(
    ({ name: who, median_ms, min_ms, max_ms }) =>
      `${who} ${median_ms.toFixed(2)} ms (${min_ms.toFixed(2)}–${max_ms.toFixed(2)})`,
  );
  const ratio = timed[1].median_ms / timed[0].median_ms;
  console.log(`  ${name.padEnd(13)} ${figures.join(", ")}; cel / coldframe = ${ratio.toFixed(2)}`);
}
writeReport(options.json, stories, { rules: count, fired });

/** A pseudo-random sequence: every run sees the same file. */
function random(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function makeInspect(size) {
  const next = random(1);
  const elements = [];
  for (let length = 0; length < size; ) {
    const moniker = `core/component-${elements.length}`;
    const used = Math.floor(next() * 1000);
    const history = Array.from({ length: 64 }, () => Math.floor(next() * 1e6));
    const nodes = Object.fromEntries(
      Array.from({ length: 24 }, (_, ix) => [
        `item-${ix}`,
        { id: ix, label: `label ${Math.floor(next() * 1e9)}`, at: Math.floor(next() * 1e12) },
      ]),
    );
    const root = {
      stats: { used, total: 1000, state: next() < 0.3 ? "UNHEALTHY" : "OK", ratio: next() + 0.5 },
      history,
      nodes,
    };
    const element = JSON.stringify({
      data_source: "Inspect",
      moniker,
      metadata: { timestamp: elements.length },
      payload: { root },
      version: 1,
    });
    elements.push(element);
    length += element.length + 2;
  }
  return { text: `[${elements.join(",\n")}]`, components: elements.length };
}

/** One rule in both languages: a quotient, a text, and both together. */
function makeRule(ix, components) {
  const at = (ix * 7919) % components;
  const stats = `INSPECT:core/component-${at}:root/stats`;
  const place = `trees["core/component-${at}"].root.stats`;
  const limit = 0.2 + (ix % 7) / 10;
  return {
    name: `r${ix}`,
    select: {
      [`used${ix}`]: `${stats}:used`,
      [`total${ix}`]: `${stats}:total`,
      [`state${ix}`]: `${stats}:state`,
      [`ratio${ix}`]: `${stats}:ratio`,
    },
    expression: `And(used${ix} / total${ix} > ${limit}, Or(state${ix} == 'UNHEALTHY', ratio${ix} < 1.0))`,
    cel: `${place}.used / ${place}.total > ${limit} && (${place}.state == 'UNHEALTHY' || ${place}.ratio < 1.0)`,
  };
}

function coldframe(rules) {
  const act = Object.fromEntries(
    rules.map(({ name, expression }) => [name, { type: "Warning", trigger: expression, print: name }]),
  );
  const file = JSON.stringify({ select: Object.assign({}, ...rules.map(({ select }) => select)), act });
  return {
    name: "coldframe",
    load: () => loadRules([{ namespace: "bench", text: file }]),
    open: (input) => openInspect({ "inspect.json": input }),
    judge: (snapshot, loaded) => {
      const { outcomes } = evaluateRules(loaded, snapshot, { plugins: false });
      return outcomes.map(({ status }) => (status === "fired" ? "1" : status === "quiet" ? "0" : "?")).join("");
    },
  };
}

function cel(rules) {
  const environment = celEnv();
  return {
    name: "@bufbuild/cel",
    load: () => rules.map((rule) => plan(environment, parse(rule.cel))),
    open: (input) => {
      const trees = JSON.parse(new TextDecoder().decode(input));
      return { trees: new Map(trees.map(({ moniker, payload }) => [moniker, toMap(payload)])) };
    },
    judge: (bindings, plans) =>
      plans
        .map((run) => run(bindings))
        .map((value) => (value === true ? "1" : value === false ? "0" : "?"))
        .join(""),
  };
}

/** CEL's own kind of map is a Map; of objects it would make a copy at every access. */
function toMap(value) {
  if (Array.isArray(value)) return value.map(toMap);
  if (typeof value !== "object" || value === null) return value;
  return new Map(Object.entries(value).map(([key, inner]) => [key, toMap(inner)]));
}

function measure(story, rounds) {
  const loaded = contestants.map((one) => one.load());
  const opened = contestants.map((one) => one.open(bytes));
  const runs = {
    load: (one) => one.load(),
    open: (one) => one.open(bytes),
    judge: (one, ix) => one.judge(opened[ix], loaded[ix]),
    whole: (one, ix) => one.judge(one.open(bytes), loaded[ix]),
  };
  const times = contestants.map(() => []);
  for (let round = -1; round < rounds; round++) {
    for (const [ix, one] of contestants.entries()) {
      const start = performance.now();
      runs[story](one, ix);
      // The first round warms up.
      if (round >= 0) times[ix].push(performance.now() - start);
    }
  }
  return times.map((list, ix) => ({ name: contestants[ix].name, ...spread(list), checksum: fired }));
}
