import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { COMMANDS } from "../../../src/cli/commands.ts";
import { cli } from "../../support/cli-host.ts";

const page = readFileSync("docs/formats/goroutines.md", "utf8");
const verbs = readFileSync("docs/cli.md", "utf8");

describe("docs/formats/goroutines.md", () => {
  const commands = [...page.matchAll(/^```sh\n([\s\S]*?)^```$/gm)]
    .flatMap(([, block]) => block!.split("\n"))
    .filter((line) => line.includes("test/golden/"));

  it.each(commands)("%s", async (line) => {
    const args = [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain!).slice(1);
    const { status, stdout } = await cli(args);
    expect([status, stdout.length > 0]).toEqual([0, true]);
  });

  it("names every fact that the goldens have", async () => {
    for (const dir of ["shop-go1.24", "zoo-go1.27", "tracebacks"]) {
      const { stdout } = await cli(["goroutines", "--json", `test/golden/goroutines/${dir}`]);
      for (const document of stdout.trim().split("\n")) {
        for (const { key } of JSON.parse(document).facts) if (key !== "format") expect(page).toContain(`\`${key}\``);
      }
    }
  });
});

describe("docs/cli.md", () => {
  it.each(["goroutines", "flame", "query", "capture"])("names every option of %s", (name) => {
    const section = new RegExp(`^## ${name}\\n([\\s\\S]*?)(?=^## |$(?![\\s\\S]))`, "m").exec(verbs)?.[1] ?? "";
    const { options } = COMMANDS.find((command) => command.name === name)!;
    const common = [
      "format",
      "strict",
      "btf",
      "btf-type",
      "tokens",
      "proto",
      "message",
      "thread-message",
      "proto-path",
      "trace-ticks",
    ];
    // The filters of `flame` are those of `goroutines`.
    const known = name === "flame" ? verbs : section;
    const missing = Object.keys(options).filter((option) => !common.includes(option) && !known.includes(`--${option}`));
    expect(missing).toEqual([]);
  });
});
