import { setTimeout as wait } from "node:timers/promises";
import type { CaptureBatch, CaptureTarget } from "../../../js/goroutines.ts";
import type { CaptureError, FetchResult, PprofClient } from "./client.ts";

/** One process to capture, once its name is settled. */
export interface Subject {
  readonly client: PprofClient;
  readonly name: string;
  /** Why it could not be connected. */
  readonly setupError?: CaptureError;
}

/** One form of one profile, taken of all processes at once. */
export interface Batch {
  readonly profile: "goroutine" | "goroutineleak";
  readonly debug: number;
}

export interface RoundSettings {
  readonly timeoutMs: number;
  readonly retries: number;
  readonly signal: AbortSignal;
  /** Nanoseconds of a steady clock. */
  readonly steadyNs: () => bigint;
  /** Milliseconds since the epoch. */
  readonly wallMs: () => number;
  /** Where the file of a process goes. */
  readonly pathOf: (file: string) => string;
  readonly fileOf: (name: string, batch: Batch) => string;
}

/** Sends one batch in one turn of the event loop and waits for all answers. */
export async function takeBatch(
  subjects: readonly Subject[],
  batch: Batch,
  settings: RoundSettings,
): Promise<CaptureBatch> {
  const start = settings.wallMs();
  const zero = settings.steadyNs();
  const clock = (): number => Number((settings.steadyNs() - zero) / 1000n);
  const ask = (subject: Subject): Promise<CaptureTarget> => takeOne(subject, batch, settings, clock);
  let targets = await Promise.all(subjects.map(ask));
  for (let attempt = 0; attempt < settings.retries && !settings.signal.aborted; attempt++) {
    targets = await Promise.all(
      targets.map((target, ix) => (mayRetry(target, subjects[ix]!) ? ask(subjects[ix]!) : target)),
    );
  }
  return { ...batch, startNs: BigInt(start) * 1_000_000n, targets };
}

function mayRetry({ error }: CaptureTarget, { setupError }: Subject): boolean {
  return error !== undefined && setupError === undefined && error.kind !== "HTTP_STATUS";
}

async function takeOne(
  { client, name, setupError }: Subject,
  batch: Batch,
  settings: RoundSettings,
  clock: () => number,
): Promise<CaptureTarget> {
  const { target } = client;
  const file = settings.fileOf(name, batch);
  const fetched: FetchResult =
    setupError !== undefined
      ? { error: setupError }
      : await client.fetch({
          page: `${batch.profile}?debug=${batch.debug}`,
          file: settings.pathOf(file),
          timeoutMs: settings.timeoutMs,
          clock,
          judge: (head) => judgeBody(head, batch),
        });
  const { error, text: _, ...timings } = fetched;
  const isSaved = (timings.bytes ?? 0) > 0 && error?.kind !== "NOT_PPROF";
  return {
    name,
    target: target.shown,
    ...(isSaved && { file }),
    ...timings,
    ...(Object.keys(target.labels).length > 0 && { labels: target.labels }),
    ...(error !== undefined && { error: { kind: error.kind, message: explain(error, batch) } }),
  };
}

function explain({ kind, message }: CaptureError, { profile }: Batch): string {
  const isUnknown = profile === "goroutineleak" && kind === "HTTP_STATUS" && message.startsWith("HTTP status 404");
  return isUnknown ? `${message} (leak profiles need Go 1.27, or 1.26 with its experiment)` : message;
}

/** What is wrong with an answer, by its first bytes. */
function judgeBody(head: Uint8Array, { debug, profile }: Batch): string | undefined {
  const text = Buffer.from(head.subarray(0, 64)).toString("latin1");
  const isGzip = head[0] === 0x1f && head[1] === 0x8b;
  // Uncompressed, it begins with its sample types.
  const isRaw = head[0] === 0x0a && !/^\n*\s*</.test(text);
  if (debug === 0 ? isGzip || isRaw : text.startsWith(debug === 1 ? `${profile} profile:` : "goroutine "))
    return undefined;
  const kind = /^\s*</.test(text) ? "a web page" : "something else";
  return `the answer is ${kind}, not a goroutine profile`;
}

/** Connects to every target: the connection stays warm for the batches. */
export async function connectAll(
  clients: readonly PprofClient[],
  timeoutMs: number,
  steadyNs: () => bigint,
): Promise<readonly { readonly error?: CaptureError; readonly program?: string }[]> {
  const zero = steadyNs();
  const clock = (): number => Number((steadyNs() - zero) / 1000n);
  return Promise.all(
    clients.map(async (client) => {
      const { error, text, status } = await client.fetch({ page: "cmdline", timeoutMs, clock });
      // Any answer leaves a warm connection; whether goroutines are served is what the batch finds out.
      if (status !== undefined && status !== 200) return {};
      if (error !== undefined) return { error };
      const program = /^[^\0\r\n<]*/
        .exec(text ?? "")![0]
        .replace(/^.*[/\\]/, "")
        .replace(/\.exe$/i, "");
      return program === "" ? {} : { program };
    }),
  );
}

/** Asks for a collection everywhere, then waits, so that waits longer than that are told in minutes. */
export async function collectGarbage(
  subjects: readonly Subject[],
  waitMs: number,
  settings: RoundSettings,
  warn: (message: string) => void,
): Promise<void> {
  const zero = settings.steadyNs();
  const clock = (): number => Number((settings.steadyNs() - zero) / 1000n);
  await Promise.all(
    subjects
      .filter(({ setupError }) => setupError === undefined)
      .map(async ({ client, name }) => {
        const { error } = await client.fetch({ page: "heap?gc=1&debug=1", timeoutMs: settings.timeoutMs, clock });
        if (error !== undefined) warn(`${name}: no garbage collection: ${error.message}`);
      }),
  );
  await wait(waitMs, undefined, { signal: settings.signal }).catch(() => undefined);
}
