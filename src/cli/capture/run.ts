import { SnapshotError } from "../../js/index.ts";
import type { Call } from "../command.ts";
import type { ExitStatus } from "../exit.ts";

/** The verb `capture`: its first operand says of what. */
export async function runCapture(call: Call): Promise<ExitStatus> {
  const [kind, ...targets] = call.operands;
  if (kind === "go") {
    const { runCaptureGo } = await import("./go/run.ts");
    return runCaptureGo(call, targets);
  }
  if (kind === "bpf") {
    const { captureBpf } = await import("./bpf/run.ts");
    return captureBpf(call, targets);
  }
  const available = ["go", "bpf"];
  throw new SnapshotError("UsageError", `capture ${kind}: coldframe can capture: go, bpf`, { available });
}
