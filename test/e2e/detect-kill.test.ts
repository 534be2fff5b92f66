import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, describe, expect, it } from "vitest";

const cwd = mkdtempSync(join(tmpdir(), "coldframe-kill-"));
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

const SNAPSHOTS = 120;
/** Runs that are killed; each somewhere in its filing. */
const KILLS = 40;

const letters = (n: number): string =>
  n.toString(26).replace(/./g, (c) => String.fromCharCode(97 + Number.parseInt(c, 26)));
const names = Array.from({ length: SNAPSHOTS }, (_, ix) => `${letters(ix)}x`);

mkdirSync(join(cwd, "in"));
mkdirSync(join(cwd, "taken"));
mkdirSync(join(cwd, "reports"));
for (const name of names) {
  const tree = { moniker: "core/app", metadata: {}, payload: { root: { name } } };
  writeFileSync(join(cwd, "in", `${name}.json`), JSON.stringify([tree]));
}
// No throttling hides a second report: the least intervals are lifted and the rule's own is nothing.
writeFileSync(
  join(cwd, "crash.triage"),
  `{ extended: true, select: { name: "INSPECT:core/app:root:name" },
     act: { crash: { type: "Snapshot", trigger: "Len(name) > 0", repeat: "Nanos(0)", signature: "crash-{name}" } } }`,
);

const ARGS = "detect --once --test-only --settle 0s --rules crash.triage --file-to reports --prefix p- in".split(" ");

/** Reports that became visible. The reader takes them away at once, so that nothing can be told from the directory. */
const seen: string[] = [];
function takeReports(): number {
  const found = readdirSync(join(cwd, "reports")).filter((name) => name.endsWith(".json"));
  for (const name of found) {
    const report = JSON.parse(readFileSync(join(cwd, "reports", name), "utf8"));
    seen.push(report.report.crash_signature);
    renameSync(join(cwd, "reports", name), join(cwd, "taken", `${seen.length}-${name}`));
  }
  return found.length;
}

/** Starts a run; kills it so many milliseconds after its first report is visible. @returns true if it was killed */
async function runAndKill(afterMs: number): Promise<boolean> {
  const child = spawn(process.execPath, [join(process.cwd(), "dist/cli.js"), ...ARGS], { cwd, stdio: "ignore" });
  let ended = false;
  const end = new Promise<string | null>((done) =>
    child.on("close", (_, signal) => {
      ended = true;
      done(signal);
    }),
  );
  for (let taken = 0; taken === 0 && !ended; await sleep(1)) taken = takeReports();
  const start = performance.now();
  while (!ended && performance.now() - start < afterMs) {
    takeReports();
    await new Promise(setImmediate);
  }
  child.kill("SIGKILL");
  const signal = await end;
  takeReports();
  return signal === "SIGKILL";
}

describe("detect, killed in the middle of filing", () => {
  it("loses nothing and files nothing twice through the directory adapter", async () => {
    let kills = 0;
    for (let run = 0; run < KILLS && seen.length < SNAPSHOTS; run++) if (await runAndKill(run % 12)) kills++;
    for (let run = 0; run < 2; run++) await runAndKill(60_000);
    expect(kills).toBeGreaterThanOrEqual(10);
    expect([...seen].sort()).toEqual(names.map((name) => `p-crash-${name}`).sort());
    expect(readdirSync(join(cwd, "reports/.outbox")).filter((name) => name.endsWith(".json"))).toEqual([]);
  }, 180_000);
});
