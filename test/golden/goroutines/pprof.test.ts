import { describe, expect, it } from "vitest";
import { mergeSamples, type Sample } from "../../../src/js/analysis/profile/samples.ts";
import { renderRaw } from "../../../src/js/formats/goroutines/profile-text.ts";
import type { SnapshotParts } from "../../../src/js/model/snapshot.ts";
import {
  type ReportOptions,
  renderPeek,
  renderTags,
  renderTop,
  renderTraces,
  renderTree,
} from "../../../src/js/render/profile/report.ts";
import { GOROUTINE_FILES, goroutineFixture, goroutineText, readGoroutines, recordOf } from "../../support/goroutines.ts";

/** Lines that name the machine: everything else is equal byte for byte. */
const withoutMachine = (text: string): string => text.replace(/^(?:File|Build ID|Time): .*\n/gm, "");

const UNTRIMMED = { nodeCount: 0, nodeFraction: 0, edgeFraction: 0 };
/** The tables were recorded with the default edge fraction: in sets of thousands it takes inline marks of rare calls. */
const ALL_NODES = { nodeCount: 0, nodeFraction: 0 };

async function profile(...paths: readonly string[]): Promise<SnapshotParts> {
  const files: Record<string, Uint8Array> = {};
  for (const path of paths) files[path] = await goroutineFixture(path);
  return (await readGoroutines(files))[0]!;
}

/** Flags of the recorded commands, by the name of the file. */
const REPORTS: Readonly<Record<string, (samples: readonly Sample[], options: ReportOptions) => string>> = {
  top: (samples, options) => renderTop(samples, { ...options, ...ALL_NODES }),
  "top-cum": (samples, options) => renderTop(samples, { ...options, ...ALL_NODES, isCumulative: true }),
  "base-top": (samples, options) => renderTop(samples, { ...options, ...ALL_NODES }),
  "diff-top": (samples, options) => renderTop(samples, { ...options, ...ALL_NODES }),
  tree: (samples, options) => renderTree(samples, { ...options, ...UNTRIMMED }),
  traces: renderTraces,
  tags: renderTags,
  "focus-handle": (samples, options) => renderTop(samples, { ...options, focus: "main.*handle", isCumulative: true }),
  "peek-Lock": (samples, options) => renderPeek(samples, "Lock$", options),
  "tagfocus-client_id-0": (samples, options) => renderTraces(samples, { ...options, tagFocus: "client_id=^0$" }),
  "tagroot-method": (samples, options) =>
    renderTop(samples, { ...options, ...ALL_NODES, isCumulative: true, tagRoot: ["rpc.method"] }),
};

const cases = GOROUTINE_FILES.flatMap((path) => {
  const match = /^(.+)\/expected\/(.+)\.pprof-(.+)\.txt$/.exec(path);
  return match === null ? [] : [{ path, set: match[1]!, name: match[2]!, report: match[3]! }];
});

describe("pprof reports", () => {
  it.each(cases.filter(({ report }) => !report.startsWith("raw")).map((c) => [c.path, c] as const))(
    "%s",
    async (path, { set, name, report }) => {
      const names = name === "all" ? ["server", "client-a", "client-b", "pipeline"] : [name];
      const { stacks } = await profile(...names.map((n) => `${set}/${n}.pb.gz`));
      const sources: Parameters<typeof mergeSamples>[0][number][] = [{ stacks }];
      const role = report === "base-top" ? "base" : report === "diff-top" ? "diff-base" : undefined;
      if (role !== undefined) sources.push({ stacks: (await profile(`shop-go1.24/${name}.pb.gz`)).stacks, role });
      const actual = REPORTS[report]!(mergeSamples(sources), { header: { type: "goroutine" } });
      expect(withoutMachine(actual)).toBe(withoutMachine(await goroutineText(path)));
    },
  );

  it.each(cases.filter(({ report }) => report.startsWith("raw")).map((c) => [c.path, c] as const))(
    "%s",
    async (path, { set, name, report }) => {
      const file = report === "raw" ? `${set}/${name}.pb.gz` : `${set}/${name}.debug1.txt`;
      expect(renderRaw(recordOf(await profile(file)))).toBe(await goroutineText(path));
    },
  );
});
