import { describe, expect, it } from "vitest";
import { cli } from "../../support/cli-host.ts";

const PROFILES = "test/support/profiles";
const SERVER = "test/golden/goroutines/shop-go1.24/server.pb.gz";

describe("profiles dropped by mistake", () => {
  it.each([
    ["cpu.pb.gz", "a profile of type cpu: what it counts is not goroutines [OtherProfile]"],
    ["heap.pb.gz", "a profile of type inuse_space: what it counts is not goroutines [OtherProfile]"],
    ["mutex.pb.gz", "a profile of type delay: what it counts is not goroutines [OtherProfile]"],
    ["threadcreate.debug1.txt", "a profile of type threadcreate: what it counts is not goroutines [OtherProfile]"],
  ])("%s is shown, and said to be none of goroutines", async (file, said) => {
    const { status, stdout, stderr } = await cli(["goroutines", `${PROFILES}/${file}`]);
    expect([status, stderr]).toEqual([0, expect.stringContaining(said)]);
    expect(stdout).toMatch(/^\d+ goroutines? in 1 process \(\w+ profile\)$/m);
  });

  it.each([
    ["heap.debug1.txt", "a heap profile in text form: it has no goroutines [Unsupported]"],
    ["mutex.debug1.txt", "a mutex profile in text form: it has no goroutines [Unsupported]"],
    ["block.debug1.txt", "a block profile in text form: it has no goroutines [Unsupported]"],
    ["trace.bin", "a Go execution trace: it is a time line, not a snapshot [Unsupported]"],
  ])("%s is named", async (file, said) => {
    const { status, stderr } = await cli(["goroutines", `${PROFILES}/${file}`]);
    expect([status, stderr]).toEqual([3, expect.stringContaining(said)]);
  });

  it("beside a profile of goroutines they do not add to it", async () => {
    const { stdout, stderr } = await cli(["goroutines", SERVER, `${PROFILES}/cpu.pb.gz`]);
    expect(stdout).toMatch(/^97 goroutines in 1 process$/m);
    expect(stdout).toMatch(/^0 goroutines in 1 process \(cpu profile\)$/m);
    expect(stderr).toContain("(profile, profile of cpu)");
    const folded = await cli(["flame", SERVER, `${PROFILES}/cpu.pb.gz`]);
    const total = folded.stdout
      .trim()
      .split("\n")
      .reduce((sum, line) => sum + Number(/ (\d+)$/.exec(line)![1]), 0);
    expect(total).toBe(97);
  });
});
