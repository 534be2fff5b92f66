import { createColors } from "picocolors";
import { type ErrorReport, escapeTerminal, type Issue, renderJson } from "../js/index.ts";
import type { Host } from "./host.ts";

export type Colors = ReturnType<typeof createColors>;

export interface OutputSettings {
  readonly json: boolean;
  readonly raw: boolean;
  readonly color: "auto" | "always" | "never";
}

/** Characters collected before they are written. */
const PIECE = 65_536;

/** Data to stdout and nothing else there; everything else to stderr. Writes wait for a slow reader. */
export class Output {
  readonly json: boolean;
  /** Colours for stdout: real ones or the identity. Never apply them to text that must equal an upstream tool's. */
  readonly colors: Colors;
  private readonly host: Host;
  private readonly raw: boolean;
  private readonly errColors: Colors;
  private closed = false;
  private broken = false;
  private readonly onError = (error: NodeJS.ErrnoException): void => this.stop(error);
  private readonly decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  private onClosed: () => void = () => {};

  constructor(host: Host, settings: OutputSettings) {
    this.host = host;
    this.json = settings.json;
    this.raw = settings.raw;
    this.colors = createColors(!this.json && wantsColor(host, host.stdout, settings.color));
    this.errColors = createColors(wantsColor(host, host.stderr, settings.color));
    host.stdout.on("error", this.onError);
    host.stderr.on("error", () => {});
  }

  /** True once the reader of stdout has gone away (`| head -1`): further output is dropped. */
  get isClosed(): boolean {
    return this.closed;
  }

  /** True once stdout has failed for another reason than its reader going away: a full disk. */
  get hasFailed(): boolean {
    return this.broken;
  }

  get isTerminal(): boolean {
    return this.host.stdout.isTTY === true;
  }

  /** Another one writes to the same streams from now on. */
  release(): void {
    this.host.stdout.off("error", this.onError);
  }

  whenClosed(listener: () => void): void {
    this.onClosed = listener;
  }

  /**
   * Text out of a snapshot, as it is. On a terminal control characters are escaped (`--raw` switches that off); into a
   * file or pipe the bytes are exact. Nothing is added at the end, except a line feed on a terminal.
   */
  async text(text: string): Promise<void> {
    if (!this.isTerminal || this.raw) return this.write(text);
    await this.write(escapeTerminal(text));
    if (!text.endsWith("\n")) await this.write("\n");
  }

  /** Like `text`, for UTF-8 in pieces of whole characters. */
  async textBytes(pieces: readonly Uint8Array[]): Promise<void> {
    if (this.isTerminal) return this.text(pieces.map((piece) => this.decoder.decode(piece)).join(""));
    for (const piece of pieces) await this.write(piece);
  }

  /** Like `text`, for a part of a longer text: nothing is added on a terminal either. */
  async fragment(text: string): Promise<void> {
    await this.write(this.isTerminal && !this.raw ? escapeTerminal(text) : text);
  }

  /** A line of our own. Parts that come out of a snapshot go through `this.safe(…)` first. */
  async line(line = ""): Promise<void> {
    await this.write(`${line}\n`);
  }

  /** Text of our own making in pieces: JSON, HTML, tables whose cells are escaped; stops when the signal or the reader says so. */
  async pieces(pieces: Iterable<string>, signal?: AbortSignal): Promise<void> {
    let waiting = "";
    for (const piece of pieces) {
      waiting += piece;
      if (waiting.length < PIECE) continue;
      if (this.closed || signal?.aborted === true) return;
      await this.write(this.harmless(waiting));
      waiting = "";
    }
    await this.write(this.harmless(waiting));
  }

  /** Binary data. */
  async bytes(bytes: Uint8Array): Promise<void> {
    await this.write(bytes);
  }

  /** One line of JSON with exact integers; several of them make JSON Lines. */
  async jsonLine(value: unknown): Promise<void> {
    await this.write(this.harmless(`${renderJson(value)}\n`));
  }

  /** Text of a snapshot made harmless for one line of a terminal, whatever stdout is. */
  safe(text: string): string {
    return escapeTerminal(text, false);
  }

  warn(message: string): void {
    this.host.stderr.write(`coldframe: ${this.errColors.yellow("warning")}: ${escapeTerminal(message, false)}\n`);
  }

  note(message: string): void {
    this.host.stderr.write(`coldframe: ${escapeTerminal(message, false)}\n`);
  }

  /** Issues of a partial read, one per line. With `--json` they are in the document instead. */
  issues(issues: readonly Issue[], input?: string): void {
    if (this.json) return;
    for (const issue of issues) this.issue(issue, issue.input ?? input);
  }

  private issue(issue: Issue, input: string | undefined): void {
    const paint = issue.severity === "error" ? this.errColors.red : this.errColors.yellow;
    const where = [
      issue.offset === undefined ? "" : ` at byte ${issue.offset}`,
      issue.path === undefined ? "" : ` in ${issue.path}`,
    ].join("");
    const from = input === undefined ? "" : `${input}: `;
    const message = escapeTerminal(`${from}${issue.message} [${issue.code}${where}]`, false);
    this.host.stderr.write(`coldframe: ${paint(issue.severity)}: ${message}\n`);
  }

  /** An error that ended the verb or one file of it. */
  async error(report: ErrorReport, input?: string): Promise<void> {
    if (this.json) {
      await this.jsonLine({ ...(input !== undefined && { file: input }), error: report });
      return;
    }
    const from = input === undefined ? "" : `${input}: `;
    const where = report.offset === undefined ? "" : ` at byte ${report.offset}`;
    const message = escapeTerminal(`${from}${report.message} [${report.code}${where}]`, false);
    this.host.stderr.write(`coldframe: ${this.errColors.red("error")}: ${message}\n`);
  }

  /** JSON leaves the controls above ASCII as they are; on a terminal they are escaped, which changes no JSON value. */
  private harmless(text: string): string {
    if (!this.isTerminal) return text;
    return text.replace(
      /[\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
      (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
    );
  }

  private stop(error: NodeJS.ErrnoException): void {
    if (this.closed) return;
    this.closed = true;
    if (error.code !== "EPIPE") {
      this.broken = true;
      this.note(`writing the output failed: ${error.message}`);
    }
    this.onClosed();
  }

  private write(chunk: string | Uint8Array): Promise<void> {
    if (this.closed || chunk.length === 0) return Promise.resolve();
    return new Promise((resolve) => this.host.stdout.write(chunk, () => resolve()));
  }
}

function wantsColor(host: Host, stream: { readonly isTTY?: boolean }, when: OutputSettings["color"]): boolean {
  if (when !== "auto") return when === "always";
  const { NO_COLOR, TERM } = host.env;
  return stream.isTTY === true && (NO_COLOR === undefined || NO_COLOR === "") && TERM !== "dumb";
}
