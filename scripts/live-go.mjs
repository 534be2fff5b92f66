// Live test: builds the programs of test/golden/goroutines/src with the Go that is there, runs four processes, takes them
// with `coldframe capture go` and compares what was read with a count of the saved bodies and with `go tool pprof`.
//   node scripts/live-go.mjs        needs dist/ (npm run build); the last line is "N passed, N failed"
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { gunzipSync } from "node:zlib";
import { installGo } from "./go.mjs";

const SOURCES = "test/golden/goroutines/src";
/** Source file and where it belongs in the module. */
const FILES = {
  "api.go.txt": "internal/api/api.go",
  "dbg.go.txt": "internal/dbg/dbg.go",
  "pipeline.go.txt": "cmd/pipeline/main.go",
  "rpcclient.go.txt": "cmd/rpcclient/main.go",
  "rpcserver.go.txt": "cmd/rpcserver/main.go",
};
const START_MS = 20_000;
const DEADLOCK_MS = 1500;

const go = installGo();
if (go === undefined) {
  console.log("NOT RUN: no Go, and apt-get is not allowed here");
  console.log("0 passed, 0 failed");
  process.exit(0);
}
console.log(execFileSync(go, ["version"], { encoding: "utf8" }).trim());

const results = { passed: 0, failed: 0 };
const children = [];
const work = mkdtempSync(join(tmpdir(), "coldframe-live-"));
try {
  await runLive();
} catch (error) {
  results.failed++;
  console.log(`FAILED: ${error.stack ?? error}`);
} finally {
  for (const child of children) child.kill("SIGKILL");
  rmSync(work, { recursive: true, force: true });
}
console.log(`${results.passed} passed, ${results.failed} failed`);
process.exit(results.failed > 0 || results.passed === 0 ? 1 : 0);

function check(title, actual, expected) {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (a === b) results.passed++;
  else {
    results.failed++;
    console.log(`FAILED: ${title}: ${a} instead of ${b}`);
  }
}

async function runLive() {
  buildPrograms();
  const ports = await startProcesses();
  await wait(DEADLOCK_MS);
  const dir = join(work, "capture");
  const targets = Object.entries(ports).map(([name, port]) => `${name}=127.0.0.1:${port}`);
  const { manifest } = JSON.parse(
    coldframe("capture", "go", "--json", "--strict", "--debug", "2,1,0", "--out", dir, ...targets),
  );
  checkManifest(manifest, dir, Object.keys(ports));
  const snapshots = readCapture(dir);
  for (const name of Object.keys(ports)) checkProcess(name, dir, snapshots);
  const totals = [2, 1, 0].map((debug) => snapshots[debug].counts.pipeline);
  check("the deadlocked pipeline has one total in all forms", totals, Array(3).fill(totals[0]));
  const facts = JSON.parse(coldframe("goroutines", "--json", dir)).facts;
  const count = facts.find(({ key }) => key === "goroutines.count").value;
  check(
    "the directory opens as one snapshot",
    count,
    Object.values(snapshots[2].counts).reduce((a, b) => a + b),
  );
  checkProfiles(dir, Object.keys(ports));
}

function buildPrograms() {
  const module = join(work, "shop");
  for (const [from, to] of Object.entries(FILES)) {
    mkdirSync(join(module, to, ".."), { recursive: true });
    cpSync(join(SOURCES, from), join(module, to));
  }
  writeFileSync(join(module, "go.mod"), "module example.com/shop\n\ngo 1.19\n");
  const env = { ...process.env, GOFLAGS: "-mod=mod", GOTOOLCHAIN: "local", CGO_ENABLED: "0", GOPROXY: "off" };
  mkdirSync(join(work, "bin"));
  execFileSync(go, ["build", "-o", `${join(work, "bin")}/`, "./cmd/..."], { cwd: module, env, stdio: "inherit" });
}

/** @returns the pprof port of each process */
async function startProcesses() {
  const base = (name) => join(work, name);
  start("rpcserver", base("server"));
  await appears(base("server.rpc"));
  start("rpcclient", base("client-a"), base("server"), "6");
  start("rpcclient", base("client-b"), base("server"), "3");
  start("pipeline", base("pipeline"));
  const ports = {};
  for (const name of ["server", "client-a", "client-b", "pipeline"]) {
    await appears(base(`${name}.debug`));
    ports[name] = Number(readFileSync(base(`${name}.debug`), "utf8"));
  }
  return ports;
}

function start(program, ...args) {
  children.push(spawn(join(work, "bin", program), args, { stdio: "ignore" }));
}

async function appears(file) {
  const end = Date.now() + START_MS;
  while (!existsSync(file) || readFileSync(file, "utf8") === "") {
    if (Date.now() > end) throw new Error(`${file} has not appeared`);
    await wait(20);
  }
}

function coldframe(...args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["dist/cli.js", ...args], {
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) throw new Error(`coldframe ${args.join(" ")}: status ${status}\n${stdout}${stderr}`);
  return stdout;
}

function checkManifest(manifest, dir, names) {
  check(
    "one batch per form",
    manifest.batches.map(({ debug }) => debug),
    [2, 1, 0],
  );
  for (const { debug, skewUs, targets } of manifest.batches) {
    check(
      `debug=${debug}: processes`,
      targets.map(({ name }) => name),
      names,
    );
    check(
      `debug=${debug}: errors`,
      targets.filter(({ error }) => error !== undefined),
      [],
    );
    check(`debug=${debug}: bounds of the skew`, 0 <= skewUs.lowerUs && skewUs.lowerUs <= skewUs.upperUs, true);
    for (const { file, bytes } of targets) check(`${file}: bytes`, readFileSync(join(dir, file)).length, bytes);
  }
}

/** What coldframe reads, per form: goroutines and their ids per process. */
function readCapture(dir) {
  const forms = {};
  for (const [debug, suffix] of [
    [2, "debug2.txt"],
    [1, "debug1.txt"],
    [0, "pb.gz"],
  ]) {
    const counts = {};
    const ids = {};
    for (const name of ["server", "client-a", "client-b", "pipeline"]) {
      const sql = "SELECT goroutine_id, count FROM goroutines";
      const lines = coldframe("query", "--json", "--rows", "0", sql, join(dir, `${name}.${suffix}`))
        .trim()
        .split("\n");
      const goroutines = lines.map((line) => JSON.parse(line));
      counts[name] = goroutines.reduce((sum, { count }) => sum + count, 0);
      ids[name] = goroutines.map(({ goroutine_id }) => goroutine_id);
    }
    forms[debug] = { counts, ids };
  }
  return forms;
}

function byNumber(a, b) {
  return a - b;
}

/** Against a count of the lines of the saved bodies. */
function checkProcess(name, dir, snapshots) {
  const text = readFileSync(join(dir, `${name}.debug2.txt`), "utf8");
  const headers = [...text.matchAll(/^goroutine (\d+) \[/gm)].map(([, id]) => Number(id));
  check(`${name}: ids of debug=2`, snapshots[2].ids[name].sort(byNumber), headers.sort(byNumber));
  check(`${name}: goroutines of debug=2`, snapshots[2].counts[name], headers.length);
  const total = /^goroutine profile: total (\d+)\n/.exec(readFileSync(join(dir, `${name}.debug1.txt`), "utf8"))?.[1];
  check(`${name}: total of debug=1`, snapshots[1].counts[name], Number(total));
  const raw = gunzipSync(readFileSync(join(dir, `${name}.pb.gz`)));
  check(`${name}: debug=0 holds samples`, raw.length > 0 && snapshots[0].counts[name] > 0, true);
}

/** Against `go tool pprof` on the same files; the lines on file, build and time differ by design. */
function checkProfiles(dir, names) {
  const head = /^(?:File|Build ID|Type|Time|Duration):.*\n/gm;
  for (const name of names) {
    const file = join(dir, `${name}.pb.gz`);
    for (const report of ["top", "tree", "traces", "tags"]) {
      const { status, stdout } = spawnSync(go, ["tool", "pprof", "-symbolize=none", `-${report}`, file], {
        encoding: "utf8",
        env: { ...process.env, TZ: "UTC", PPROF_TMPDIR: work },
        maxBuffer: 2 ** 28,
      });
      if (status !== 0) throw new Error(`go tool pprof -${report} ${file}: status ${status}`);
      check(
        `${name}: pprof -${report}`,
        coldframe("goroutines", "--report", report, file).replace(head, ""),
        stdout.replace(head, ""),
      );
    }
  }
}
