import { describe, expect, it } from "vitest";
import type { Call, Command } from "../../../src/cli/command.ts";
import { EXIT, type ExitStatus } from "../../../src/cli/exit.ts";
import { SnapshotError } from "../../../src/js/index.ts";
import { cli } from "../../support/cli-host.ts";

function verb(run: (call: Call) => Promise<ExitStatus> | ExitStatus): readonly Command[] {
  return [
    {
      name: "probe",
      summary: "a verb of this test",
      operands: { usage: "FILE…", min: 1, max: 2, completes: "file" },
      options: {
        tokens: { value: "DB", summary: "a token database", completes: "file" },
        mode: { value: "WORD", summary: "one of two", choices: ["fast", "slow"] },
        strict: { summary: "a flag" },
        raw: { summary: "as it is" },
      },
      run: async (call) => run(call),
    },
  ];
}

describe("arguments", () => {
  it("collects repeated options in order and leaves the operands", async () => {
    let seen: unknown;
    const commands = verb(({ options, operands }) => {
      seen = [options.list("tokens"), options.last("mode"), options.flag("strict"), operands];
      return EXIT.ok;
    });
    const run = await cli(["probe", "--tokens", "a", "--strict", "--tokens=b", "--mode", "slow", "--", "-x"], {
      commands,
    });
    expect(run).toMatchObject({ status: 0, stdout: "", stderr: "" });
    expect(seen).toEqual([["a", "b"], "slow", true, ["-x"]]);
  });

  const never = verb(() => EXIT.ok);
  it.each([
    [["prove"], 'there is no verb "prove"; did you mean probe?'],
    [["probe", "--tokns", "x", "f"], "probe has no option --tokns; did you mean --tokens?"],
    [["probe", "-q", "f"], "probe has no option -q"],
    [["probe", "f", "--tokens"], "--tokens needs a value: --tokens DB"],
    [["probe", "--tokens", "--strict", "f"], "--tokens needs a value: --tokens DB"],
    [["probe", "--strict=yes", "f"], "--strict takes no value"],
    [["probe", "--mode", "medium", "f"], '--mode is one of fast, slow, not "medium"'],
    [["probe"], "probe needs FILE…"],
    [["probe", "a", "b", "c"], 'probe takes FILE…, found also "c"'],
    [["probe", "--limit", "depth", "f"], '--limit takes NAME=N, found "depth"'],
    [["probe", "--limit", "constructor=1", "f"], "there is no limit constructor; the limits are inputBytes,"],
    [["probe", "--constructor", "f"], "probe has no option --constructor"],
  ])("refuses %j with status 2", async (args, message) => {
    const run = await cli(args, { commands: never });
    expect(run.status).toBe(EXIT.usage);
    expect(run.stdout).toBe("");
    expect(run.stderr).toContain(message);
  });

  it("reads limits with units over the defaults", async () => {
    let limits: unknown;
    const commands = verb((call) => {
      limits = call.limits;
      return EXIT.ok;
    });
    await cli(["probe", "--limit", "depth=7", "--limit", "inputBytes=2M", "f"], { commands });
    expect(limits).toMatchObject({ depth: 7, inputBytes: 2_097_152, inflateRatio: 1100 });
  });
});

describe("errors", () => {
  const cases = [
    ["MalformedJson", EXIT.input],
    ["LimitExceeded", EXIT.limit],
    ["PathNotFound", EXIT.usage],
    ["FileNotReadable", EXIT.usage],
    ["WasmUnavailable", EXIT.internal],
    ["InternalError", EXIT.internal],
    ["Cancelled", EXIT.interrupted],
  ] as const;
  it.each(cases)("%s ends with status %i and keeps stdout empty", async (code, status) => {
    const commands = verb(() => {
      throw new SnapshotError(code, "doing it: \x1b[31mred", { offset: 12 });
    });
    const run = await cli(["probe", "f"], { commands });
    expect(run).toMatchObject({ status, stdout: "" });
    expect(run.stderr).toBe(`coldframe: error: doing it: \\x1b[31mred [${code} at byte 12]\n`);
  });

  it("prints one JSON object with --json, all fields and big integers kept", async () => {
    const commands = verb(() => {
      throw new SnapshotError("PathNotFound", "no", { fields: { n: 2n ** 63n }, path: "a.b", available: ["c"] });
    });
    const run = await cli(["probe", "--json", "f"], { commands });
    expect(run).toMatchObject({ status: 2, stderr: "" });
    expect(run.stdout).toBe(
      '{"error":{"code":"PathNotFound","message":"no","fields":{"n":9223372036854775808},"path":"a.b","available":["c"]}}\n',
    );
  });

  it("prints usage errors as JSON too, also before the verb is known", async () => {
    const run = await cli(["nonsense", "--json"]);
    expect(run.stderr).toBe("");
    expect(JSON.parse(run.stdout)).toMatchObject({ error: { code: "UsageError" } });
  });

  it("calls anything else a bug and asks for a report", async () => {
    const commands = verb(() => {
      throw new TypeError("x is not a function");
    });
    const run = await cli(["probe", "f"], { commands });
    expect(run.status).toBe(EXIT.internal);
    expect(run.stderr).toMatch(/please report this bug of coldframe \d+\.\d+\.\d+: TypeError: x is not a function/);
  });

  it("ends with 130 when interrupted, whatever the verb returns", async () => {
    const interrupt = AbortSignal.abort(new SnapshotError("Cancelled", "interrupted"));
    const quiet = await cli(["probe", "f"], { commands: verb(() => EXIT.ok), interrupt });
    const loud = await cli(["probe", "f"], {
      commands: verb(({ signal }) => Promise.reject(signal.reason)),
      interrupt,
    });
    expect([quiet.status, loud.status]).toEqual([130, 130]);
  });
});

describe("output", () => {
  const hostile = "a\x1b]0;owned\x07b\u202ec\nlast";
  const print = verb(async ({ out }) => {
    await out.text(hostile);
    return EXIT.ok;
  });

  it("is byte exact into a pipe, with nothing added", async () => {
    expect((await cli(["probe", "f"], { commands: print })).stdout).toBe(hostile);
  });

  it("escapes control characters on a terminal and ends the line", async () => {
    const run = await cli(["probe", "f"], { commands: print, tty: true });
    expect(run.stdout).toBe("a\\x1b]0;owned\\x07b\\u202ec\nlast\n");
  });

  it("is exact on a terminal with --raw", async () => {
    expect((await cli(["probe", "--raw", "f"], { commands: print, tty: true })).stdout).toBe(hostile);
  });

  it("stops quietly with status 0 when the reader goes away", async () => {
    let aborted = false;
    const commands = verb(async ({ out, signal }) => {
      for (let i = 0; i < 5; i++) await out.line(String(i));
      aborted = signal.aborted;
      return EXIT.ok;
    });
    const run = await cli(["probe", "f"], { commands, closesAfter: 2 });
    expect(run).toMatchObject({ status: 0, stdout: "0\n1\n", stderr: "" });
    expect(aborted).toBe(true);
  });

  const paint = verb(async ({ out }) => {
    await out.line(out.colors.red("x"));
    return EXIT.ok;
  });
  it.each([
    ["auto on a terminal", [], true, {}, true],
    ["auto into a pipe", [], false, {}, false],
    ["auto with NO_COLOR", [], true, { NO_COLOR: "1" }, false],
    ["auto with an empty NO_COLOR", [], true, { NO_COLOR: "" }, true],
    ["auto on a dumb terminal", [], true, { TERM: "dumb" }, false],
    ["always over NO_COLOR", ["--color", "always"], false, { NO_COLOR: "1" }, true],
    ["never", ["--color=never"], true, {}, false],
  ] as const)("colours %s", async (_name, args, tty, env, colored) => {
    const run = await cli(["probe", ...args, "f"], { commands: paint, tty, env });
    expect(run.stdout.includes("\x1b[31m")).toBe(colored);
  });
});

describe("help", () => {
  it("lists every verb of the table", async () => {
    const run = await cli(["--help"]);
    expect(run.status).toBe(0);
    expect(run.stdout).toMatch(/^ {2}completion {2,}print a completion script/m);
  });

  it("explains one verb in three ways, the same", async () => {
    const runs = await Promise.all([cli(["help", "help"]), cli(["help", "--help"]), cli(["help", "-h"])]);
    expect(new Set(runs.map((run) => run.stdout)).size).toBe(1);
    expect(runs[0]?.stdout).toMatch(/^usage: coldframe help \[options\] \[VERB\]$/m);
  });

  it("goes to stderr with status 2 when no verb is given", async () => {
    const run = await cli([]);
    expect(run.status).toBe(2);
    expect(run.stdout).toBe("");
    expect(run.stderr).toContain("usage: coldframe VERB");
  });

  it("tells the version", async () => {
    expect((await cli(["--version"])).stdout).toMatch(/^coldframe \d+\.\d+\.\d+\n$/);
    expect(JSON.parse((await cli(["--version", "--json"])).stdout)).toMatchObject({ name: "coldframe" });
  });
});
