import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { cli } from "../../support/cli-host.ts";

const ARTIFACTS = "test/golden/pigweed/artifacts";
const MAIN = `${ARTIFACTS}/main/main_core.elf`;

describe("coldframe symbolize", () => {
  it("prints the inline chain of an address", async () => {
    const { status, stdout } = await cli(["symbolize", "--artifacts", MAIN, "080000a0"]);
    expect(status).toBe(0);
    expect(stdout).toBe(
      `0x080000a0 ReadAdc /build/fw/motor.cc:20:16 (inlined)
           fw::motor::Controller::Step(long, char const*) /build/fw/motor.cc:37:30
`,
    );
  });

  it("prints upstream's line with --exact, which names the outer function", async () => {
    const { stdout } = await cli(["symbolize", "--artifacts", MAIN, "--exact", "0x080000a0", "0x07fffffc"]);
    expect(stdout).toBe(
      "0x080000a0 fw::motor::Controller::Step(long, char const*) /build/fw/motor.cc:20\n0x07fffffc ?? ??:?\n",
    );
  });

  it("names the addresses of a kernel that was moved when it started", async () => {
    const folder = await mkdtemp(join(tmpdir(), "coldframe-kaslr-"));
    const map = join(folder, "System.map");
    await writeFile(map, "ffffffff81000000 T _text\nffffffff81001000 T schedule\nffffffff81002000 T _end\n");
    const run = (...args: string[]) => cli(["symbolize", "--artifacts", map, ...args, "0xffffffff9b001010"]);
    expect((await run()).stdout).toBe("0xffffffff9b001010 ??\n");
    const named = "0xffffffff9b001010 schedule ??:?\n";
    expect((await run("--kernel-offset", "0x1a000000")).stdout).toBe(named);
    expect((await run("--kernel-offset", "436207616")).stdout).toBe(named);
    expect((await run("--kernel-offset", "_text=0xffffffff9b000000")).stdout).toBe(named);
    const missing = await run("--kernel-offset", "nothing=0xffffffff9b000000");
    expect([missing.status, missing.stderr]).toEqual([expect.any(Number), expect.stringContaining("ArtifactNotFound")]);
    for (const wrong of ["0x", "-1", "_text=", "1ffffffffffffffff", "99999999999999999999"]) {
      expect((await run("--kernel-offset", wrong)).status, wrong).toBe(2);
    }
    await rm(folder, { recursive: true });
  });

  it("refuses to move what is no kernel", async () => {
    const { stderr } = await cli(["symbolize", "--artifacts", MAIN, "--kernel-offset", "0x1000", "080000a0"]);
    expect(stderr).toContain("ArtifactNotFound");
  });

  it("chooses by build id among the artifacts of a directory", async () => {
    const id = "6de75eb28bbf07b652e82112e304c5a928e30c8d";
    const found = await cli([
      "symbolize",
      "--json",
      "--artifacts",
      ARTIFACTS,
      "--build-id",
      id,
      "08000071",
      "--returns",
    ]);
    expect(JSON.parse(found.stdout)).toMatchObject({
      address: "0x08000071",
      lookedUp: "0x0800006f",
      role: "return",
      frames: [{ name: "main", inlined: false }],
    });
    const missing = await cli(["symbolize", "--json", "--artifacts", ARTIFACTS, "--build-id", "00ff", "8000070"]);
    expect(missing.status).not.toBe(0);
    expect(JSON.parse(missing.stdout).error).toMatchObject({ code: "ArtifactNotFound", fields: { wanted: "00ff" } });
  });

  it("refuses what is no address and a choice among several", async () => {
    expect((await cli(["symbolize", "--artifacts", MAIN, "xyz"])).status).toBe(2);
    expect((await cli(["symbolize", "08000000"])).status).toBe(2);
    const several = await cli(["symbolize", "--artifacts", ARTIFACTS, "08000000"]);
    expect(several.stderr).toMatch(/build id/);
  });
});

interface Case {
  readonly name: string;
  readonly token_db: string | null;
}

const CASES = "test/golden/pigweed/cases";
const REPORTS = [
  "elf_main",
  "elf_step_through",
  "elf_inline_build_id",
  "elf_related_two_cores",
  "elf_64bit_address",
  "elf_riscv",
  "elf_unknown_build_id",
];

describe("coldframe dump --artifacts", () => {
  it.each(REPORTS)("prints upstream's report with names: %s", async (name) => {
    const manifest = JSON.parse(await readFile(`${CASES}/manifest.json`, "utf8")) as { cases: Case[] };
    const tokens = manifest.cases.find((one) => one.name === name)?.token_db;
    const database = tokens == null ? [] : ["--tokens", `${CASES}/${tokens}`];
    const { status, stdout } = await cli(["dump", "--artifacts", ARTIFACTS, ...database, `${CASES}/${name}.pb`]);
    expect(status).toBe(0);
    expect(stdout).toBe(await readFile(`${CASES}/${name}.txt`, "utf8"));
  });
});

describe("coldframe dump with addresses of any format", () => {
  const STALL = "test/golden/sched-ext/reports/layered_stall.json";
  const STEP = "test/golden/pigweed/cases/elf_step_through.pb";

  it("names a failure dump's addresses by the kernel's symbols", async () => {
    const folder = await mkdtemp(join(tmpdir(), "coldframe-"));
    const symbols = join(folder, "kallsyms");
    await writeFile(
      symbols,
      "ffffffff81200000 T native_safe_halt\nffffffff81e00000 t scx_tick\nffffffff81f00000 T _end\n",
    );
    const { status, stdout } = await cli(["dump", "--artifacts", symbols, STALL]);
    await rm(folder, { recursive: true });
    expect(status).toBe(0);
    expect(stdout).toMatch(/ 0 {2}native_safe_halt at 0xffffffff81200abc\n/);
    expect(stdout).toMatch(/ 0 {2}scx_tick at 0xffffffff81e0beef\n/);
    expect(stdout).toMatch(/ 0 {2}\? at 0x55d0c0de\n/);
  });

  it("adds the analysis when asked for, corrected frames beside the report's", async () => {
    const plain = await cli(["dump", "--artifacts", ARTIFACTS, STEP]);
    expect(plain.stdout).not.toContain("Corrected frames");
    const { stdout } = await cli(["dump", "--analysis", "--artifacts", ARTIFACTS, STEP]);
    expect(stdout.startsWith(plain.stdout.trimEnd())).toBe(true);
    expect(stdout).toMatch(/Corrected frames of "exception"[\s\S]*ReadAdc[\s\S]*\[inlined\] +\(report: /);
    const json = JSON.parse((await cli(["dump", "--json", "--artifacts", ARTIFACTS, STEP])).stdout);
    expect(json.analysis[0].corrected[2].addresses[2].frames.map((one: { name: string }) => one.name)).toEqual([
      "ReadAdc",
      "fw::motor::Controller::Step(long, char const*)",
    ]);
  });

  it("takes an image by hand, and says so when its build id is another", async () => {
    const { status, stderr } = await cli(["dump", "--artifacts", ARTIFACTS, "--image", "sensor_core.elf", STEP]);
    expect(status).toBe(0);
    expect(stderr).toMatch(/BuildIdMismatch/);
    expect(stderr).toMatch(/of build [0-9a-f]{40}.*of build [0-9a-f]{40}/);
    const missing = await cli(["dump", "--artifacts", ARTIFACTS, "--image", "nobody.elf", STEP]);
    expect(missing.stderr).toMatch(/none of \d is named nobody\.elf/);
  });
});
