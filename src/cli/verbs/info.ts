import type { Coverage } from "../../js/capture-views.ts";
import { defaultSignatureRules, signatureOf } from "../../js/identity.ts";
import { renderFacts, renderIssues, renderTable, type Snapshot } from "../../js/index.ts";
import type { Call } from "../command.ts";
import type { ExitStatus } from "../exit.ts";
import { EXIT } from "../exit.ts";
import { forEachInput, type OpenedInput } from "../inputs.ts";
import { readOpenOptions } from "../option-files.ts";
import { renderBytes } from "../progress.ts";

export async function runInfo(call: Call): Promise<ExitStatus> {
  const open = { ...(await readOpenOptions(call)), analysis: "none" };
  return forEachInput(call, call.operands, { hash: true, open }, async (input) => {
    for (const snapshot of input.snapshots) await print(call, input, snapshot);
    return EXIT.ok;
  });
}

/** What a capture of maps has and lacks; its code is loaded where there is one. */
async function coverageOf(snapshot: Snapshot): Promise<Coverage> {
  const views = await import("../../js/capture-views.ts");
  return views.coverageOf(snapshot);
}

async function print({ out }: Call, input: OpenedInput, snapshot: Snapshot): Promise<void> {
  const { format, facts, issues, inputs } = snapshot;
  const counts = {
    stacks: snapshot.stacks.contexts.length,
    logs: snapshot.logs.length,
    values: snapshot.values.count(snapshot.values.root),
  };
  const { id, rules, title } = signatureOf(snapshot, defaultSignatureRules());
  if (out.json) {
    const signature = { id, rules, title };
    const coverage = snapshot.maps && (await coverageOf(snapshot));
    const { digests: files, label: file } = input;
    await out.jsonLine({
      file,
      format,
      files,
      inputs,
      counts,
      signature,
      facts,
      issues,
      ...(coverage && { coverage }),
    });
    return;
  }
  const { bold } = out.colors;
  await out.line(bold(out.safe(input.label)));
  const rows = [
    ["format", format],
    ...input.digests.map(({ name, byteLength, sha256 }) => [
      "file",
      `${name}, ${byteLength} bytes (${renderBytes(byteLength)}), sha256 ${sha256}`,
    ]),
    ["contents", `${counts.stacks} stacks, ${counts.logs} log records, ${counts.values} top-level values`],
    ["identity", `${id}  ${title}`],
  ];
  await out.line(
    renderTable([{ title: "" }, { title: "" }], rows)
      .replace(/^(?=.)/gm, "  ")
      .trimEnd(),
  );
  for (const section of [renderFacts({ facts }), renderIssues({ issues })]) {
    if (section !== "") await out.line(`\n${section.trimEnd()}`);
  }
}
