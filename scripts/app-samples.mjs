// Copies the samples of the web app's gallery out of the recorded goldens and writes their list.
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { gunzipSync } from "node:zlib";
import { build } from "esbuild";

const GOLDEN = "test/golden";
const PIGWEED = `${GOLDEN}/pigweed`;
const GO = `${GOLDEN}/goroutines`;
const SCHED = `${GOLDEN}/sched-ext`;

const motor = [
  "elf_main",
  "elf_inline_build_id",
  "elf_unknown_build_id",
  "elf_step_through",
  "everything_1",
  "elf_riscv",
];

/** One card each: what a visitor sees in one click. Files given together are opened together. */
const SAMPLES = [
  {
    id: "crash",
    title: "A motor controller's crash",
    what: "Pigweed snapshot with its firmware image and token database: cause, registers, frames with inlined calls, logs.",
    files: [`${PIGWEED}/cases/elf_main.pb`, ...elfFiles(`${PIGWEED}/artifacts/main`), `${PIGWEED}/db/main.elf`],
  },
  {
    id: "threads",
    title: "Everything a device can tell",
    what: "Pigweed snapshot with all shapes at once: threads, raw stacks, tags, logs, metrics, a second core.",
    files: [`${PIGWEED}/cases/everything_1.pb`, `${PIGWEED}/db/main.elf`],
  },
  {
    id: "goroutines",
    title: "A Go shop at rest",
    what: "Goroutines of four processes captured together: who waits for whom, since when, created by what.",
    files: listed(`${GO}/shop-go1.24`, /debug2\.txt$|capture\.json$/),
  },
  {
    id: "herd",
    title: "Ten thousand goroutines",
    what: "One process, one mutex, ten thousand waiters: grouped by stack, drawn as a flame graph.",
    files: [`${GO}/herd-10000/herd.debug2.txt.gz`],
  },
  {
    id: "panic",
    title: "A Go panic",
    what: "What a crashing Go process printed: the panicking goroutine first, then the rest.",
    files: [`${GO}/tracebacks/panic-all-go1.24.txt`],
  },
  {
    id: "stall",
    title: "A stalled scheduler",
    what: "Failure dump of a sched_ext scheduler: CPUs, queues, tasks, event counters, maps by path.",
    files: [`${SCHED}/reports/layered_stall.json`],
  },
  {
    id: "kernel-text",
    title: "The kernel's own words",
    what: "Text dump that the kernel prints when it evicts a scheduler, and its event counters.",
    files: [`${SCHED}/context/kernel_text_dump.txt`],
  },
  {
    id: "maps",
    title: "Maps of a BPF object",
    what: "Capture of BPF maps with their types: windowed tables, typed rows, layouts with holes.",
    files: ["#o08_sched"],
  },
  {
    id: "kernel-types",
    title: "Types of a kernel",
    what: "BTF of a whole kernel: search its types, see their layout with holes drawn, and their C.",
    files: [`${GOLDEN}/btf/vmlinux-6.18.btf.gz`],
  },
  {
    id: "inspect",
    title: "A component tree",
    what: "Inspect data of a small device, judged by rules: what fired, by which values.",
    files: ["app/samples/inspect.json"],
  },
  {
    id: "groups",
    title: "Six crashes, how many problems?",
    what: "Several snapshots: signatures, groups, why two are the same; rules can be edited while you watch.",
    files: motor.map((name) => `${PIGWEED}/cases/${name}.pb`),
  },
  {
    id: "diff",
    title: "Before and after",
    what: "The same Go server at two moments: what appeared, what went, what waits longer.",
    files: [`${GO}/shop-go1.24/server.debug2.txt`, `${GO}/shop-go1.24-later/server.debug2.txt`],
    names: ["server-before.txt", "server-after.txt"],
    apart: true,
  },
];

export async function writeSamples(out) {
  mkdirSync(out, { recursive: true });
  const cards = [];
  for (const { files, names, ...card } of SAMPLES) {
    const present = files.filter((file) => file.startsWith("#") || existsSync(file));
    if (present.length === 0) continue;
    mkdirSync(join(out, card.id), { recursive: true });
    const written = [];
    for (const [ix, file] of present.entries()) {
      const name = file.startsWith("#") ? `${file.slice(1)}.capture` : (names?.[ix] ?? basename(file));
      if (file.startsWith("#")) await writeCapture(file.slice(1), join(out, card.id, name));
      else copyFileSync(file, join(out, card.id, name));
      written.push(name);
    }
    cards.push({ ...card, files: written });
  }
  writeFileSync(join(out, "gallery.json"), JSON.stringify(cards));
}

function listed(dir, pattern) {
  if (!existsSync(dir)) return [];
  return readdirSync(dir)
    .filter((file) => pattern.test(file))
    .map((file) => join(dir, file));
}

function elfFiles(dir) {
  return listed(dir, /\.elf$/);
}

/** A recorded BPF object, written as a capture by the project's own encoder. */
async function writeCapture(name, target) {
  const { captureOf } = await loadCaptures();
  writeFileSync(target, await captureOf(recordedObject(name)));
}

/** The functions of scripts/app-capture.ts. */
export async function loadCaptures() {
  const outfile = "build/app-capture.mjs";
  await build({ entryPoints: ["scripts/app-capture.ts"], bundle: true, format: "esm", platform: "node", outfile });
  return import(`../${outfile}`);
}

export function recordedObject(name) {
  return JSON.parse(gunzipSync(readFileSync(`${GOLDEN}/btf/maps/${name}.json.gz`)).toString("utf8"));
}
