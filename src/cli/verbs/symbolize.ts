import { SnapshotError } from "../../js/index.ts";
import {
  type AddressRole,
  type ArtifactSet,
  type SymbolImage,
  type SymbolizedAddress,
  symbolizeAddress,
} from "../../js/symbols.ts";
import { readArtifacts } from "../artifacts.ts";
import type { Call } from "../command.ts";
import type { ExitStatus } from "../exit.ts";
import { EXIT } from "../exit.ts";

export async function runSymbolize(call: Call): Promise<ExitStatus> {
  const set = await readArtifacts(call);
  if (set === undefined) throw new SnapshotError("UsageError", "the option --artifacts is needed");
  const image = chooseImage(call, set);
  const role: AddressRole = call.options.flag("returns") ? "return" : "instruction";
  for (const operand of call.operands) {
    const address = parseAddress(operand);
    if (call.options.flag("exact")) await printExact(call, image, address);
    else await printChain(call, symbolizeAddress(image, address, role, { arch: call.options.last("arch") }));
  }
  call.out.issues(image.issues);
  return EXIT.ok;
}

function chooseImage({ options }: Call, set: ArtifactSet): SymbolImage {
  const id = options.last("build-id");
  if (id !== undefined) return set.getForBuildId(parseId(id));
  const name = options.last("image");
  const names = set.images.map((image) => image.name);
  const chosen = name === undefined ? set.images[0] : set.named(name);
  if (chosen !== undefined && (name !== undefined || names.length === 1)) return chosen;
  const wanted = name ?? "one artifact";
  throw new SnapshotError(
    "ArtifactNotFound",
    `choosing the artifact: looked for ${wanted} among ${names.length}; name a build id or a file`,
    { fields: { wanted }, available: names },
  );
}

function parseId(text: string): Uint8Array {
  if (!/^([0-9a-fA-F]{2})+$/.test(text)) {
    throw new SnapshotError("UsageError", `--build-id ${text} is not a string of hexadecimal bytes`);
  }
  return Uint8Array.from(text.match(/../g)!, (byte) => Number.parseInt(byte, 16));
}

function parseAddress(text: string): bigint {
  const digits = /^(?:0[xX])?([0-9a-fA-F]{1,16})$/.exec(text)?.[1];
  if (digits === undefined) throw new SnapshotError("UsageError", `${text} is not a hexadecimal address of 64 bits`);
  return BigInt(`0x${digits}`);
}

function renderAddress(address: bigint): string {
  return `0x${address.toString(16).padStart(8, "0")}`;
}

async function printExact(call: Call, image: SymbolImage, address: bigint): Promise<void> {
  const symbol = image.lookup(address);
  const { name = "", file, line } = symbol ?? {};
  if (call.out.json)
    return call.out.jsonLine({ address: renderAddress(address), name, file: file ?? "", line: line ?? 0 });
  const place = file === undefined ? "??:?" : `${file}:${line ?? 0}`;
  await call.out.line(call.out.safe(`${renderAddress(address)} ${name === "" ? "??" : name} ${place}`));
}

async function printChain(call: Call, found: SymbolizedAddress): Promise<void> {
  const { address, lookedUp, role, frames, special } = found;
  if (call.out.json) {
    await call.out.jsonLine({
      address: renderAddress(address),
      lookedUp: renderAddress(lookedUp),
      role,
      ...(special !== undefined && { special }),
      frames,
    });
    return;
  }
  if (frames.length === 0) return call.out.line(`${renderAddress(address)} ${special ?? "??"}`);
  for (const [ix, { name, file, line, column, inlined }] of frames.entries()) {
    const place = file === undefined ? "??:?" : `${file}:${line ?? 0}${column === undefined ? "" : `:${column}`}`;
    const head = ix === 0 ? renderAddress(address) : " ".repeat(renderAddress(address).length);
    await call.out.line(call.out.safe(`${head} ${name === "" ? "??" : name} ${place}${inlined ? " (inlined)" : ""}`));
  }
}
