// Captures maps of the running kernel and compares them with bpftool: npm run -s test:live, part of npm test.
// Loads test/live/live.bpf.c, runs it once, captures its maps with dist/cli.js and compares every key and value, raw and
// typed, with `bpftool -j map dump`. Exit status 77 and a reason where the kernel or its tools do not allow it.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { compareMap } from "../test/live/compare.mjs";

const NOT_RUN = 77;
const BPFFS = "/sys/fs/bpf";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));

function notRun(reason) {
  console.log(`NOT RUN: ${reason}`);
  process.exit(NOT_RUN);
}

function tool(command, args, options = {}) {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    encoding: "utf8",
    maxBuffer: 1 << 28,
    ...options,
  });
  return {
    ok: status === 0,
    stdout: stdout ?? "",
    said: (stderr ?? "").trim() || String(error?.message ?? `status ${status}`),
  };
}

if (process.platform !== "linux") notRun("live BPF maps: this is no Linux");
if (process.getuid() !== 0) notRun("live BPF maps: this is not root");
if (!existsSync("/sys/kernel/btf/vmlinux")) notRun("live BPF maps: the kernel has no BTF");
if (!tool("bpftool", ["version"]).ok) notRun("live BPF maps: no bpftool (Debian: bpftool)");
if (!tool("clang", ["--version"]).ok) notRun("live BPF maps: no clang (Debian: clang)");
if (!existsSync("/usr/include/bpf/bpf_helpers.h")) notRun("live BPF maps: no libbpf headers (Debian: libbpf-dev)");
if (!tool("mountpoint", ["-q", BPFFS]).ok && !tool("mount", ["-t", "bpf", "bpf", BPFFS]).ok)
  notRun(`live BPF maps: no bpf file system at ${BPFFS}`);

const folder = mkdtempSync(join(tmpdir(), "coldframe-live-"));
const pins = join(BPFFS, `coldframe-live-${process.pid}`);
const failures = [];
let passed = 0;

function expectEqual(what, actual, expected) {
  if (actual === expected) passed++;
  else failures.push(`${what}\n  coldframe ${actual}\n  bpftool   ${expected}`);
}

try {
  load();
  await compare();
} finally {
  rmSync(folder, { recursive: true, force: true });
  tool("rm", ["-rf", pins]);
}
for (const failure of failures) console.log(`FAILED: ${failure}`);
console.log(`live BPF maps: ${passed} passed, ${failures.length} failed`);
process.exit(failures.length > 0 || passed === 0 ? 1 : 0);

function load() {
  mkdirSync(pins);
  const refused = loadObject("live", "");
  if (refused !== undefined) notRun(`live BPF maps: ${refused}`);
  writeFileSync(join(folder, "packet"), new Uint8Array(64));
  const run = tool("bpftool", [
    "prog",
    "run",
    "pinned",
    join(pins, "progs", "probe"),
    "data_in",
    join(folder, "packet"),
  ]);
  if (!run.ok) notRun(`live BPF maps: the program does not run: ${run.said.split("\n")[0]}`);
}

/** Compiles, loads and pins test/live/NAME.bpf.c. @returns why that is not possible here. */
function loadObject(name, suffix) {
  const object = join(folder, `${name}.bpf.o`);
  const include = tool("gcc", ["-print-multiarch"]).stdout.trim();
  const flags = ["-O2", "-g", "-target", "bpf", ...(include === "" ? [] : [`-I/usr/include/${include}`])];
  const built = tool("clang", [...flags, "-c", `test/live/${name}.bpf.c`, "-o", object]);
  if (!built.ok) return `clang: ${built.said.split("\n")[0]}`;
  const [progs, maps] = ["progs", "maps"].map((kind) => join(pins, kind + suffix));
  const loaded = tool("bpftool", ["prog", "loadall", object, progs, "pinmaps", maps]);
  return loaded.ok ? undefined : `the kernel loads no program: ${loaded.said.split("\n")[0]}`;
}

async function compare() {
  const { open, viewCapture } = { ...(await import("../dist/index.js")), ...(await import("../dist/sched-ext.js")) };
  const capture = join(folder, "live.cfbpf");
  const shown = tool("bpftool", ["-j", "prog", "show", "pinned", join(pins, "progs", "probe")]).stdout;
  const [program] = [JSON.parse(shown)].flat();
  const ids = ["tasks", "slots", "counters", "owners", "recent", "events", "waiting"]
    .map((name) => pinnedId(name))
    .concat(program.map_ids);
  const noStructOps = loadObject("struct-ops", "-struct-ops");
  if (noStructOps === undefined) ids.push(pinnedId("dummy", "-struct-ops"));
  else console.log(`NOT RUN: live BPF maps: struct_ops: ${noStructOps}`);
  const made = tool(process.execPath, [
    "dist/cli.js",
    "capture",
    "bpf",
    "--json",
    "--out",
    capture,
    ...new Set(ids.map(String)),
  ]);
  if (!made.ok) throw new Error(`capture failed: ${made.said}${made.stdout}`);
  const summary = JSON.parse(made.stdout);
  const snapshot = await open(readFileSync(capture));
  for (const map of snapshot.native.maps)
    await compareMap({ snapshot, map, summary, expectEqual, listing: dumpOf(map.id) });
  const view = viewCapture(snapshot);
  expectEqual("a variable by name", String(view.var("nr_runs").asU64()), "1");
  expectEqual(
    "a member by path",
    String(
      view
        .map("tasks")
        .find((e) => e.key("pid").asU64() === 43n)
        .get("pos[1].y")
        .asU64(),
    ),
    "77",
  );
  expectEqual("a sum over CPUs", String(view.map("counters").at(1).cpuSumU64("")), "3");
  if (noStructOps === undefined) {
    const state = view.map("dummy").at(0).get("common.state").asStr();
    expectEqual("a member of struct_ops, by the kernel's types", state, "BPF_STRUCT_OPS_STATE_INIT");
  }
}

function pinnedId(name, suffix = "") {
  return JSON.parse(tool("bpftool", ["-j", "map", "show", "pinned", join(pins, `maps${suffix}`, name)]).stdout).id;
}

function dumpOf(id) {
  return tool("bpftool", ["-j", "map", "dump", "id", String(id)]).stdout;
}
