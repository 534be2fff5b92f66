import { Readable, Writable } from "node:stream";
import type { Command } from "../../src/cli/command.ts";
import { COMMANDS } from "../../src/cli/commands.ts";
import type { Host } from "../../src/cli/host.ts";
import { runCli } from "../../src/cli/main.ts";

export interface CliSetting {
  readonly stdin?: Uint8Array | string;
  readonly tty?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly commands?: readonly Command[];
  readonly interrupt?: AbortSignal;
  /** stdout fails with EPIPE after this many writes. */
  readonly closesAfter?: number;
  /** Told of each write to stderr: for commands that go on until they are interrupted. */
  readonly onStderr?: (text: string) => void;
}

export interface CliRun {
  readonly status: number;
  readonly stdout: string;
  readonly stdoutBytes: Uint8Array;
  readonly stderr: string;
}

/** Runs the command line inside this process, with streams of its own. */
export async function cli(args: readonly string[], setting: CliSetting = {}): Promise<CliRun> {
  const stdout = new Sink(setting.tty === true, setting.closesAfter);
  const stderr = new Sink(setting.tty === true);
  const { onStderr } = setting;
  if (onStderr !== undefined) stderr.onWrite = onStderr;
  const stdin = Readable.from(setting.stdin === undefined ? [] : [Buffer.from(setting.stdin)]);
  let clock = 0;
  const host: Host = {
    stdin,
    stdout,
    stderr,
    env: setting.env ?? {},
    cwd: setting.cwd ?? process.cwd(),
    now: () => clock++,
  };
  const interrupt = setting.interrupt ?? new AbortController().signal;
  const status = await runCli(args, host, setting.commands ?? COMMANDS, interrupt);
  return { status, stdout: stdout.text, stdoutBytes: stdout.bytes, stderr: stderr.text };
}

class Sink extends Writable {
  readonly isTTY: boolean;
  readonly columns = 100;
  onWrite: (text: string) => void = () => {};
  private readonly chunks: Buffer[] = [];
  private readonly closesAfter: number;

  constructor(isTTY: boolean, closesAfter = Number.POSITIVE_INFINITY) {
    super();
    this.isTTY = isTTY;
    this.closesAfter = closesAfter;
  }

  get bytes(): Uint8Array {
    return Buffer.concat(this.chunks);
  }

  get text(): string {
    return Buffer.concat(this.chunks).toString("utf8");
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error) => void): void {
    if (this.chunks.length >= this.closesAfter) {
      done(Object.assign(new Error("write EPIPE"), { code: "EPIPE" }));
      return;
    }
    this.chunks.push(Buffer.from(chunk));
    this.onWrite(chunk.toString());
    done();
  }
}
