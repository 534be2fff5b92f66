// The JSON reader of failure dumps and the kernel's text: open, then walk, render, join, search, compare and redact.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

const GOLDEN = "test/golden/sched-ext";
const MAX_SEED_BYTES = 64 * 1024;
const KEY = new Uint8Array(32).fill(1);

export async function targets({ library }) {
  if (library === undefined) return [];
  const schedExt = await import("../../../dist/sched-ext.js");
  const views = await import("../../../dist/capture-views.js");
  const { search } = await import("../../../dist/search.js");
  const { verdict, verdictText } = await import("../../../dist/verdict.js");
  const { diffSnapshots } = await import("../../../dist/identity.js");
  const { dump, isSnapshotError, openAll, toHtml, toJson } = library;

  function redact(bytes) {
    try {
      const shared = [...schedExt.redactFailureDump(bytes, { key: KEY })].join("");
      const [before, after] = [bytes, shared].map((one) => schedExt.readFailureDumps(one).dumps.map(shapeOf));
      // Of counters only those that are known are written.
      if (shared !== "" && before.join() !== after.join())
        throw new Error(`redacted: ${before.join()} became ${after.join()}`);
    } catch (error) {
      if (!isSnapshotError(error)) throw error;
    }
  }

  function read(bytes) {
    const { dumps, issues } = schedExt.readFailureDumps(bytes);
    for (const { offset } of issues)
      if (offset !== undefined && (offset < 0 || offset > bytes.length)) throw new Error(`an issue at byte ${offset}`);
    for (const one of dumps) walkMaps(schedExt.viewCapture(one));
  }

  return [
    {
      name: "sched-ext reader",
      seeds: () => seedsIn(GOLDEN),
      run: async (bytes) => {
        read(bytes);
        redact(bytes);
        const limits = { inputBytes: 1 << 22, depth: 40 };
        for (const snapshot of await openAll(bytes, { format: "sched-ext", limits })) {
          const text = await dump(snapshot, { everything: true });
          if (/[\x00-\x08\x0b-\x1f\x7f]/.test(text)) throw new Error("a control character reached the terminal");
          if ((await toHtml(snapshot)).includes("<script")) throw new Error("a script reached the page");
          await toJson(snapshot);
          verdictText(verdict(snapshot));
          views.renderTask(views.findTask(snapshot, 1530));
          search(snapshot, "1530", { limit: 50 });
          if (!diffSnapshots(snapshot, snapshot).isEqual) throw new Error("a snapshot differs from itself");
        }
      },
    },
  ];
}

/** What redaction keeps of a dump: its kind, and how much there is of what it has. */
function shapeOf({ document, maps }) {
  const { cpus = [], tasks = [], scheduler_text: lines = [] } = document.dump ?? {};
  return [document.kind, maps.maps.length, cpus.length, tasks.length, lines.length].join(" ");
}

/** Asks every map for everything it has; what is missing is an error with a code. */
function walkMaps(view) {
  for (const map of view.maps()) {
    for (const entry of map.entries()) {
      entry.key("").tryAsU64();
      entry.get("pid").tryAsI64();
      entry.payload("").tryAsStr();
    }
    for (const page of map.arena?.pages ?? []) page.bytes();
  }
  view.tryActive();
  view.var("nr").tryAsU64();
}

function seedsIn(dir) {
  return readdirSync(dir, { recursive: true })
    .map((name) => join(dir, name))
    .filter((file) => statSync(file).isFile() && statSync(file).size <= MAX_SEED_BYTES)
    .sort()
    .map((file) => Uint8Array.from(readFileSync(file)));
}
