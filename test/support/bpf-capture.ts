import { withLimits } from "../../src/js/base/limits.ts";
import { bpf } from "../../src/js/formats/bpf/plugin.ts";
import type { Snapshot } from "../../src/js/model/snapshot.ts";
import { btfModule } from "./btf.ts";
import { testCore } from "./core.ts";

/** Opens a capture as the library does. */
export async function openCapture(
  bytes: Uint8Array,
  options: Readonly<Record<string, unknown>> = {},
): Promise<Snapshot> {
  const core = await testCore();
  await core.loadModule("btf", () => btfModule());
  const context = { options, limits: withLimits() };
  const [parts] = await bpf.decode(core, [{ name: "capture.cfbpf", bytes }], context);
  return { ...parts!, ...bpf.attach(structuredClone(parts!), core) };
}
