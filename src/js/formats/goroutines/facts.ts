import type { Fact } from "../../model/facts.ts";
import type { CapturedProcess, StackTable } from "../../model/stacks.ts";
import { type CaptureManifest, captureSkew } from "./capture-manifest.ts";
import type { DumpForm } from "./native.ts";

export interface FactSource {
  readonly form: DumpForm;
  readonly profile: string;
  readonly stacks: StackTable;
  readonly reason?: string | undefined;
  readonly manifest?: CaptureManifest | undefined;
}

/** Facts of a goroutine snapshot; docs/formats/goroutines.md lists them. */
export function goroutineFacts({ form, profile, stacks, reason, manifest }: FactSource): Fact[] {
  const processes = stacks.processes ?? [];
  const facts: Fact[] = [
    { key: "format", value: "goroutines" },
    { key: "producer", value: "Go runtime" },
  ];
  const push = (key: string, value: Fact["value"] | undefined, extra: Partial<Fact> = {}): void => {
    if (value !== undefined) facts.push({ key, value, ...extra });
  };
  push(
    "version",
    common(processes, ({ runtime }) => runtime),
    { origin: "inferred" },
  );
  push(
    "build-id",
    common(processes, ({ buildId }) => buildId),
  );
  push("time", earliest(processes), { unit: "ns" });
  push("reason", reason);
  if (reason !== undefined) push("fatal", reason !== "data race" && !reason.startsWith("SIGQUIT"));
  push("goroutines.form", form);
  if (profile !== "goroutine") push("goroutines.profile", profile);
  push("goroutines.processes", BigInt(processes.filter(({ error }) => error === undefined).length));
  push("goroutines.count", total(stacks));
  if (processes.some(({ isTruncated }) => isTruncated === true)) push("goroutines.truncated", true);
  const failed = processes.filter(({ error }) => error !== undefined).length;
  if (failed > 0) push("goroutines.failed-processes", BigInt(failed));
  pushSkew(push, { form, profile }, manifest);
  return facts;
}

type Push = (key: string, value: Fact["value"] | undefined, extra?: Partial<Fact>) => void;

const FORM_OF_DEBUG: Readonly<Record<number, DumpForm>> = { 0: "profile", 1: "counts", 2: "stacks" };

function pushSkew(
  push: Push,
  { form, profile }: Pick<FactSource, "form" | "profile">,
  manifest: CaptureManifest | undefined,
): void {
  const batch = manifest?.batches.find((one) => one.profile === profile && FORM_OF_DEBUG[one.debug] === form);
  const skew = batch === undefined ? undefined : captureSkew(batch);
  if (skew === undefined) return;
  push("goroutines.skew-lower", skew.lowerUs, { unit: "us" });
  push("goroutines.skew-upper", skew.upperUs, { unit: "us" });
}

/** The value all processes share, or undefined. */
function common(
  processes: readonly CapturedProcess[],
  read: (process: CapturedProcess) => string | undefined,
): string | undefined {
  const values = new Set(processes.map(read));
  return values.size === 1 ? [...values][0] : undefined;
}

/** Start of the batch, else what the process itself says, as nanoseconds since the epoch. */
function earliest(processes: readonly CapturedProcess[]): bigint | undefined {
  let first: bigint | undefined;
  for (const { batchStartNs, timeNs } of processes) {
    const time = batchStartNs ?? timeNs;
    if (time !== undefined && (first === undefined || time < first)) first = time;
  }
  return first;
}

/** Goroutines in all, threads left out. */
function total(stacks: StackTable): bigint {
  let sum = 0n;
  for (const { count, kind } of stacks.contexts) if (kind === "goroutine") sum += count;
  return sum;
}
