// npm test: installs what the tests need and runs everything. Plain Node, because it starts before node_modules exists.
// The last line is "N passed, N failed"; what could not be run is listed above it.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { installChromium } from "./chromium.mjs";
import { installPackages, requireNode, run } from "./set-up.mjs";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));
requireNode();

const results = { passed: 0, failed: 0, notRun: [] };
const started = Date.now();

function heading(title) {
  console.log(`\n== ${title} (${Math.round((Date.now() - started) / 1000)} s)`);
}

/** One command that counts as one test. */
function check(title, command, args) {
  heading(title);
  if (run(command, args, { stdio: ["ignore", "inherit", "inherit"] }) === 0) results.passed++;
  else {
    results.failed++;
    console.log(`FAILED: ${title}`);
  }
}

const CANNOT_RUN = 77;

/** A script that counts its own tests, and ends with status 77 and a reason where this machine does not allow it. */
function possible(title, script) {
  heading(title);
  const { stdout, status } = spawnSync(process.execPath, [script], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  const last = (stdout ?? "").trimEnd().split("\n").at(-1);
  console.log(stdout.trimEnd());
  results.notRun.push(...[...stdout.matchAll(/^NOT RUN: (.*)$/gm)].map((match) => match[1]));
  if (status === CANNOT_RUN) return;
  const match = /(\d+) passed, (\d+) failed$/.exec(last);
  results.passed += Number(match?.[1] ?? 0);
  results.failed += Number(match?.[2] ?? 1);
}

const npx = (...args) => ["npx", ["--no-install", ...args]];

/** A vitest project; its tests are counted one by one. */
function suite(title, project, env = process.env) {
  heading(title);
  const report = `build/test/${project}.json`;
  rmSync(report, { force: true });
  const [command, args] = npx(
    "vitest",
    "run",
    "--project",
    project,
    "--reporter=dot",
    "--reporter=json",
    `--outputFile.json=${report}`,
  );
  const status = run(command, args, { stdio: ["ignore", "inherit", "inherit"], env });
  const counts = existsSync(report) ? JSON.parse(readFileSync(report, "utf8")) : undefined;
  if (counts === undefined) {
    results.failed++;
    console.log(`FAILED: ${title} gave no result`);
    return;
  }
  results.passed += counts.numPassedTests;
  // A file that cannot be loaded, or an error outside of any test, fails the run without failing a test.
  results.failed += counts.numFailedTests + (status !== 0 && counts.numFailedTests === 0 ? 1 : 0);
  results.notRun.push(...skippedTests(counts).map((name) => `${title}: ${name}`));
}

const NAMED = 5;

/** What was skipped, by its name, which says why and which issue is about it; many of one file together. */
function skippedTests({ testResults }) {
  return testResults.flatMap(({ name, assertionResults }) => {
    const skipped = assertionResults.filter(({ status }) => status !== "passed" && status !== "failed");
    if (skipped.length <= NAMED) return skipped.map(({ fullName }) => fullName);
    return [`${skipped.length} tests of ${relative(".", name)}: ${skipped[0].ancestorTitles.join(" ")}`];
  });
}

/** A script of ours that ends with `N passed, N failed`; what it could not run is listed at the end. */
function counted(title, args) {
  heading(title);
  const { stdout } = spawnSync(process.execPath, args, {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    maxBuffer: 2 ** 28,
  });
  const lines = (stdout ?? "").trimEnd().split("\n");
  console.log(lines.slice(-40).join("\n"));
  results.notRun.push(...lines.flatMap((line) => /^NOT RUN: (.*)/.exec(line)?.[1] ?? []));
  const match = /^(\d+) passed, (\d+) failed$/.exec(lines.at(-1) ?? "");
  results.passed += Number(match?.[1] ?? 0);
  results.failed += Number(match?.[2] ?? 1);
}

/** Four Go processes, captured alive. */
function liveCapture() {
  heading("live: goroutines of running Go processes");
  const { stdout } = spawnSync(process.execPath, ["scripts/live-go.mjs"], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines = (stdout ?? "").trimEnd().split("\n");
  console.log(lines.join("\n"));
  const match = /^(\d+) passed, (\d+) failed$/.exec(lines.at(-1) ?? "");
  results.passed += Number(match?.[1] ?? 0);
  results.failed += Number(match?.[2] ?? 1);
  for (const line of lines)
    if (line.startsWith("NOT RUN: ")) results.notRun.push(`live Go processes: ${line.slice(9)}`);
}

function finish() {
  heading("summary");
  for (const line of results.notRun) console.log(`NOT RUN: ${line}`);
  console.log(`${results.passed} passed, ${results.failed} failed`);
  process.exit(results.failed > 0 || results.passed === 0 ? 1 : 0);
}

heading("packages");
if (!installPackages()) {
  console.log("FAILED: npm ci");
  results.failed++;
  finish();
}
mkdirSync("build/test", { recursive: true });
check("build", "npm", ["run", "-s", "build"]);
check("style (Biome)", ...npx("biome", "check", "."));
check("types", ...npx("tsc", "--noEmit"));
check("types of the AssemblyScript sources", ...npx("tsc", "--noEmit", "-p", "assembly"));
check("size budgets", process.execPath, ["scripts/sizes.mjs"]);
check("package: publint", ...npx("publint", "--strict"));
check(
  "package: are the types right",
  ...npx("attw", "--pack", ".", "--profile", "esm-only", "--format", "ascii", "--quiet"),
);
check("reproducible Wasm", process.execPath, ["scripts/reproduce.mjs"]);
check("protobuf conformance", process.execPath, ["scripts/conformance.mjs"]);
check("differential against two libraries", process.execPath, ["scripts/differential.mjs", "--count", "20000"]);
check("bench smoke", process.execPath, ["bench/run.mjs", "--smoke"]);
check("fuzz smoke", process.execPath, ["scripts/fuzz.mjs", "--seconds", "2"]);
possible("live BPF maps against bpftool", "scripts/live-bpf.mjs");
suite("tests in Node", "node");
const chromium = installChromium();
const env = { ...process.env, ...(chromium !== undefined && { CHROMIUM: chromium }) };
if (chromium === undefined) results.notRun.push("tests in Chromium: no Chromium, and apt-get is not allowed here");
else suite("tests in Chromium", "browser", env);
suite("end to end", "e2e", env);
liveCapture();
for (const file of existsSync("test/accept") ? readdirSync("test/accept").sort() : []) {
  const format = file.replace(/\.mjs$/, "");
  // The other files are parts of a format's runner.
  if (file.endsWith(".mjs") && existsSync(`test/golden/${format}`))
    counted(`acceptance: ${format}`, ["scripts/accept.mjs", format, `test/golden/${format}`]);
}
counted("the same answers on every host", ["scripts/hosts.mjs"]);
counted("every example on its host", ["scripts/examples.mjs"]);
counted("the web app in Firefox", ["scripts/app-firefox.mjs"]);
finish();
