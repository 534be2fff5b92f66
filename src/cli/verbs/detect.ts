import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  DEFAULT_CHECK_EVERY,
  type DetectClock,
  Detector,
  loadState,
  type ProgramConfig,
  parseCheckInterval,
  parseProgramConfig,
  renderDetectState,
  runDetectLoop,
  runsFor,
  type TickResult,
  tick,
} from "../../js/detect.ts";
import { type OpenOptions, renderJson, SnapshotError } from "../../js/index.ts";
import type { RuleSet } from "../../js/triage.ts";
import type { Call } from "../command.ts";
import { DirectorySource } from "../detect/directory-source.ts";
import { openFiling } from "../detect/filing.ts";
import { Inbox } from "../detect/inbox.ts";
import { JoinedSource } from "../detect/joined-source.ts";
import { StateDirectory } from "../detect/state-files.ts";
import { openUploadServer } from "../detect/upload-server.ts";
import { EXIT, type ExitStatus } from "../exit.ts";
import { readOpenOptions } from "../option-files.ts";
import { loadRuleSources, readRuleSources } from "../triage/rule-files.ts";

const DEFAULT_STATE = ".coldframe-detect";
const DEFAULT_PREFIX = "coldframe-detect-";
const UPSTREAM_PREFIX = "fuchsia-detect-";
const NANOS_PER_MS = 1_000_000n;
/** Longest wait of one timer, milliseconds. */
const LONGEST_SLEEP = 2 ** 30;

export async function runDetect(call: Call): Promise<ExitStatus> {
  const { options, operands } = call;
  const testOnly = options.flag("test-only");
  const checkEvery = parseCheckInterval(options.last("check-every") ?? DEFAULT_CHECK_EVERY, testOnly);
  const settle = Number(parseCheckInterval(options.last("settle") ?? "2s", true) / NANOS_PER_MS);
  if (operands.length === 0 && options.last("capture") === undefined && options.last("listen") === undefined) {
    throw new SnapshotError("UsageError", "detect needs a SOURCE, --capture or --listen");
  }
  const { rules, config } = await readDetectRules(call);
  const state = await StateDirectory.open(resolve(call.host.cwd, options.last("state") ?? DEFAULT_STATE));
  try {
    const open = { ...(await readOpenOptions(call)), ...(options.flag("legacy") && { legacy: true }) };
    const detector = await openDetector(call, { rules, config, state, testOnly });
    const source = await openSource(call, { state, open, settle, checkEvery });
    return await watch(call, { detector, source, state, checkEvery, testOnly });
  } finally {
    await state.close();
  }
}

/** All rules are read and checked; those for other products do not run. */
async function readDetectRules(call: Call): Promise<{ rules: RuleSet; config: ProgramConfig | undefined }> {
  const all = loadRuleSources(call, await readRuleSources(call));
  const configs: ProgramConfig[] = [];
  for (const dir of call.options.list("rules")) {
    const text = await readFile(join(resolve(call.host.cwd, dir), "config.json"), "utf8").catch(() => undefined);
    if (text !== undefined) configs.push(parseProgramConfig(text));
  }
  if (configs.length === 0) return { rules: all, config: undefined };
  const config: ProgramConfig = {
    filing: configs.every(({ filing }) => filing),
    conditional: new Map(configs.flatMap(({ conditional }) => [...conditional])),
  };
  const unknown = [...config.conditional.keys()].find((namespace) => !all.files.has(namespace));
  if (unknown !== undefined) call.out.warn(`config.json speaks of "${unknown}", but there is no such rule file`);
  const files = [...all.files].filter(([namespace]) => runsFor(config, namespace, call.options.last("product")));
  return { rules: { ...all, files: new Map(files) }, config };
}

interface DetectorParts {
  readonly rules: RuleSet;
  readonly config: ProgramConfig | undefined;
  readonly state: StateDirectory;
  readonly testOnly: boolean;
}

async function openDetector(call: Call, { rules, config, state, testOnly }: DetectorParts): Promise<Detector> {
  const { options, limits, out } = call;
  const compat = options.flag("compat");
  const prefix = options.last("prefix") ?? (compat ? UPSTREAM_PREFIX : DEFAULT_PREFIX);
  if (!/^[a-z-]*$/.test(prefix)) throw new SnapshotError("UsageError", "--prefix takes letters a to z and -");
  const { filing, description } = await openFiling(call, state.dir);
  const isTarget = options.last("file-to") !== undefined;
  // As upstream: a config.json decides, and without one filing is off. Of our own: --file-to alone is enough.
  const filingEnabled = isTarget && (config?.filing ?? !compat);
  const why = isTarget && !filingEnabled ? "filing is off: config.json does not enable it" : description;
  out.note(`${counted(rules.files.size, "rule file")}; ${why}`);
  const detector = new Detector({
    rules,
    filing,
    filingEnabled,
    testOnly,
    compat,
    prefix,
    limits,
    state: await loadState(state),
    saveState: (kept) => state.save(renderDetectState(kept)),
    log: ({ level, text }) => (level === "info" ? out.note(text) : out.warn(text)),
  });
  await detector.resume(wallClock());
  return detector;
}

interface SourceParts {
  readonly state: StateDirectory;
  readonly open: OpenOptions;
  readonly settle: number;
  readonly checkEvery: bigint;
}

async function openSource(call: Call, { state, open, settle, checkEvery }: SourceParts): Promise<JoinedSource> {
  const sources = call.operands.map((dir) => ({
    label: resolve(call.host.cwd, dir),
    source: new DirectorySource(call, { dir, settle, open }),
  }));
  const command = call.options.last("capture");
  const inbox = await Inbox.open(call, join(state.dir, "inbox"), open);
  const timeout = Math.min(Number(checkEvery / NANOS_PER_MS), LONGEST_SLEEP);
  const capture = async (): Promise<void> => {
    if (command !== undefined) await inbox.capture(command, timeout);
  };
  return new JoinedSource({ sources: [...sources, { label: "inbox", source: inbox }], inbox, capture });
}

interface Watch {
  readonly detector: Detector;
  readonly source: JoinedSource;
  readonly state: StateDirectory;
  readonly checkEvery: bigint;
  readonly testOnly: boolean;
}

async function watch(call: Call, { detector, source, state, checkEvery, testOnly }: Watch): Promise<ExitStatus> {
  const { options, signal, out } = call;
  let failures = 0;
  source.onFailure = (error) => {
    failures++;
    detector.scanFailed(error.message);
  };
  const stats = (): string => renderJson(detector.stats.toInspect({ checkEvery, testOnly }));
  const afterScan = async ({ judged, filed }: TickResult): Promise<void> => {
    await state.saveStats(stats());
    if (judged > 0 || options.flag("once")) {
      out.note(`judged ${counted(judged, "snapshot")}, filed ${counted(filed.length, "report")}`);
    }
  };
  if (options.flag("once")) {
    const result = await tick(detector, source, { now: wallClock(), uptime: STEADY.uptime(), signal });
    await afterScan(result);
    if (detector.stats.counters.issues_detected > 0) return EXIT.findings;
    return failures > 0 && result.judged === 0 ? EXIT.input : EXIT.ok;
  }
  const listen = options.last("listen");
  const server = listen === undefined ? undefined : await openUploadServer({ listen, inbox: source.inbox, stats });
  if (server !== undefined) out.note(`listening on ${server.address}`);
  try {
    await runDetectLoop({ detector, source, checkEvery, clock: STEADY, signal, afterScan });
  } finally {
    await server?.close();
  }
  return EXIT.ok;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

function wallClock(): bigint {
  return BigInt(Date.now()) * NANOS_PER_MS;
}

const STEADY: DetectClock = {
  now: wallClock,
  uptime: () => BigInt(Math.round(performance.now() * 1_000)) * 1_000n,
  async sleepUntil(uptime, signal) {
    for (let left = uptime - STEADY.uptime(); left > 0n && !signal.aborted; left = uptime - STEADY.uptime()) {
      const ms = Math.min(Math.ceil(Number(left) / 1e6), LONGEST_SLEEP);
      await sleep(ms, undefined, { signal }).catch(() => undefined);
    }
  },
};
