import { readFile } from "node:fs/promises";
import type { OutgoingHttpHeaders } from "node:http";
import { resolve } from "node:path";
import { type CaptureBatch, captureSkew, renderManifest } from "../../../js/goroutines.ts";
import { renderJson, renderTable, SnapshotError } from "../../../js/index.ts";
import { fileNotReadable } from "../../../js/platform/node.ts";
import type { Call } from "../../command.ts";
import { EXIT, type ExitStatus } from "../../exit.ts";
import { readNumber } from "../../goroutines/options.ts";
import { CaptureFolder } from "../folder.ts";
import { type ClientSettings, PprofClient } from "./client.ts";
import { FileNames, nameTargets } from "./names.ts";
import { type Batch, collectGarbage, connectAll, type RoundSettings, type Subject, takeBatch } from "./rounds.ts";
import { parseLabel, readTargets } from "./targets.ts";

/** Where the runtime stops writing debug=2. Source: specification 4.5. */
const RUNTIME_LIMIT_BYTES = 67_108_864;
/** `Date` has a resolution of a second. */
const CLOCK_TOLERANCE_MS = 2000;

/** The verb `capture go`. */
export async function runCaptureGo(call: Call, operands: readonly string[]): Promise<ExitStatus> {
  const { options, host, out } = call;
  const batches = readBatches(call);
  const path = options.last("path") ?? "/debug/pprof";
  if (!path.startsWith("/")) throw new SnapshotError("UsageError", `--path ${path}: it begins with a slash`);
  const labels = Object.fromEntries(options.list("label").map(parseLabel));
  const targets = await readTargets(operands, host.cwd, { path, labels });
  const settings = await readSettings(call);
  const folder = await CaptureFolder.create(resolve(host.cwd, options.last("out") ?? defaultName()));
  const clients = targets.map((target) => new PprofClient(target, settings));
  try {
    const bar = call.progress("capturing");
    const subjects = await connect(call, clients);
    const rounds = roundSettings(call, folder);
    if (options.flag("gc")) {
      const waitMs = seconds(call, "gc-wait", 60);
      out.note(`a garbage collection everywhere, then ${waitMs / 1000} s of waiting`);
      await collectGarbage(subjects, waitMs, rounds, (message) => out.warn(message));
    }
    const taken: CaptureBatch[] = [];
    for (const batch of batches) {
      if (call.signal.aborted) break;
      bar.update(taken.length, batches.length, `${batch.profile} debug=${batch.debug}`);
      taken.push(await takeBatch(subjects, batch, rounds));
    }
    bar.end();
    await folder.finish(`${renderJson(renderManifest({ batches: taken }), { indent: 1 })}\n`);
    return await report(call, folder.target, taken);
  } finally {
    for (const client of clients) client.close();
  }
}

function defaultName(): string {
  return `goroutines-${new Date().toISOString().replace(/[-:]|\.\d+/g, "")}`;
}

function readBatches({ options }: Call): readonly Batch[] {
  const forms = (options.last("debug") ?? "2,0").split(",");
  if (forms.some((form) => !/^[012]$/.test(form)) || new Set(forms).size !== forms.length) {
    throw new SnapshotError("UsageError", `--debug ${forms.join(",")}: a list of 0, 1 and 2, each once`);
  }
  const profiles = options.flag("leaks") ? (["goroutine", "goroutineleak"] as const) : (["goroutine"] as const);
  return profiles.flatMap((profile) => forms.map((form) => ({ profile, debug: Number(form) })));
}

function seconds({ options }: Call, name: string, otherwise: number): number {
  const value = readNumber(options, name) ?? otherwise;
  if (value > 86_400) throw new SnapshotError("UsageError", `--${name} ${value}: at most a day of 86400 seconds`);
  return value * 1000;
}

async function readSettings(call: Call): Promise<ClientSettings> {
  const read = async (name: string): Promise<Buffer | undefined> => {
    const file = call.options.last(name);
    return file === undefined ? undefined : readWhole(call, file);
  };
  const [ca, cert, key] = [await read("ca"), await read("cert"), await read("key")];
  if ((cert === undefined) !== (key === undefined))
    throw new SnapshotError("UsageError", "--cert and --key go together");
  return {
    headers: await readHeaders(call),
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    maxBytes: Math.max(1, Math.floor(readNumber(call.options, "max-bytes") ?? RUNTIME_LIMIT_BYTES)),
    signal: call.signal,
  };
}

async function readWhole({ host }: Call, file: string): Promise<Buffer> {
  return readFile(resolve(host.cwd, file)).catch((error: unknown) => {
    throw fileNotReadable(file, error);
  });
}

/** Values are secrets: no message repeats them. */
async function readHeaders(call: Call): Promise<OutgoingHttpHeaders> {
  const headers: Record<string, string[]> = Object.create(null);
  for (const given of call.options.list("header")) {
    const lines = given.startsWith("@")
      ? (await readWhole(call, given.slice(1)))
          .toString("utf8")
          .split(/\r?\n/)
          .filter((line) => line.trim() !== "")
      : [given];
    for (const line of lines) {
      const match = /^([!#$%&'*+.^_`|~\w-]+):[ \t]*([\t\x20-\x7e\x80-\xff]*)$/.exec(line);
      if (match === null) throw new SnapshotError("UsageError", "--header: write `Name: value`");
      const name = match[1]!.toLowerCase();
      headers[name] = [...(headers[name] ?? []), match[2]!];
    }
  }
  return Object.fromEntries(
    Object.entries(headers).map(([name, [first, ...more]]) => [name, more.length === 0 ? first : [first!, ...more]]),
  );
}

async function connect(call: Call, clients: readonly PprofClient[]): Promise<readonly Subject[]> {
  const found = await connectAll(clients, seconds(call, "setup-timeout", 2), process.hrtime.bigint);
  const names = nameTargets(
    clients.map(({ target }) => target),
    found.map(({ program }) => program),
  );
  return clients.map((client, ix) => {
    const { error } = found[ix]!;
    return { client, name: names[ix]!, ...(error !== undefined && { setupError: error }) };
  });
}

function roundSettings(call: Call, folder: CaptureFolder): RoundSettings {
  const names = new FileNames();
  return {
    timeoutMs: seconds(call, "timeout", 60),
    retries: Math.floor(readNumber(call.options, "retries") ?? 0),
    signal: call.signal,
    steadyNs: process.hrtime.bigint,
    wallMs: Date.now,
    pathOf: (file) => folder.pathOf(file),
    fileOf: (name, batch) => names.fileOf(name, batch),
  };
}

async function report(call: Call, target: string, batches: readonly CaptureBatch[]): Promise<ExitStatus> {
  const { out } = call;
  for (const message of warnings(batches)) out.warn(message);
  if (out.json) await out.jsonLine({ out: target, manifest: renderManifest({ batches }) });
  else {
    for (const batch of batches) await out.text(batchText(batch));
    await out.line(`wrote ${out.safe(target)}`);
  }
  if (call.signal.aborted) return EXIT.interrupted;
  // A leak profile that a Go does not know is no failure of its process.
  const targets = batches.filter(({ profile }) => profile === "goroutine").flatMap((batch) => batch.targets);
  const failed = new Set(targets.filter(({ error }) => error !== undefined).map(({ name }) => name));
  const ok = new Set(targets.filter(({ error }) => error === undefined).map(({ name }) => name));
  if (ok.size === 0) return EXIT.findings;
  return failed.size > 0 && call.options.flag("strict") ? EXIT.input : EXIT.ok;
}

/** What makes a capture less than it seems. */
function warnings(batches: readonly CaptureBatch[]): readonly string[] {
  const found: string[] = [];
  const clocks = new Set<string>();
  for (const { startNs, targets, debug } of batches) {
    for (const { name, bytes, error, serverDate, firstByteUs } of targets) {
      if (bytes === RUNTIME_LIMIT_BYTES && debug === 2 && error === undefined) {
        found.push(`${name}: ${bytes} bytes is where the runtime stops without a word: goroutines are missing`);
      }
      const here = Number((startNs ?? 0n) / 1_000_000n) + (firstByteUs ?? 0) / 1000;
      const apart = Math.round((Date.parse(serverDate ?? "") - here) / 1000);
      if (Math.abs(apart) * 1000 > CLOCK_TOLERANCE_MS && !clocks.has(name)) {
        clocks.add(name);
        found.push(`${name}: its clock is ${Math.abs(apart)} s ${apart > 0 ? "ahead" : "behind"}`);
      }
    }
  }
  return found;
}

function batchText(batch: CaptureBatch): string {
  const skew = captureSkew(batch);
  const answered = batch.targets.filter(({ error }) => error === undefined).length;
  const apart =
    skew === undefined || answered < 2
      ? ""
      : `, captured between ${milliseconds(skew.lowerUs)} and ${milliseconds(skew.upperUs)} ms apart`;
  const title = `${batch.profile} debug=${batch.debug}: ${answered} of ${batch.targets.length} processes${apart}\n`;
  const rows = batch.targets.map(({ name, bytes, sentUs, firstByteUs, doneUs, error }) => [
    name,
    error === undefined ? "ok" : error.kind,
    bytes === undefined ? "" : String(bytes),
    ...[sentUs, firstByteUs, doneUs].map((time) => (time === undefined ? "" : milliseconds(time))),
    error?.message ?? "",
  ]);
  return title + renderTable(COLUMNS, rows);
}

const COLUMNS = [
  { title: "process" },
  { title: "result" },
  { title: "bytes", align: "right" },
  { title: "sent ms", align: "right" },
  { title: "first ms", align: "right" },
  { title: "done ms", align: "right" },
  { title: "" },
] as const;

function milliseconds(us: number): string {
  return (Math.round(us / 100) / 10).toString();
}
