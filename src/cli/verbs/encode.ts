import { rename, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { embeddedCore, loadCore, parseJson, renderJson, SnapshotError } from "../../js/index.ts";
import { encodeSnapshot, readSnapshotData } from "../../js/pigweed.ts";
import { fileNotReadable } from "../../js/platform/node.ts";
import type { Call } from "../command.ts";
import type { ExitStatus } from "../exit.ts";
import { EXIT } from "../exit.ts";
import { readOptionFile, readProject } from "../option-files.ts";

/** Nesting of messages (100) in JSON: an array and an object each. */
const JSON_DEPTH = 256;

export async function runEncode(call: Call): Promise<ExitStatus> {
  const bytes = await readInput(call, call.operands[0]!);
  const core = await loadCore(await embeddedCore());
  const options = { project: await readProject(call), strict: call.options.flag("strict"), limits: call.limits };
  if (call.options.flag("decode")) {
    const { data, issues } = readSnapshotData(core, bytes, options);
    call.out.issues(issues, call.operands[0]);
    await write(call, Buffer.from(`${renderJson(data, { indent: call.out.json ? 0 : 2 })}\n`));
    return EXIT.ok;
  }
  const data = parseJson(new TextDecoder().decode(bytes), { depth: JSON_DEPTH });
  if (!(data instanceof Map))
    throw new SnapshotError("ValueOutOfRange", "encoding a snapshot: the JSON text is not an object");
  await write(call, encodeSnapshot(core, data, options));
  return EXIT.ok;
}

async function readInput(call: Call, operand: string): Promise<Uint8Array> {
  if (operand !== "-") return (await readOptionFile(call, operand)).bytes;
  const chunks: Uint8Array[] = [];
  for await (const chunk of call.host.stdin) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}

async function write(call: Call, bytes: Uint8Array): Promise<void> {
  const target = call.options.last("out");
  if (target === undefined) {
    if (call.out.isTerminal && !call.options.flag("decode")) {
      throw new SnapshotError("UsageError", "a snapshot is binary: redirect the output, or name a file with --out");
    }
    if (call.options.flag("decode")) await call.out.pieces([Buffer.from(bytes).toString("utf8")]);
    else await call.out.bytes(bytes);
    return;
  }
  const path = resolve(call.host.cwd, target);
  const unfinished = `${path}.${process.pid}.part`;
  try {
    await writeFile(unfinished, bytes);
    await rename(unfinished, path);
  } catch (error) {
    throw fileNotReadable(target, error);
  }
  if (call.out.json) await call.out.jsonLine({ out: target, bytes: bytes.length });
}
