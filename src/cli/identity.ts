import { defaultSignatureRules, parseSignatureRules, type SignatureRules } from "../js/identity.ts";
import { embeddedCore, loadCore, type OpenOptions, type Snapshot } from "../js/index.ts";
import { readSymbols } from "./artifacts.ts";
import type { Call } from "./command.ts";
import { readOpenOptions, readOptionFile } from "./option-files.ts";

/** What `--tokens`, `--artifacts` and their like say, and one core for all files. */
export async function readIdentityOptions(call: Call): Promise<OpenOptions> {
  return {
    ...(await readOpenOptions(call)),
    ...(await readSymbols(call)),
    analysis: "frames",
    core: await loadCore(await embeddedCore()),
  };
}

/** @throws SnapshotError as `parseSignatureRules`, and for a file that cannot be read. */
export async function readRules(call: Call, option: "rules" | "against" = "rules"): Promise<SignatureRules> {
  const path = call.options.last(option);
  if (path === undefined) return defaultSignatureRules();
  const { bytes } = await readOptionFile(call, path);
  return parseSignatureRules(new TextDecoder().decode(bytes));
}

/** What messages call one of several snapshots of a file. */
export function snapshotName(label: string, snapshots: readonly Snapshot[], ix: number): string {
  if (snapshots.length === 1) return label;
  const files = new Set(snapshots.flatMap(({ inputs }) => inputs.map(({ name }) => name)));
  const { inputs } = snapshots[ix]!;
  // Files of a directory that were opened together, and turned out to be snapshots of their own.
  return files.size === snapshots.length && inputs.length === 1 ? `${label}/${inputs[0]!.name}` : `${label}#${ix + 1}`;
}
