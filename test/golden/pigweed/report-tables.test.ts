import { beforeAll, describe, expect, it } from "vitest";
import type { Core } from "../../../src/js/abi/core.ts";
import { encodeUtf8, toHexString } from "../../../src/js/base/bytes.ts";
import { withLimits } from "../../../src/js/base/limits.ts";
import { decodePigweed } from "../../../src/js/formats/pigweed/plugin.ts";
import { renderCortexM, renderLongCause } from "../../../src/js/formats/pigweed/text/cpu.ts";
import { asPigweed } from "../../../src/js/pigweed.ts";
import { testCore } from "../../support/core.ts";
import { hugeSnapshot } from "../../support/huge-snapshot.mjs";
import { bytes } from "../../support/pb-builder.ts";
import { caseTokens, readCaseFile } from "../../support/pigweed-cases.ts";
import { reportText } from "../../support/pigweed-open.ts";
import cfsr from "./cases/cfsr.json";
import huge from "./cases/huge.json";
import systemReports from "./cases/pw_system_report.json";

let core: Core;
beforeAll(async () => {
  core = await testCore();
});

async function dumpWith(input: Uint8Array, tokenDb: string | null, options: Record<string, unknown> = {}): Promise<string> {
  const tokens = await caseTokens(tokenDb);
  const parts = decodePigweed(core, { name: "x.pb", bytes: input }, { options: { tokens }, limits: withLimits() });
  return reportText(parts, { strict: false, ...options });
}

async function sha256(input: Uint8Array<ArrayBuffer>): Promise<string> {
  return toHexString(new Uint8Array(await crypto.subtle.digest("SHA-256", input)));
}

describe("recorded analyses", () => {
  it.each(cfsr.map((record, ix) => [ix, record] as const))("exception %i", (_ix, record) => {
    const state = Uint8Array.from(atob(record.pb), (c) => c.charCodeAt(0));
    const parts = decodePigweed(core, { name: "x", bytes: bytes(20, state) }, { options: {}, limits: withLimits() });
    const { cpu } = asPigweed(parts).report;
    if (cpu?.kind !== "cortex-m") throw new Error("no Cortex-M state");
    expect([cpu.cause, cpu.activeBits, cpu.isFaultActive, cpu.isNestedFault]).toEqual([
      record.cause_short,
      record.active,
      record.fault_active,
      record.nested,
    ]);
    expect(renderLongCause(cpu)).toBe(record.cause);
    expect(renderCortexM(cpu)).toBe(record.text);
  });

  it.each(systemReports.map((c) => [`${c.pb} with ${c.token_db}`, c] as const))("pw_system: %s", async (_name, c) => {
    const tokenDb = c.token_db === null ? null : `../db/${c.token_db}`;
    expect(await dumpWith(await readCaseFile(c.pb), tokenDb, { variant: "pw_system" })).toBe(c.text);
  });

  it.each(huge.runs[0]!.outputs)("15,000 logs with $token_db", async (output) => {
    const input = hugeSnapshot(15_000);
    expect(await sha256(Uint8Array.from(input))).toBe(huge.runs[0]!.pb_sha256);
    const text = encodeUtf8(await dumpWith(input, output.token_db));
    expect([text.length, await sha256(text)]).toEqual([output.out_bytes, output.out_sha256]);
  });
});
