import { describe, expect, it } from "vitest";
import text from "../../../docs/signatures.md?raw";
import { normaliseText } from "../../../src/js/analysis/normalise.ts";
import { signatureOf } from "../../../src/js/analysis/signature.ts";
import { NORMALISATIONS, type Normalisation } from "../../../src/js/analysis/signature-rules.ts";
import type { SignatureInput } from "../../../src/js/analysis/signature-sources.ts";
import type { FormatId } from "../../../src/js/base/format-id.ts";
import { defaultSignatureRules } from "../../../src/js/identity.ts";
import type { CorrectedStack } from "../../../src/js/model/crash-analysis.ts";
import { type Frame, StackTableBuilder } from "../../../src/js/model/stacks.ts";

const RULES = defaultSignatureRules();

interface Example {
  readonly format: FormatId;
  readonly state?: string;
  readonly active?: readonly string[];
  readonly exception?: readonly string[];
  readonly corrected?: readonly string[];
  readonly log?: string;
  readonly [source: string]: unknown;
}

function toFrame(name: string): Frame {
  return name.startsWith("0x") ? { functionName: "", address: BigInt(name) } : { functionName: name };
}

/** What an example of the document says, as a snapshot. */
function inputOf(example: Example): SignatureInput {
  const { format, state, active, exception, corrected, log } = example;
  const facts = Object.entries(example).flatMap(([key, value]) =>
    key.startsWith("fact:") ? [{ key: key.slice(5), value: String(value) }] : [],
  );
  facts.push({ key: "format", value: format });
  const registers = Object.entries(example).flatMap(([key, value]) =>
    key.startsWith("register:") ? [{ name: key.slice(9), value: BigInt(String(value)) }] : [],
  );
  const builder = new StackTableBuilder();
  const stackOf = (names: readonly string[] = []) =>
    builder.addStack(names.map((name) => builder.addFrame(toFrame(name))));
  builder.addContext({ kind: "exception", name: "fault", stack: stackOf(exception), count: 1n, registers });
  // Goroutines of a capture without a failure are not active.
  const isActive = format !== "goroutines";
  builder.addContext({
    kind: "thread",
    name: "main",
    stack: stackOf(active ?? (isActive ? [] : ["main.wait"])),
    count: 1n,
    ...(isActive && { active: true }),
    ...(state !== undefined && { state }),
  });
  const addresses = (corrected ?? []).map((name): CorrectedStack["addresses"][number] => ({
    address: 1n,
    lookedUp: 1n,
    role: "return",
    frames: [{ name, inlined: false }],
  }));
  const logs = log === undefined ? {} : { logs: { length: 1, at: () => ({ level: "error" as const, text: log }) } };
  const analysis = [{ path: "", findings: [], corrected: [{ context: 1, name: "main", addresses }], stacks: [] }];
  return { format, facts, stacks: builder.build(), analysis, ...logs };
}

function rowsOf(head: string): string[][] {
  const section = text.slice(text.indexOf(head));
  const table = section.slice(0, section.indexOf("\n\n")).split("\n").slice(2);
  return table.map((line) => line.split(" | ").map((cell) => cell.replace(/^\| | \|$/g, "").replace(/^`(.*)`$/, "$1")));
}

describe("docs/signatures.md", () => {
  const examples = rowsOf("| part | a snapshot with | keeps |");

  it.each(examples)("tells what part %s keeps of %s", (part, snapshot, keeps) => {
    const found = signatureOf(inputOf(JSON.parse(snapshot!) as Example), RULES).parts.find(({ id }) => id === part);
    expect(found?.values.join(" · ")).toBe(keeps === "nothing" ? "" : keeps);
  });

  it("has an example for every part, in the order of the rules", () => {
    expect([...new Set(examples.map(([part]) => part))]).toEqual(RULES.parts.map(({ id }) => id));
    expect(text).toContain(`\`${RULES.name}/${RULES.version}\``);
  });

  const normalisations = rowsOf("| `normalise` | drops | example | becomes |");

  it.each(normalisations)("tells what %s drops: %s", (rule, _drops, before, after) => {
    expect(normaliseText(before!.replaceAll("\\n", "\n"), [rule as Normalisation]).text).toBe(after);
  });

  it("has an example for every normalisation", () => {
    expect(normalisations.map(([rule]) => rule).sort()).toEqual([...NORMALISATIONS].sort());
  });
});
