import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { optionsOf } from "../../../src/cli/args.ts";
import { COMMANDS } from "../../../src/cli/commands.ts";
import { renderCompletion } from "../../../src/cli/completion.ts";
import { SHELLS } from "../../../src/cli/shells.ts";
import { cli } from "../../support/cli-host.ts";

/** What bash offers after `line`, by the script itself. */
function complete(line: string): string[] {
  const words = line.split(" ");
  const script = `${renderCompletion("bash", COMMANDS)}
COMP_WORDS=(${words.map((word) => `'${word}'`).join(" ")}); COMP_CWORD=${words.length - 1}
_coldframe; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = spawnSync("bash", ["-c", script], { encoding: "utf8" });
  expect(stderr).toBe("");
  return stdout.split("\n").filter((word) => word !== "");
}

describe("completion", () => {
  it("offers every verb in bash", () => {
    expect(complete("coldframe ").sort()).toEqual(COMMANDS.map((command) => command.name).sort());
  });

  it("offers every option of each verb in bash", () => {
    for (const command of COMMANDS) {
      const expected = Object.keys(optionsOf(command)).map((name) => `--${name}`);
      expect(complete(`coldframe ${command.name} --`).sort()).toEqual(expected.sort());
    }
  });

  it("offers the choices of an option and of an operand in bash", () => {
    expect(complete("coldframe help --color a")).toEqual(["auto", "always"]);
    expect(complete("coldframe completion ")).toEqual([...SHELLS]);
  });

  it.each(SHELLS)("names every verb and option for %s", async (shell) => {
    const { status, stdout } = await cli(["completion", shell]);
    expect(status).toBe(0);
    for (const command of COMMANDS) {
      expect(stdout).toContain(command.name);
      for (const name of Object.keys(optionsOf(command))) expect(stdout).toMatch(new RegExp(`(--|-l )${name}\\b`));
    }
  });

  it("refuses another shell and says which there are", async () => {
    const run = await cli(["completion", "tcsh"]);
    expect(run.status).toBe(2);
    expect(run.stderr).toContain('the shell is one of bash, zsh, fish, not "tcsh"');
  });
});
