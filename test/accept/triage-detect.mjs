// Kinds of cases about Detect.
import { splitArray, splitObject } from "./raw-json.mjs";
import { containsExpected } from "./triage-language.mjs";

const NANOS_PER_SECOND = 1_000_000_000n;

function runCheckEvery(lib, { expr, mode }) {
  try {
    return { nanos: String(lib.parseCheckInterval(expr, mode === "test", true)) };
  } catch (error) {
    if (error.name !== "SnapshotError") throw error;
    return { error: error.message };
  }
}

function runThrottle(lib, { mode, steps }) {
  const throttle = new lib.Throttle(mode === "test");
  return steps.map(({ now, signature, interval }) => {
    const send = throttle.allows(signature, BigInt(now), BigInt(interval));
    if (send) throttle.commit(signature, BigInt(now));
    return send;
  });
}

async function runDetect(lib, one) {
  const log = [];
  const reports = [];
  let detector;
  const filing = new lib.MemoryFiling(async ({ report }) => {
    reports.push(report.crash_signature);
  });
  try {
    const testOnly = one.mode === "test";
    const period = lib.parseCheckInterval(`Seconds(${one.checkEverySeconds})`, testOnly);
    const { filing: filingEnabled } = lib.parseProgramConfig(one.programConfig ?? undefined);
    const sources = Array.from(splitObject(one.raw.get("configs")), ([namespace, raw]) => ({
      namespace,
      text: raw.startsWith('"') ? JSON.parse(raw) : raw,
    }));
    const rules = lib.loadRules(sources, { compat: true });
    detector = new lib.Detector({
      rules,
      filing,
      filingEnabled,
      testOnly,
      compat: true,
      log: (line) => log.push(line.text),
    });
    const perCycle = [];
    let now = 0n;
    for (const inspect of splitArray(one.raw.get("inspectPerCycle"))) {
      await detector.scan({ snapshot: lib.openInspect({ "inspect.json": inspect }), now: now * NANOS_PER_SECOND });
      perCycle.push(reports.splice(0).sort());
      now += period / NANOS_PER_SECOND;
    }
    return { reports: perCycle, log: log.join("\n"), exitsWithoutFetching: false };
  } catch (error) {
    if (error.name !== "SnapshotError") throw error;
    return { reports: [], log: [...log, error.message].join("\n"), exitsWithoutFetching: true };
  }
}

/** What of a run a case speaks of. */
function sameRun(actual, expected) {
  const { reports, logContains, exits } = expected;
  const isSame = exits === true || JSON.stringify(actual.reports) === JSON.stringify(reports);
  const isLogged = logContains === undefined || [logContains].flat().every((text) => actual.log.includes(text));
  return isSame && isLogged && (exits === undefined || exits === actual.exitsWithoutFetching);
}

/** Members under both spellings, as the report has them and as its interface names them. */
function runCrashReport(lib, one) {
  const report = lib.createReport(
    one.signature ?? one.crashSignature ?? one.crash_signature,
    BigInt(one.uptime ?? one.now ?? 1),
  );
  const camel = Object.entries(report).map(([key, value]) => [key.replace(/_(\w)/g, (_, c) => c.toUpperCase()), value]);
  const plain = ([key, value]) => [key, typeof value === "bigint" ? String(value) : value];
  return Object.fromEntries([...Object.entries(report), ...camel].map(plain));
}

function runPendingQueue(lib, one) {
  const max = one.max ?? one.maxPending ?? lib.MAX_PENDING;
  const queue = new lib.PendingQueue(max);
  let accepted = 0;
  while (accepted < 1000 && queue.push(accepted)) accepted++;
  return { accepted, max, error: lib.tooManyPending(max) };
}

export const DETECT_KINDS = {
  checkEvery: {
    run: runCheckEvery,
    same: (actual, expected) => (expected.error === true ? "error" in actual : containsExpected(actual, expected)),
  },
  signature: { run: (lib, { input }) => lib.fileSignature(input).signature },
  throttle: { run: runThrottle, expected: ({ steps }) => steps.map((step) => step.send) },
  effectiveInterval: {
    run: (lib, { interval, mode }) => String(lib.effectiveInterval(BigInt(interval), mode === "test")),
  },
  detectRun: {
    run: runDetect,
    expected: ({ expectReportsPerCycle, expectLogContains, exitsWithoutFetching }) => ({
      reports: expectReportsPerCycle?.map((cycle) => [...cycle].sort()),
      logContains: expectLogContains,
      exits: exitsWithoutFetching,
    }),
    same: sameRun,
  },
  crashReport: { run: runCrashReport, same: containsExpected },
  pendingQueue: { run: runPendingQueue, same: containsExpected },
};
