// A thread of `group`: reads, decodes and signs the files that it is asked for. Started by fleet-workers.ts.
import { Readable, Writable } from "node:stream";
import { parentPort, workerData } from "node:worker_threads";
import type { OpenOptions } from "../js/index.ts";
import type { Call } from "./command.ts";
import { decodingOptions, openEntry } from "./fleet.ts";
import { type DigestRules, digestsOf, readDigestRules } from "./fleet-digests.ts";
import type { FleetEntry } from "./fleet-entries.ts";
import type { FleetAnswer, FleetCall, FleetMessage } from "./fleet-workers.ts";
import type { Host } from "./host.ts";
import { readIdentityOptions } from "./identity.ts";
import { reportOf } from "./main.ts";
import { Options } from "./options.ts";
import { Output } from "./output.ts";
import { ProgressBar } from "./progress.ts";

if (parentPort !== null) await serve(workerData as FleetCall, (message) => parentPort?.postMessage(message));

async function serve(given: FleetCall, post: (message: FleetMessage) => void): Promise<void> {
  const said: string[] = [];
  try {
    const call = callOf(given, said);
    const rules = await readDigestRules(call);
    const decoding = decodingOptions(call, await readIdentityOptions(call));
    let done: Promise<void> = Promise.resolve();
    parentPort?.on("message", (entries: readonly FleetEntry[]) => {
      done = done.then(async () => post({ kind: "answers", answers: await answerAll(call, entries, decoding, rules) }));
    });
    post({ kind: "ready", stderr: said.join("") });
  } catch (error) {
    post({ kind: "failed", error: reportOf(error) });
  }
}

async function answerAll(
  call: Call,
  entries: readonly FleetEntry[],
  decoding: OpenOptions,
  rules: DigestRules,
): Promise<FleetAnswer[]> {
  const answers: FleetAnswer[] = [];
  for (const entry of entries) {
    try {
      answers.push({ ok: true, digests: digestsOf(await openEntry(call, entry, decoding), rules) });
    } catch (error) {
      answers.push({ ok: false, error: reportOf(error) });
    }
  }
  return answers;
}

/** The call as it is in the main thread, but that nothing is printed: what is said goes to `said`. */
function callOf({ values, flags, operands, limits, cwd, env, isTTY }: FleetCall, said: string[]): Call {
  const options = new Options(values, flags);
  const stderr = new Writable({
    write(chunk, _encoding, done) {
      said.push(String(chunk));
      done();
    },
  });
  const nothing = new Writable({ write: (_chunk, _encoding, done) => done() });
  const now = (): number => performance.now();
  const host: Host = {
    stdin: Readable.from([]),
    stdout: nothing,
    stderr: Object.assign(stderr, { isTTY }),
    env,
    cwd,
    now,
  };
  const color = (options.last("color") ?? "auto") as "auto" | "always" | "never";
  const out = new Output(host, { json: options.flag("json"), raw: false, color });
  const { signal } = new AbortController();
  return { options, operands, out, limits, signal, host, progress: (label) => new ProgressBar(host, label) };
}
