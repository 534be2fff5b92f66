import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { cli } from "../../support/cli-host.ts";

interface Case {
  readonly name: string;
  readonly pb: string;
  readonly token_db: string | null;
  readonly artifacts: string | null;
  readonly text?: string;
  readonly error?: object;
  readonly unordered_tags?: boolean;
}

const cwd = join(process.cwd(), "test/golden/pigweed/cases");
const { cases } = JSON.parse(readFileSync(join(cwd, "manifest.json"), "utf8")) as { cases: readonly Case[] };
const withReport = cases.filter(
  ({ text, artifacts, unordered_tags }) => text !== undefined && artifacts === null && !unordered_tags,
);
const withError = cases.filter(({ error }) => error !== undefined);
const work = mkdtempSync(join(tmpdir(), "coldframe-pigweed-"));
afterAll(() => rmSync(work, { recursive: true, force: true }));

function optionsOf({ token_db }: Case): string[] {
  return ["--format", "pigweed", ...(token_db === null ? [] : ["--tokens", token_db])];
}

describe("dump", () => {
  it.each(withReport.map((one) => [one.name, one] as const))("prints upstream's report of %s", async (_name, one) => {
    const { status, stdout } = await cli(["dump", ...optionsOf(one), one.pb], { cwd });
    expect(stdout).toBe(readFileSync(join(cwd, one.text!), "utf8"));
    expect(status).toBe(0);
  });

  it.each(withError.map((one) => [one.name, one] as const))("refuses %s only in strict mode", async (_name, one) => {
    const strict = await cli(["dump", "--json", "--strict", ...optionsOf(one), one.pb], { cwd });
    // 120 levels of nesting are a limit (status 4), in both modes.
    const isLimit = one.name === "related_depth_120";
    expect(strict.status).toBe(isLimit ? 4 : 3);
    expect(JSON.parse(strict.stdout)).toMatchObject({
      error: { code: expect.any(String), message: expect.any(String) },
    });
    const lenient = await cli(["dump", ...optionsOf(one), one.pb], { cwd });
    expect(lenient.status).toBe(isLimit ? 4 : 0);
    expect(lenient.stdout).toContain("____");
  });
});

describe("encode", () => {
  it.each(withReport.map((one) => [one.name, one] as const))(
    "takes %s apart and puts it together",
    async (_name, one) => {
      const json = await cli(["encode", "--decode", one.pb], { cwd });
      expect(json.status).toBe(0);
      const encoded = await cli(["encode", "-"], { cwd, stdin: json.stdout });
      expect(encoded.status).toBe(0);
      writeFileSync(join(work, one.pb), encoded.stdoutBytes);
      expect((await cli(["encode", "--decode", join(work, one.pb)], { cwd })).stdout).toBe(json.stdout);
      const { stdout } = await cli(["dump", ...optionsOf(one), join(work, one.pb)], { cwd });
      expect(stdout).toBe(readFileSync(join(cwd, one.text!), "utf8"));
    },
  );

  it.each([
    ['{"metadata":{"fatal":1}}', "ValueOutOfRange", "metadata.fatal"],
    ['{"metadata":{"fatl":true}}', "PathNotFound", "fatal"],
    ["[1]", "ValueOutOfRange", "not an object"],
    ["{", "MalformedJson", "at 1"],
  ])("names what is wrong in %s", async (stdin, code, words) => {
    const { status, stdout } = await cli(["encode", "--json", "-"], { stdin });
    const { error } = JSON.parse(stdout);
    expect(error.code).toBe(code);
    expect(JSON.stringify(error)).toContain(words);
    expect(status).toBeGreaterThan(1);
  });

  it("writes no binary to a terminal", async () => {
    const { status, stderr } = await cli(["encode", "-"], { stdin: "{}", tty: true });
    expect(status).toBe(2);
    expect(stderr).toContain("redirect the output");
  });
});

describe("detokenize", () => {
  const db = join(process.cwd(), "test/golden/pigweed/db/main.csv");

  it("expands a log that arrives in pieces, line by line", async () => {
    const { stdout, status } = await cli(["detokenize", "--tokens", db], {
      stdin: "a $1oxmLg== b\nplain\nno end $1oxmLg==",
    });
    expect([stdout, status]).toEqual(["a Jello, world! b\nplain\nno end Jello, world!", 0]);
  });

  it("decodes one message, with every candidate in JSON", async () => {
    expect((await cli(["detokenize", "--tokens", db, "--message", "$1oxmLg=="])).stdout).toBe("Jello, world!\n");
    const { stdout } = await cli(["detokenize", "--tokens", db, "--json", "--message", "d68c662e"]);
    expect(JSON.parse(stdout)).toMatchObject({
      token: "2e668cd6",
      ok: true,
      text: "Jello, world!",
      matches: [{ ok: true }],
    });
  });

  it("needs a database that is there", async () => {
    expect((await cli(["detokenize", "x"])).stderr).toContain("the option --tokens is needed");
    expect((await cli(["detokenize", "--tokens", "nowhere.csv", "x"])).stderr).toContain("it does not exist");
  });

  it("keeps bytes that are not text", async () => {
    const stdin = Uint8Array.of(0xff, 0x00, 0x0a, 0xfe);
    expect((await cli(["detokenize", "--tokens", db], { stdin })).stdoutBytes).toEqual(Buffer.from(stdin));
  });
});
