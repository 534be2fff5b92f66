import { spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { SnapshotSource } from "../../js/detect.ts";
import { compareText, type OpenOptions, type Snapshot, SnapshotError } from "../../js/index.ts";
import { fileNotReadable } from "../../js/platform/node.ts";
import type { Call } from "../command.ts";
import { openInput } from "../inputs.ts";
import { removeIfThere } from "./durable.ts";

/** Characters of a failing command's stderr that are told of. */
const SHOWN = 500;

/** Snapshots that came by HTTP or from a command, on disk until they have been judged. */
export class Inbox implements SnapshotSource {
  private readonly call: Call;
  private readonly dir: string;
  private readonly options: OpenOptions;
  private count = 0;

  private constructor(call: Call, dir: string, options: OpenOptions) {
    this.call = call;
    this.dir = dir;
    this.options = options;
  }

  static async open(call: Call, dir: string, options: OpenOptions): Promise<Inbox> {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    for (const name of await readdir(dir)) if (name.startsWith(".")) await rm(join(dir, name), { force: true });
    return new Inbox(call, dir, options);
  }

  async list(): Promise<readonly string[]> {
    const names = await readdir(this.dir);
    return names.filter((name) => !name.startsWith(".")).sort(compareText);
  }

  async open(name: string): Promise<readonly Snapshot[]> {
    const set = { label: name, paths: [{ path: join(this.dir, name) }] };
    return (await openInput(this.call, set, { open: this.options })).snapshots;
  }

  async release(name: string): Promise<void> {
    await removeIfThere(join(this.dir, name));
  }

  /**
   * Keeps what a stream holds; it is safe when the promise is kept.
   * @throws SnapshotError `LimitExceeded` over `inputBytes`, `FileNotReadable` for an empty stream
   */
  async receive(stream: Readable, kind: "upload" | "capture"): Promise<string> {
    const name = `${Date.now()}-${process.pid}-${String(++this.count).padStart(6, "0")}-${kind}`;
    const part = join(this.dir, `.${name}`);
    try {
      const byteLength = await this.write(stream, part);
      if (byteLength === 0) throw fileNotReadable(kind, new Error("it is empty"));
      await rename(part, join(this.dir, name));
      return name;
    } catch (error) {
      await rm(part, { force: true });
      throw error;
    }
  }

  private async write(stream: Readable, path: string): Promise<number> {
    const max = this.call.limits.inputBytes;
    let byteLength = 0;
    await pipeline(
      stream,
      async function* (chunks: AsyncIterable<Uint8Array>) {
        for await (const chunk of chunks) {
          byteLength += chunk.length;
          if (byteLength > max) throw tooLarge(max, byteLength);
          yield chunk;
        }
      },
      createWriteStream(path, { mode: 0o600 }),
    );
    const handle = await open(path, "r");
    await handle.sync().finally(() => handle.close());
    return byteLength;
  }

  /**
   * Runs a command and keeps what it prints.
   * @throws SnapshotError `FileNotReadable` when it fails or takes longer than `timeout` milliseconds
   */
  async capture(command: string, timeout: number): Promise<void> {
    const { signal, host } = this.call;
    const child = spawn("sh", ["-c", command], {
      cwd: host.cwd,
      stdio: ["ignore", "pipe", "pipe"],
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeout)]),
      killSignal: "SIGKILL",
    });
    let said = "";
    child.stderr.on("data", (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-SHOWN);
    });
    const ended = new Promise<string | undefined>((done) => {
      child.on("error", (error) => done(error.message));
      child.on("close", (status, by) =>
        done(status === 0 ? undefined : `it ended with ${by ?? `status ${status}`}: ${said.trim()}`),
      );
    });
    let name: string | undefined;
    let failure: unknown;
    try {
      name = await this.receive(child.stdout, "capture");
    } catch (error) {
      failure = error;
      child.kill("SIGKILL");
    }
    const problem = await ended;
    if (problem === undefined && failure === undefined) return;
    if (name !== undefined) await this.release(name);
    throw fileNotReadable(`the output of ${command}`, problem === undefined ? failure : new Error(problem));
  }
}

function tooLarge(max: number, actual: number): SnapshotError {
  return new SnapshotError("LimitExceeded", `more bytes than the limit inputBytes=${max}`, {
    limit: { name: "inputBytes", max, actual },
  });
}
