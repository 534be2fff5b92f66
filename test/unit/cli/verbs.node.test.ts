import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync, zipSync } from "fflate";
import { afterAll, describe, expect, it, vi } from "vitest";
import { EXIT } from "../../../src/cli/exit.ts";
import { encodeUtf8 } from "../../../src/js/base/bytes.ts";
import { type CliRun, type CliSetting, cli } from "../../support/cli-host.ts";

vi.mock("../../../src/js/formats/registry.ts", async () => {
  const { fakeFormat } = await import("../../support/fake-format.ts");
  const text = (): Uint8Array[] => [new TextEncoder().encode("upstream report\x1b[31m")];
  return {
    FORMATS: [
      fakeFormat("pigweed", { text }),
      fakeFormat("inspect"),
      fakeFormat("goroutines", { severalFiles: "together" }),
    ],
  };
});

const cwd = mkdtempSync(join(tmpdir(), "coldframe-verbs-"));
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

function put(path: string, content: string | Uint8Array): string {
  mkdirSync(dirname(join(cwd, path)), { recursive: true });
  writeFileSync(join(cwd, path), content);
  return path;
}

const run = (args: readonly string[], setting: CliSetting = {}): Promise<CliRun> => cli(args, { cwd, ...setting });

const crash = "pigweed\nfact device left\nthread main a b\nlog hello\nvalue color red\nvalue odd \x1b[31m\n";
put("crash.pb", crash);
put("tree.json", "inspect\nfact device right\nvalue a 1\nbad bytes\n");

describe("dump", () => {
  it("prints the format's own report, byte for byte, with issues on stderr", async () => {
    expect(await run(["dump", "crash.pb"])).toMatchObject({ status: 0, stdout: "upstream report\x1b[31m", stderr: "" });
    const general = await run(["dump", "tree.json"]);
    expect(general.status).toBe(0);
    expect(general.stdout).toMatch(/^Issues \(1\)\n/);
    expect(general.stderr).toBe("coldframe: error: tree.json: found bad bytes [TruncatedMessage at byte 36]\n");
  });

  it("prints one document per snapshot with --json, issues inside", async () => {
    const { stdout, stderr, status } = await run(["dump", "--json", "crash.pb", "tree.json"]);
    expect([status, stderr]).toEqual([0, ""]);
    const documents = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(documents.map((document) => [document.format, document.issues.length])).toEqual([
      ["pigweed", 0],
      ["inspect", 1],
    ]);
  });

  it("heads each of several reports with its file", async () => {
    const { stdout } = await run(["dump", "crash.pb", "crash.pb"]);
    expect(stdout).toBe("==> crash.pb <==\nupstream report\x1b[31m\n".repeat(2));
  });

  it("reads stdin, packed or not", async () => {
    for (const stdin of [encodeUtf8(crash), gzipSync(encodeUtf8(crash)), zipSync({ x: encodeUtf8(crash) })]) {
      expect((await run(["dump", "-"], { stdin })).stdout).toBe("upstream report\x1b[31m");
    }
  });

  it("refuses with status 3 in strict mode", async () => {
    const strict = await run(["dump", "--strict", "tree.json"]);
    expect(strict).toMatchObject({ status: EXIT.input, stdout: "" });
    expect(strict.stderr).toContain("[TruncatedMessage at byte 36]");
  });

  it("ends with status 4 when a limit was hit, the partial output printed", async () => {
    put("huge.pb", "pigweed\nhuge\n");
    expect(await run(["dump", "huge.pb"])).toMatchObject({ status: EXIT.limit, stdout: "upstream report\x1b[31m" });
    const cut = await run(["dump", "--limit", "inputBytes=20", "crash.pb"]);
    expect(cut.status).toBe(EXIT.limit);
    expect(cut.stdout).not.toBe("");
    expect(cut.stderr).toContain("over the limit inputBytes=20");
  });

  it("writes a page to a file, a directory or stdout", async () => {
    expect(await run(["dump", "--html", "out.html", "crash.pb"])).toMatchObject({ status: 0, stdout: "" });
    expect(readFileSync(join(cwd, "out.html"), "utf8")).toContain("upstream report\\u001b[31m");
    mkdirSync(join(cwd, "pages"));
    await run(["dump", "--html", "pages", "crash.pb", "tree.json"]);
    expect(readdirSync(join(cwd, "pages")).sort()).toEqual(["crash.pb.html", "tree.json.html"]);
    expect((await run(["dump", "--html", "-", "crash.pb"])).stdout).toMatch(/^<!doctype html>/);
  });

  it("refuses one page for several snapshots and a page that cannot be written", async () => {
    const several = await run(["dump", "--html", "one.html", "crash.pb", "tree.json"]);
    expect(several.status).toBe(EXIT.usage);
    expect(several.stderr).toContain("name a directory");
    const nowhere = await run(["dump", "--html", "no/such/place.html", "crash.pb"]);
    expect(nowhere.status).toBe(EXIT.usage);
    expect(nowhere.stderr).toContain("FileNotReadable");
  });

  it("escapes control characters on a terminal, unless --raw", async () => {
    expect((await run(["dump", "crash.pb"], { tty: true })).stdout).toBe("upstream report\\x1b[31m\n");
    expect((await run(["dump", "--raw", "crash.pb"], { tty: true })).stdout).toBe("upstream report\x1b[31m");
  });
});

describe("inputs", () => {
  it("that are missing end with status 2 and a reason", async () => {
    const missing = await run(["dump", "nowhere.pb"]);
    expect(missing).toMatchObject({ status: EXIT.usage, stdout: "" });
    expect(missing.stderr).toBe("coldframe: error: reading nowhere.pb: it does not exist [FileNotReadable]\n");
    expect(JSON.parse((await run(["info", "--json", "nowhere.pb"])).stdout)).toMatchObject({
      error: { code: "FileNotReadable", fields: { reason: "it does not exist" } },
    });
  });

  it("that nothing recognises end with status 3 and the candidates", async () => {
    put("notes.txt", "dear diary");
    const unknown = await run(["info", "--json", "notes.txt"]);
    expect(unknown.status).toBe(EXIT.input);
    expect(JSON.parse(unknown.stdout).error).toMatchObject({
      code: "UnknownFormat",
      fields: { candidates: { length: 3 } },
    });
    expect((await run(["info", "--format", "pigweed", "notes.txt"])).status).toBe(0);
  });

  it("of which one fails keep the others; the gravest status wins", async () => {
    const { stdout, status } = await run(["info", "--json", "notes.txt", "crash.pb"]);
    const [first, second] = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(first).toMatchObject({ file: "notes.txt", error: { code: "UnknownFormat" } });
    expect(second).toMatchObject({ file: "crash.pb", format: "pigweed" });
    expect(status).toBe(EXIT.input);
  });

  it("may be a directory: captures as one, files one by one, the unknown left out", async () => {
    put("mixed/a/1.pb", crash);
    put("mixed/b/2.pb.gz", gzipSync(encodeUtf8(crash)));
    put("mixed/readme.md", "hello");
    const mixed = await run(["info", "--json", "mixed"]);
    expect(
      mixed.stdout
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line).file),
    ).toEqual(["mixed/a/1.pb", "mixed/b/2.pb.gz"]);
    expect(mixed.stderr).toBe("coldframe: warning: mixed/readme.md: left out: no format recognises it\n");
    put("capture/manifest.json", "{}");
    put("capture/p1.txt", "goroutines\nthread x a\n");
    put("capture/p2.txt", "goroutines\nthread y b\n");
    const capture = JSON.parse((await run(["info", "--json", "capture"])).stdout);
    expect(capture).toMatchObject({ file: "capture", format: "goroutines", counts: { stacks: 2 } });
    expect(capture.files.map((file: { name: string }) => file.name)).toEqual(["manifest.json", "p1.txt", "p2.txt"]);
  });

  it("in an empty directory, or one of unknown files, are an error", async () => {
    mkdirSync(join(cwd, "empty"));
    expect((await run(["dump", "empty"])).stderr).toContain("the directory has no files");
    put("strange/x", "?");
    expect(await run(["dump", "strange"])).toMatchObject({ status: EXIT.input, stdout: "" });
  });

  it("may be a pattern, matched in order", async () => {
    put("globs/b1.pb", crash);
    put("globs/a2.pb", crash);
    put("globs/deep/c3.pb", crash);
    put("globs/.hidden.pb", crash);
    const filesOf = async (pattern: string): Promise<string[]> =>
      (await run(["info", "--json", pattern])).stdout
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line).file);
    expect(await filesOf("globs/*.pb")).toEqual(["globs/a2.pb", "globs/b1.pb"]);
    expect(await filesOf("globs/[!b]?.pb")).toEqual(["globs/a2.pb"]);
    expect(await filesOf("globs/**/*.pb")).toEqual(["globs/a2.pb", "globs/b1.pb", "globs/deep/c3.pb"]);
    expect((await run(["info", "globs/*.nope"])).stderr).toContain("no file matches the pattern");
  });

  it("with a hostile name are named harmlessly", async () => {
    const name = put("evil\x1b]0;x\x07\n.pb", "pigweed\nbad y\n");
    const dumped = await run(["dump", name, name], { tty: true });
    expect(dumped.stdout + dumped.stderr).not.toMatch(/[\x07]|\x1b\]/);
    expect(dumped.stdout).toContain("evil\\x1b]0;x\\x07\\x0a.pb");
  });

  it("that link in a circle are read once", async () => {
    put("circle/1.pb", crash);
    symlinkSync("..", join(cwd, "circle/up"));
    const { stdout } = await run(["info", "--json", "circle"]);
    expect(stdout.trimEnd().split("\n")).toHaveLength(1);
  });
});

describe("info", () => {
  it("tells format, size, hash, counts and facts", async () => {
    const { stdout } = await run(["info", "--json", "crash.pb"]);
    expect(JSON.parse(stdout)).toMatchObject({
      file: "crash.pb",
      format: "pigweed",
      files: [{ name: "crash.pb", byteLength: crash.length, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }],
      counts: { stacks: 1, logs: 1, values: 2 },
      facts: [
        { key: "format", value: "pigweed" },
        { key: "device", value: "left" },
      ],
    });
    const text = (await run(["info", "crash.pb"])).stdout;
    expect(text).toMatch(/^ {2}format +pigweed$/m);
    expect(text).toMatch(/^ {2}device {2}left$/m);
  });

  it("hashes the file as it is on disk, also when it is packed", async () => {
    put("packed.pb.gz", gzipSync(encodeUtf8(crash), { mtime: 0 }));
    const [plain, packed] = await Promise.all(
      ["crash.pb", "packed.pb.gz"].map((file) => run(["info", "--json", file])),
    );
    const [a, b] = [plain, packed].map((result) => JSON.parse(result!.stdout));
    expect(a.inputs[0].byteLength).toBe(b.inputs[0].byteLength);
    expect(a.files[0].sha256).not.toBe(b.files[0].sha256);
  });
});

describe("ls and get", () => {
  it("list the tree and print one value", async () => {
    const { stdout } = await run(["ls", "crash.pb"]);
    expect(stdout).toBe(
      'PATH   TYPE    INSIDE  VALUE\ncolor  string          "red"\nodd    string          "\\u001b[31m"\n',
    );
    expect((await run(["get", "crash.pb", "color"])).stdout).toBe("red\n");
    expect(JSON.parse((await run(["get", "--json", "crash.pb", "color"])).stdout)).toEqual({
      path: "color",
      value: { kind: "string", name: "color", value: "red" },
    });
  });

  it("print a whole tree for a container", async () => {
    expect((await run(["get", "crash.pb", ""])).stdout).toBe('color = "red"\nodd = "\\u001b[31m"\n');
  });

  it("escape a text on a terminal and keep it exact in a pipe or with --raw", async () => {
    expect((await run(["get", "crash.pb", "odd"], { tty: true })).stdout).toBe("\\x1b[31m\n");
    expect((await run(["get", "crash.pb", "odd"])).stdout).toBe("\x1b[31m\n");
    expect((await run(["get", "--raw", "crash.pb", "odd"])).stdout).toBe("\x1b[31m");
  });

  it("name what is there when a path is not", async () => {
    const missing = await run(["get", "--json", "crash.pb", "colour"]);
    expect(missing.status).toBe(EXIT.usage);
    expect(JSON.parse(missing.stdout).error).toMatchObject({ code: "PathNotFound", available: ["color", "odd"] });
    expect((await run(["get", "crash.pb", "colour"])).stderr).toContain('did you mean "color"');
  });

  it("escape controls above ASCII in JSON on a terminal without changing the value", async () => {
    put("c1.pb", "pigweed\nvalue x \u009b31m\u202e\n");
    const shown = (await run(["get", "--json", "c1.pb", "x"], { tty: true })).stdout;
    expect(shown).not.toMatch(/[\x7f-\x9f\u202e]/);
    expect(JSON.parse(shown).value.value).toBe("\u009b31m\u202e");
  });
});
