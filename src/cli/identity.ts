import {
  defaultSignatureRules,
  type FactFilter,
  parseFactFilter,
  parseSignatureRules,
  type SignatureRules,
} from "../js/identity.ts";
import { embeddedCore, loadCore, type OpenOptions, type Snapshot } from "../js/index.ts";
import { ARTIFACT_OPTIONS, readArtifacts } from "./artifacts.ts";
import { type Call, OPEN_OPTIONS, type OptionSpec } from "./command.ts";
import { PROJECT_OPTIONS, readOpenOptions, readOptionFile, TOKENS_OPTION } from "./option-files.ts";

/** Options of the verbs that tell snapshots apart. */
export const IDENTITY_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  rules: { value: "FILE", summary: "signature rules instead of the built-in ones", completes: "file" },
  "version-filter": { value: "EXPR", summary: 'only snapshots whose facts match, e.g. "version >= 1.4.0"' },
  ...TOKENS_OPTION,
  ...PROJECT_OPTIONS,
  ...ARTIFACT_OPTIONS,
  ...OPEN_OPTIONS,
};

/** What `--tokens`, `--artifacts` and their like say, and one core for all files. */
export async function readIdentityOptions(call: Call): Promise<OpenOptions> {
  const symbols = await readArtifacts(call);
  return {
    ...(await readOpenOptions(call)),
    ...(symbols !== undefined && { symbols }),
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

/** @throws SnapshotError `MalformedFilter` */
export function readFilter(call: Call): FactFilter | undefined {
  const text = call.options.last("version-filter");
  return text === undefined ? undefined : parseFactFilter(text);
}

/** What messages call one of several snapshots of a file. */
export function snapshotName(label: string, snapshots: readonly Snapshot[], ix: number): string {
  return snapshots.length === 1 ? label : `${label}#${ix + 1}`;
}
