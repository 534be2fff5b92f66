import { beforeAll, describe, expect, it } from "vitest";
import type { Core } from "../../../src/js/abi/core.ts";
import { decodeSnapshot, rootMessage } from "../../../src/js/formats/pigweed/decode.ts";
import { LogCursor } from "../../../src/js/formats/pigweed/logs.ts";
import { snapshotLayout } from "../../../src/js/formats/pigweed/schema.ts";
import { renderReport } from "../../../src/js/formats/pigweed/text/report.ts";
import { testCore } from "../../support/core.ts";
import { readFixture } from "../../support/fixture.ts";
import { PLAIN_FIELDS } from "../../support/plain-fields.ts";
import manifest from "./cases/manifest.json";

const inputs = import.meta.glob<string>("./cases/*.pb", { query: "?url", import: "default", eager: true });
const texts = import.meta.glob<string>("./cases/*.txt", { query: "?raw", import: "default", eager: true });

let core: Core;
beforeAll(async () => {
  core = await testCore();
});

function dump(bytes: Uint8Array, strict: boolean): string {
  const snapshot = decodeSnapshot(core, bytes, { fields: PLAIN_FIELDS, strict });
  const entry = snapshotLayout().byName.get("logs")!.child!;
  return renderReport({
    report: snapshot.report,
    message: rootMessage(snapshot),
    damage: snapshot.damage,
    logs: new LogCursor(entry, bytes, PLAIN_FIELDS),
  });
}

describe("reports", () => {
  const cases = manifest.cases.filter((c) => c.token_db === null && c.artifacts === null && "text" in c);
  it.each(cases.map((c) => [c.name, c] as const))("print %s as upstream does", async (_name, c) => {
    const bytes = await readFixture(inputs[`./cases/${c.pb}`]!);
    expect(dump(bytes, true)).toBe(texts[`./cases/${c.text}`]);
    expect(dump(bytes, false)).toBe(texts[`./cases/${c.text}`]);
  });
});
