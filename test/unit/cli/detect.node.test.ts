import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { EXIT } from "../../../src/cli/exit.ts";
import { cli } from "../../support/cli-host.ts";

const root = mkdtempSync(join(tmpdir(), "coldframe-detect-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const RULES = `{ extended: true, select: { name: "INSPECT:core/app:root:name" },
  act: { crash: { type: "Snapshot", trigger: "Len(name) > 0", repeat: "Hours(1)", signature: "crash-{name}" } } }`;
const inspect = (name: string): string =>
  `[{"moniker":"core/app","metadata":{},"payload":{"root":{"name":"${name}"}}}]`;

let cwd = "";
let count = 0;
beforeEach(() => {
  cwd = join(root, String(count++));
  mkdirSync(join(cwd, "in"), { recursive: true });
  mkdirSync(join(cwd, "rules"));
  writeFileSync(join(cwd, "rules/crash.triage"), RULES);
});

const put = (path: string, text: string): void => writeFileSync(join(cwd, path), text);
const reports = (): string[] =>
  readdirSync(join(cwd, "reports"))
    .filter((name) => name.endsWith(".json"))
    .map((name) => JSON.parse(readFileSync(join(cwd, "reports", name), "utf8")).report.crash_signature)
    .sort();
const detect = (...args: string[]) => cli(["detect", "--once", "--settle", "0s", "--rules", "rules", ...args], { cwd });

describe("detect --once", () => {
  it("files one report for each new snapshot of a directory, and none again", async () => {
    put("in/a.json", inspect("anna"));
    put("in/b.json", inspect("ben"));
    expect((await detect("--file-to", "reports", "in")).status).toBe(EXIT.findings);
    expect(reports()).toEqual(["coldframe-detect-crash-anna", "coldframe-detect-crash-ben"]);
    put("in/c.json", inspect("cleo"));
    put("in/.hidden.json", inspect("dora"));
    put("in/d.json.part", inspect("emil"));
    await detect("--file-to", "reports", "in");
    expect(reports()).toEqual(["anna", "ben", "cleo"].map((name) => `coldframe-detect-crash-${name}`));
    expect((await detect("--file-to", "reports", "in")).status).toBe(EXIT.ok);
    expect(readdirSync(join(cwd, "reports/.outbox"))).toEqual([]);
  });

  it("names the rule and the snapshot in a report, and nothing more of upstream's members than upstream", async () => {
    put("in/a.json", inspect("anna"));
    await detect("--file-to", "reports", "in");
    const [name] = readdirSync(join(cwd, "reports")).filter((one) => one.endsWith(".json"));
    const report = JSON.parse(readFileSync(join(cwd, "reports", name!), "utf8"));
    expect(name).toBe(`${report.id}.json`);
    expect(report).toMatchObject({ schema: 1, rule: "crash::crash", throttleKey: "coldframe-detect-crash-anna" });
    expect(report.snapshot).toContain("a.json|");
    expect(Object.keys(report.report)).toEqual(["program_name", "program_uptime", "crash_signature", "is_fatal"]);
  });

  it("judges each file by itself, and a directory of parts as one snapshot", async () => {
    put("in/a.json", inspect("anna"));
    mkdirSync(join(cwd, "in/device"));
    put("in/device/inspect.json", inspect("ben"));
    put("in/device/annotations.json", '{"device.uptime":"0d0h1m0s"}');
    const { stderr } = await detect("--file-to", "reports", "in");
    expect(stderr).toContain("judged 2 snapshots, filed 2 reports");
    put("in/c.json", inspect("anna"));
    expect((await detect("--file-to", "reports", "in")).stderr).toContain("judged 1 snapshot, filed 0 reports");
  });

  it("takes a changed file for a new snapshot", async () => {
    put("in/a.json", inspect("anna"));
    await detect("--file-to", "reports", "in");
    put("in/a.json", inspect("alma"));
    utimesSync(join(cwd, "in/a.json"), 1, 1);
    await detect("--file-to", "reports", "in");
    expect(reports()).toEqual(["coldframe-detect-crash-alma", "coldframe-detect-crash-anna"]);
  });

  it("leaves files alone that were just written", async () => {
    put("in/a.json", inspect("anna"));
    await detect("--settle", "1h", "--file-to", "reports", "in");
    expect(reports()).toEqual([]);
  });

  it("only says what it would file without --file-to, or when config.json does not enable it", async () => {
    put("in/a.json", inspect("anna"));
    expect((await detect("in")).stderr).toContain("Detect would have filed coldframe-detect-crash-anna");
    put("rules/config.json", "{ enable_filing: false }");
    put("in/b.json", inspect("ben"));
    expect((await detect("--file-to", "reports", "in")).stderr).toContain(
      "Detect would have filed coldframe-detect-crash-ben",
    );
    put("rules/config.json", "{ enable_filing: 7 }");
    expect((await detect("in")).stderr).toContain("Error loading program config: Program config format error");
  });

  it("files what a run without filing only spoke of, and says how much it judged", async () => {
    put("in/a.json", inspect("anna"));
    put("in/other.json", inspect("x").replace("core/app", "core/other"));
    expect((await detect("in")).stderr).toContain("judged 2 snapshots, filed 0 reports");
    const second = await detect("--file-to", "reports", "in");
    expect(second.stderr).toContain("1 rule file; filing to reports");
    expect(second.stderr).toContain("judged 1 snapshot, filed 1 report\n");
    expect(reports()).toEqual(["coldframe-detect-crash-anna"]);
    expect((await detect("--file-to", "reports", "in")).stderr).toContain("judged 0 snapshots, filed 0 reports");
  });

  it("fails if there is nothing to look at", async () => {
    const { status, stderr } = await detect("nowhere");
    expect([status, stderr]).toEqual([EXIT.input, expect.stringContaining("reading nowhere: it does not exist")]);
    put("in/a.json", inspect("anna"));
    expect((await detect("nowhere", "in")).status).toBe(EXIT.findings);
  });

  it("runs rule files of config.json's conditions only for their product", async () => {
    put("rules/config.json", "{ enable_filing: true, conditional: { crash: ['vim3'] } }");
    put("in/a.json", inspect("anna"));
    expect((await detect("--file-to", "reports", "--state", "one", "in")).stderr).toContain("0 rule files");
    expect(reports()).toEqual([]);
    await detect("--file-to", "reports", "--state", "two", "--product", "vim3", "in");
    expect(reports()).toEqual(["coldframe-detect-crash-anna"]);
  });

  it("writes reports to stdout, one line each, and nothing else there", async () => {
    put("in/a.json", inspect("anna"));
    const { stdout } = await detect("--file-to", "-", "in");
    expect(JSON.parse(stdout).report.crash_signature).toBe("coldframe-detect-crash-anna");
  });

  it("judges what a command prints", async () => {
    put("now.json", inspect("nora"));
    await detect("--capture", "cat now.json", "--file-to", "reports");
    expect(reports()).toEqual(["coldframe-detect-crash-nora"]);
    expect(readdirSync(join(cwd, ".coldframe-detect/inbox"))).toEqual([]);
    const { stderr } = await detect("--capture", "echo sorry >&2; exit 3", "--file-to", "reports");
    expect(stderr).toContain(
      "Fetching diagnostics failed: reading the output of echo sorry >&2; exit 3: it ended with status 3: sorry",
    );
  });

  it("tells of files that no format recognises, and goes on", async () => {
    put("in/notes.txt", "nothing");
    put("in/a.json", inspect("anna"));
    const { stderr } = await detect("--file-to", "reports", "in");
    expect(stderr).toMatch(/Fetching diagnostics failed: .*notes\.txt.*none of/);
    expect(reports()).toEqual(["coldframe-detect-crash-anna"]);
  });

  it("keeps its own statistics as Inspect, which the tool itself reads", async () => {
    put("in/a.json", inspect("anna"));
    await detect("--file-to", "reports", "in");
    const stats = await cli(["get", "--json", ".coldframe-detect/stats.inspect.json", "core/detect.root.stats"], {
      cwd,
    });
    const { children } = JSON.parse(stats.stdout).value as { children: { name: string; value: number }[] };
    const counters = Object.fromEntries(children.map(({ name, value }) => [name, value]));
    expect(counters).toMatchObject({ scan_count: 1, issues_detected: 1, issues_send_count: 1, issues_throttled: 0 });
  });

  it("refuses wrong intervals, prefixes and states", async () => {
    const refused = async (...args: string[]) => {
      const { status, stderr } = await detect(...args);
      return [status, stderr];
    };
    expect(await refused("--check-every", "5s", "in")).toEqual([
      EXIT.usage,
      expect.stringContaining("Minimum time to check is 60 seconds; 5000000000 nanos is too small"),
    ]);
    expect((await detect("--check-every", "5s", "--test-only", "in")).status).toBe(EXIT.ok);
    expect(await refused("--prefix", "A1", "in")).toEqual([EXIT.usage, expect.stringContaining("--prefix")]);
    expect((await refused())[0]).toBe(EXIT.usage);
    put(".coldframe-detect/state.json", "{}");
    expect((await refused("in"))[1]).toContain("MalformedState");
    put(".coldframe-detect/state.json", '{"schema":2}');
    expect((await refused("in"))[1]).toContain("NewerSchema");
  });

  it("lets no second detector work on one state, unless the first was killed", async () => {
    mkdirSync(join(cwd, "state"));
    put("state/lock", String(process.ppid));
    const { status, stderr } = await detect("--state", "state", "in");
    expect([status, stderr.includes(`is in use by the process ${process.ppid}`)]).toEqual([EXIT.usage, true]);
    put("state/lock", "999999999");
    expect((await detect("--state", "state", "in")).status).toBe(EXIT.ok);
  });
});

describe("detect and HTTP", () => {
  it("posts reports with an idempotency key and tries again after a failure", async () => {
    const seen: { key: string; signature: string }[] = [];
    const answers = [503, 200];
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const { report } = JSON.parse(Buffer.concat(chunks).toString());
        seen.push({ key: String(request.headers["idempotency-key"]), signature: report.crash_signature });
        response.writeHead(answers.shift() ?? 422).end();
      });
    });
    await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/reports`;
    try {
      put("in/a.json", inspect("anna"));
      const first = await detect("--file-to", url, "in");
      expect(first.stderr).toContain("Failed to file crash report: the endpoint answered with status 503");
      await detect("--file-to", url, "in");
      expect(seen.length).toBe(2);
      expect(seen[0]).toEqual(seen[1]);
      put("in/b.json", inspect("ben"));
      const third = await detect("--file-to", url, "in");
      expect(third.stderr).toContain("status 422");
      expect(readdirSync(join(cwd, ".coldframe-detect/refused")).length).toBe(1);
      await detect("--file-to", url, "in");
      expect(seen.length).toBe(3);
    } finally {
      server.close();
    }
  });

  it("takes snapshots by POST, safe on disk before it answers, and judges them at the next scan", async () => {
    const stop = new AbortController();
    const args = [
      "detect",
      "--rules",
      "rules",
      "--test-only",
      "--check-every",
      "100ms",
      "--listen",
      "0",
      "--file-to",
      "reports",
    ];
    let address = "";
    const running = cli([...args, "--limit", "inputBytes=2k"], {
      cwd,
      interrupt: stop.signal,
      onStderr: (text) => {
        address = /listening on (\S+)/.exec(text)?.[1] ?? address;
      },
    });
    while (address === "") await sleep(10);
    const post = (body: string) => fetch(address, { method: "POST", body });
    const accepted = await post(inspect("ute"));
    expect([accepted.status, Object.keys((await accepted.json()) as object)]).toEqual([202, ["name"]]);
    expect((await post("x".repeat(4096))).status).toBe(413);
    expect((await post("")).status).toBe(400);
    expect((await fetch(address, { method: "DELETE" })).status).toBe(405);
    for (let ix = 0; ix < 100 && reports().length === 0; ix++) await sleep(20);
    expect(reports()).toEqual(["coldframe-detect-crash-ute"]);
    const stats = (await (await fetch(address)).json()) as {
      payload: { root: { stats: { issues_send_count: number } } };
    }[];
    expect(stats[0]!.payload.root.stats.issues_send_count).toBe(1);
    stop.abort(new Error("stop"));
    expect((await running).status).toBe(EXIT.interrupted);
    expect(readdirSync(join(cwd, ".coldframe-detect"))).not.toContain("lock");
  });
});
