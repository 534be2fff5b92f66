import { escapeTerminal } from "../base/text.ts";
import type { CorrectedStack, CrashAnalysis, StackCandidate } from "../model/crash-analysis.ts";
import { type Frame, framesOf, type StackTable } from "../model/stacks.ts";
import type { SymbolizedAddress } from "../model/symbolized-address.ts";
import type { CodeFrame, CodeSymbol } from "../model/symbols.ts";
import { htmlText } from "./html-text.ts";
import { renderTable } from "./table.ts";

/** The least of a snapshot that an analysis can be shown with. */
interface Analysed {
  readonly analysis?: readonly CrashAnalysis[];
  readonly stacks: StackTable;
}

/** Whether there is anything to show: findings, corrected frames, words of stacks. */
export function analysisSize({ findings, corrected, stacks }: CrashAnalysis): number {
  return findings.length + corrected.length + stacks.length;
}

/** What was found beyond the report, as text for people; empty if nothing was. Escaped for terminals. */
export function renderAnalysis({ analysis = [], stacks }: Analysed): string {
  return analysis
    .filter((one) => analysisSize(one) > 0)
    .map((one) => analysisText(one, stacks))
    .join("");
}

function analysisText({ path, findings, corrected, stacks: scans }: CrashAnalysis, stacks: StackTable): string {
  const blocks = [
    `${escapeTerminal(path === "" ? "Analysis" : `Analysis of ${path}`, false)}\n`,
    tableText(findings.map(({ about, severity, text }) => [severity, about, text])),
    ...corrected.map(
      (stack) =>
        `  Corrected frames of ${safeQuoted(stack.name)} (innermost first)\n${tableText(correctedRows(stack, stacks))}`,
    ),
    ...scans.map(
      ({ thread, words, candidates }) =>
        `  Likely return addresses among ${words} words of the stack of ${safeQuoted(thread)}\n${tableText(candidates.map(candidateCells))}`,
    ),
  ];
  return blocks.join("");
}

function tableText(rows: readonly (readonly string[])[]): string {
  const columns = (rows[0] ?? []).map(() => ({ title: "" }));
  return renderTable(columns, rows).replace(/^(?=.)/gm, "    ");
}

/** The same as blocks of HTML. */
export function* analysisHtml({ analysis = [], stacks }: Analysed): Generator<string> {
  for (const { path, findings, corrected, stacks: scans } of analysis) {
    if (path !== "") yield `<h3>${htmlText(path)}</h3>\n`;
    if (findings.length > 0) yield '<div class="scroll"><table><tbody>\n';
    for (const { about, severity, text: said } of findings) {
      yield `<tr><td class="${severity}">${severity}</td><th scope="row">${htmlText(about)}</th><td>${htmlText(said)}</td></tr>\n`;
    }
    if (findings.length > 0) yield "</tbody></table></div>\n";
    for (const stack of corrected) {
      yield `<details class="top"><summary>Corrected frames of <span class="name">${htmlText(quoted(stack.name))}</span></summary><table><tbody>`;
      for (const cells of correctedRows(stack, stacks)) yield htmlRow(cells);
      yield "</tbody></table></details>\n";
    }
    for (const { thread, words, candidates } of scans) {
      yield `<details class="top"><summary>Likely return addresses among ${words} words of the stack of <span class="name">${htmlText(quoted(thread))}</span></summary><table><tbody>`;
      for (const one of candidates) yield htmlRow(candidateCells(one));
      yield "</tbody></table></details>\n";
    }
  }
}

function htmlRow(cells: readonly string[]): string {
  return `<tr>${cells.map((cell) => `<td>${htmlText(cell)}</td>`).join("")}</tr>\n`;
}

/** One row per function of each inline chain; the last cell says what the report shows where that is another place. */
function correctedRows({ addresses, context }: CorrectedStack, stacks: StackTable): string[][] {
  const owner = stacks.contexts[context];
  const reported = owner === undefined ? [] : framesOf(stacks, owner.stack);
  return addresses.flatMap((found, ix) => {
    const at = hex(found.address);
    if (found.frames.length === 0) return [[String(ix + 1), at, found.special ?? "??", ""]];
    const frame = reported.find(({ address }) => address === found.address);
    const isSame = frame === undefined || isSamePlace(found, frame.functionName, frame.line);
    const beside = isSame ? "" : `(report: ${reportedAs(found, frame)})`;
    return found.frames.map((one, depth) =>
      depth === 0 ? [String(ix + 1), at, frameText(one), beside] : ["", "", frameText(one), ""],
    );
  });
}

/** Whether the report names the function that holds the code and the innermost line, as it should. */
function isSamePlace({ frames }: SymbolizedAddress, name: string, line: number | undefined): boolean {
  return frames.length === 1 && sameName(frames[0]!.name, name) && (frames[0]!.line ?? 0) === (line ?? 0);
}

/** The place alone where the function is that of the chain too. */
function reportedAs({ frames }: SymbolizedAddress, { functionName, file, line }: Frame): string {
  if (file !== undefined && sameName(frames.at(-1)!.name, functionName)) return `${file}:${line ?? 0}`;
  return placed({ name: functionName, ...(file !== undefined && { file }), ...(line !== undefined && { line }) });
}

/** Wordings differ in parameters and spaces only. */
function sameName(a: string, b: string): boolean {
  const bare = (name: string): string => name.replace(/\(.*$/, "");
  return bare(a) === bare(b);
}

function candidateCells({ offset, value, address, confirmed, symbol }: StackCandidate): string[] {
  const place = symbol === undefined ? "" : placed(symbol);
  return [
    `+0x${offset.toString(16).padStart(4, "0")}`,
    address === undefined ? "" : hex(address),
    hex(value),
    place,
    confirmed ? "in the backtrace" : "",
  ];
}

function frameText(frame: CodeFrame): string {
  const column = frame.column === undefined ? "" : `:${frame.column}`;
  return `${placed(frame, column)}${frame.inlined ? " [inlined]" : ""}`;
}

function placed({ name, file, line }: Pick<CodeSymbol, "name" | "file" | "line">, column = ""): string {
  const place = file === undefined ? "" : ` (${file}:${line ?? 0}${column})`;
  return `${name === "" ? "??" : name}${place}`;
}

function hex(value: bigint): string {
  return `0x${value.toString(16).padStart(8, "0")}`;
}

function quoted(name: string): string {
  return name === "" ? "an unnamed thread" : JSON.stringify(name);
}

function safeQuoted(name: string): string {
  return escapeTerminal(quoted(name), false);
}
