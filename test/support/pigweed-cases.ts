import manifest from "../golden/pigweed/cases/manifest.json";
import { readFixture } from "./fixture.ts";

/** A case of cases/manifest.json. */
export interface PigweedCase {
  readonly name: string;
  readonly pb: string;
  readonly token_db: string | null;
  readonly artifacts: string | null;
  /** File of the exact report; absent where upstream raises. */
  readonly text?: string;
  readonly error?: { readonly type: string; readonly message: string };
  readonly unordered_tags?: boolean;
}

export const PIGWEED_CASES: readonly PigweedCase[] = manifest.cases;

const inputs = import.meta.glob<string>(
  ["../golden/pigweed/cases/*.pb", "../golden/pigweed/db/*", "../golden/pigweed/artifacts/**/*.elf"],
  { query: "?url", import: "default", eager: true },
);
const texts = import.meta.glob<string>("../golden/pigweed/cases/*.txt", {
  query: "?raw",
  import: "default",
  eager: true,
});

/** @param path relative to the folder of the cases, as in the manifest */
export async function readCaseFile(path: string): Promise<Uint8Array<ArrayBuffer>> {
  const key = path.startsWith("../") ? `../golden/pigweed/${path.slice(3)}` : `../golden/pigweed/cases/${path}`;
  return readFixture(inputs[key]!);
}

export function expectedText(path: string): string {
  return texts[`../golden/pigweed/cases/${path}`]!;
}

/** The option `tokens` of a case. */
export async function caseTokens(tokenDb: string | null): Promise<{ name: string; bytes: Uint8Array }[]> {
  if (tokenDb === null) return [];
  return [{ name: tokenDb.replace(/^.*\//, ""), bytes: await readCaseFile(tokenDb) }];
}
