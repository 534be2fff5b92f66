import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { fromBase64 } from "../../support/btf.ts";
import { type CliRun, cli } from "../../support/cli-host.ts";
import { failureDumpOf, recordedObject } from "../../support/two-sources.ts";

const cwd = mkdtempSync(join(tmpdir(), "coldframe-captures-"));
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

const golden = (path: string): string => resolve("test/golden/sched-ext", path);
const stall = golden("reports/layered_stall.json");
const run = (...args: string[]): Promise<CliRun> => cli(args, { cwd });

describe("captures on the command line", () => {
  it("dump starts with the verdict and hides zeros unless --all asks for them", async () => {
    const short = await run("dump", stall);
    expect(short.status).toBe(0);
    expect(short.stdout).toMatch(/^Stall: CPU 0 has 2 runnable tasks/);
    expect(short.stdout).not.toContain("layered_fmt___fmt");
    expect((await run("dump", "--all", stall)).stdout).toContain("layered_fmt___fmt");
  });

  it("dump --pid says where a task is, in words and in JSON", async () => {
    expect((await run("dump", "--pid", "1530", stall)).stdout).toMatch(
      /^Task stress\[1530\]\n[\s\S]*certain +task_enr/,
    );
    const { stdout } = await run("dump", "--pid", "1530", "--json", stall);
    expect(JSON.parse(stdout)).toMatchObject({ pid: 1530, comm: "stress", silent: ["rq_scx_states", "dsq_states"] });
    expect(await run("dump", "--pid", "x", stall)).toMatchObject({ status: 2 });
  });

  it("ls --find lists places with paths that get takes", async () => {
    const { stdout, status } = await run("ls", "--find", "1530", stall);
    expect(status).toBe(0);
    expect(stdout).toMatch(/sdt_allocations\[0\]\.entries\[0\]\.payload\.pid +value +pid = 1530/);
    const json = (await run("ls", "--find", "0xffff88810a3c4000", "--json", stall)).stdout.trim().split("\n");
    const paths = json.map((line) => (JSON.parse(line) as { path: string }).path);
    expect(paths).toContain("active_map_kvas[0]");
    expect((await run("get", stall, paths[0]!)).status).toBe(0);
    expect((await run("ls", "--find", "nosuchthing", stall)).stderr).toContain("nothing mentions");
    expect(await run("ls", "--find", "x", stall, "maps")).toMatchObject({ status: 2 });
  });

  it("diff ignores addresses between captures unless --addresses is given", async () => {
    const moved = readFileSync(stall, "utf8").replaceAll(/\b1844\d{16}\b/g, (n) => String(BigInt(n) + 0x700_0000n));
    writeFileSync(join(cwd, "moved.json"), moved);
    expect((await run("diff", stall, "moved.json")).status).toBe(0);
    expect((await run("diff", "--addresses", stall, "moved.json")).status).toBe(1);
  });

  it("--btf types what the dump kept as bytes", async () => {
    const object = await recordedObject("o08_sched");
    writeFileSync(join(cwd, "o08.btf"), fromBase64(object.btf_b64));
    writeFileSync(join(cwd, "o08.json"), failureDumpOf(object));
    const plain = await run("dump", "o08.json");
    expect(plain.stdout).toContain("hex:");
    expect(plain.stdout).not.toContain("run_at");
    expect((await run("dump", "--btf", "o08.btf", "o08.json")).stdout).toContain("run_at");
    const typed = await run(
      "get",
      "--btf",
      "o08.btf",
      "--btf-type",
      "scx_per_task=int",
      "o08.json",
      "maps.scx_per_task.entries[#0].value",
    );
    expect(typed.stdout.trim()).toMatch(/^-?\d+$/);
    expect(await run("dump", "--btf-type", "a=int", "o08.json")).toMatchObject({ status: 2 });
    expect(await run("dump", "--btf", "o08.btf", "--btf-type", "scx_per_task=struct nosuch", "o08.json")).toMatchObject(
      { status: 2 },
    );
  });

  it("redact writes a dump that opens, the same for the same key, from a pipe as well", async () => {
    writeFileSync(join(cwd, "key"), "0123456789abcdef0123456789abcdef");
    expect(await run("redact", stall, "-o", "shared.json", "--key", "key")).toMatchObject({ status: 0, stdout: "" });
    const shared = readFileSync(join(cwd, "shared.json"), "utf8");
    expect(shared).not.toContain("stress");
    const piped = await cli(["redact", "-", "--key", "key"], { cwd, stdin: readFileSync(stall) });
    expect(piped.stdout).toBe(shared);
    expect((await run("redact", stall)).stdout).not.toBe(shared);
    expect((await run("dump", "shared.json")).stdout).toContain("DSQ 1024 holds 41 tasks");
    writeFileSync(join(cwd, "short"), "secret");
    expect(await run("redact", stall, "-o", "never.json", "--key", "short")).toMatchObject({ status: 2 });
    expect(existsSync(join(cwd, "never.json"))).toBe(false);
    const folder = await run("redact", golden("reports"));
    expect(folder).toMatchObject({ status: 2, stdout: "" });
    expect(folder.stderr).toContain("redact takes one file");
    const text = await run("redact", "--key", "key", golden("context/kernel_text_dump.txt"));
    expect(text.status).toBe(0);
    expect(text.stdout).toMatch(/^DEBUG DUMP\n={80}\n\nname-[0-9a-f]{10}\[173\] triggered exit kind 1026:\n/);
  });

  it("redact says that a file was read in part: by status 4 where a limit cut it, and in the dump", async () => {
    const nested = `${'{"kind":"array","len":1,"elements":['.repeat(60)}{"kind":"bool","value":true}${"]}".repeat(60)}`;
    const map = `{"name":"o.bss","map_type":2,"value_size":8,"max_entries":1,"value":${nested}}`;
    writeFileSync(join(cwd, "nested.json"), `{"schema":"single","maps":[${map}]}`);
    const deep = await run("redact", "--limit", "depth=4", "nested.json");
    expect(deep.status).toBe(4);
    expect(deep.stderr).toContain("the redacted one lacks the rest and says so");
    expect(deep.stdout).toContain('"redaction":{"input_issues":["LimitExceeded"');
    const file = await run("redact", "--limit", "depth=4", "nested.json", "-o", "deep.json");
    expect(file.status).toBe(4);
    expect(readFileSync(join(cwd, "deep.json"), "utf8")).toContain('"redaction"');
    writeFileSync(join(cwd, "cut.json"), readFileSync(stall).subarray(0, 3000));
    const cut = await run("redact", "cut.json");
    expect(cut).toMatchObject({ status: 0 });
    expect(cut.stderr).toContain("read in part only");
    expect((await run("redact", stall)).stderr).not.toContain("in part only");
  });

  it("info --json has the coverage panel: what is there, what is not, and why", async () => {
    const { coverage } = JSON.parse((await run("info", "--json", stall)).stdout) as {
      coverage: Record<string, unknown>;
    };
    expect(coverage).toMatchObject({
      isComplete: false,
      captured: { maps: 4, entries: 5, tasks: 2, cpus: 2, queues: 3 },
    });
    expect(coverage["gaps"]).toContainEqual(expect.objectContaining({ path: "maps_truncated" }));
  });
});
