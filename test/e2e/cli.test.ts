import { type SpawnSyncReturns, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";

const CLI = resolve("dist/cli.js");
const CRASH = resolve("test/golden/pigweed/cases/everything_6.pb");
const TOKENS = resolve("test/golden/pigweed/db/main.csv");
const cwd = mkdtempSync(join(tmpdir(), "coldframe-cli-"));
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

function shell(script: string, input?: string | Uint8Array): SpawnSyncReturns<string> {
  return spawnSync("bash", ["-c", script], {
    cwd,
    encoding: "utf8",
    input,
    env: { ...process.env, CLI, CRASH, TOKENS, TERM: "xterm" },
  });
}

/** What a person at a terminal of 100 columns sees. */
function terminal(command: string): string {
  const { stdout } = spawnSync("script", ["-qec", `stty cols 100; ${command}`, "/dev/null"], {
    cwd,
    encoding: "utf8",
    env: { ...process.env, CLI, CRASH, TOKENS, TERM: "xterm", NO_COLOR: "" },
  });
  return stdout;
}

describe("the built command", () => {
  it("runs as a program of its own", () => {
    const { stdout, status } = spawnSync(CLI, ["--version"], { encoding: "utf8" });
    expect(stdout).toMatch(/^coldframe \d+\.\d+\.\d+\n$/);
    expect(status).toBe(0);
  });

  it("ends quietly when the reader of a pipe goes away", () => {
    const { stdout, stderr } = shell('"$CLI" dump --json "$CRASH" "$CRASH" "$CRASH" | head -c 10; echo " $PIPESTATUS"');
    expect(stdout).toBe('{"schema": 0\n');
    expect(stderr).toBe("");
  });

  it("says so when the disk is full", () => {
    const { status, stderr } = shell('"$CLI" dump "$CRASH" > /dev/full');
    expect(stderr.match(/writing the output failed/g)).toHaveLength(1);
    expect(status).toBe(5);
  });

  it("ends with 130 on an interrupt, also while it waits for input", async () => {
    const child = spawn(CLI, ["dump", "-"], { stdio: ["pipe", "pipe", "pipe"] });
    await new Promise((done) => setTimeout(done, 600));
    child.kill("SIGINT");
    const status = await new Promise((done) => child.on("exit", (code, signal) => done([code, signal])));
    expect(status).toEqual([130, null]);
  });

  it("reads an endless stream only up to the limit", () => {
    const { status, stdout } = shell('yes | "$CLI" info --format pigweed --limit inputBytes=2M -');
    expect(stdout).toContain("over the limit inputBytes=2097152");
    expect(status).toBe(4);
  });

  it("stops a bomb in bounded memory", () => {
    writeFileSync(join(cwd, "bomb.gz"), gzipSync(new Uint8Array(300_000_000)));
    const { status, stdout } = shell(
      'ulimit -v 12000000; "$CLI" info --limit inflateRatio=100 --format pigweed bomb.gz',
    );
    expect(stdout).toContain("over the limit inflateRatio=100");
    expect(status).toBe(4);
  });

  it("opens empty input, a directory, a pattern and a name that starts with a dash", () => {
    expect(shell('"$CLI" dump --format pigweed - < /dev/null').status).toBe(0);
    expect(shell('"$CLI" info - < /dev/null').status).toBe(3);
    expect(
      shell(
        'mkdir -p d; cp "$CRASH" d/a.pb; cp "$CRASH" ./--b.pb; "$CLI" info --json d "./--b.pb" -- --b.pb | wc -l',
      ).stdout.trim(),
    ).toBe("3");
    expect(shell('"$CLI" info --json "d/*.pb" | wc -l').stdout.trim()).toBe("1");
  });

  it("says for files that cannot be read why", () => {
    expect(shell('"$CLI" dump nowhere.pb').stderr).toContain("reading nowhere.pb: it does not exist");
    expect(shell('"$CLI" dump /proc/self/mem').status).not.toBe(0);
    expect(shell('"$CLI" dump').stderr).toContain("dump needs FILE…");
  });
});

describe("at a terminal", () => {
  it("shows colours and escapes hostile bytes", () => {
    const hostile = Buffer.from("0a081b5d303b7807", "hex");
    writeFileSync(join(cwd, "hostile.pb"), Buffer.concat([Buffer.from([0x82, 0x01, hostile.length]), hostile]));
    const shown = terminal('"$CLI" dump hostile.pb');
    expect(shown).not.toContain("\x1b]0;");
    const facts = terminal('"$CLI" info "$CRASH"');
    expect(facts).toContain("\x1b[1m");
  });

  it("draws a bar for long work, on stderr, and clears it", () => {
    const shown = terminal('{ sleep 1.3; cat "$CRASH"; sleep 0.3; } | "$CLI" info - > out.txt');
    expect(shown).toMatch(/\r\x1b\[2K/);
    expect(shown).toContain("KiB");
    expect(shell("cat out.txt").stdout).toContain("format");
  });

  it("reads typed text with a hint", () => {
    expect(terminal('"$CLI" dump - < /dev/tty & sleep 1; kill -INT $! 2>/dev/null; wait $!')).toContain(
      "end it with Ctrl-D",
    );
  });
});

describe("completion", () => {
  it("is accepted by bash, and by zsh and fish where they are", () => {
    expect(shell('source <("$CLI" completion bash) && complete -p coldframe').stdout).toContain("_coldframe");
    for (const other of ["zsh", "fish"]) {
      if (shell(`command -v ${other}`).status !== 0) continue;
      expect(shell(`"$CLI" completion ${other} > c.${other} && ${other} -n c.${other}`).stderr).toBe("");
    }
  });
});
