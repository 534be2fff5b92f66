import { access } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { type Btf, isCapture, openBtf, openCapturedBtf, unpackTypes } from "../../js/btf.ts";
import { open, SnapshotError } from "../../js/index.ts";
import { toWebStream } from "../../js/platform/node.ts";
import type { Call } from "../command.ts";
import { readOptionFile } from "../option-files.ts";

const KERNEL_DIR = "/sys/kernel/btf";

/** A file of types, opened, with the bytes it was read from. */
export interface OpenedTypes {
  readonly btf: Btf;
  /** The file, unpacked. */
  readonly bytes: Uint8Array;
}

/**
 * Opens what an operand names: a blob, an ELF file, a capture, `-`.
 * @throws SnapshotError `FileNotReadable`, `MalformedBtf`, `TypeMissing`, `UsageError`.
 */
export async function openTypes(call: Call, path: string): Promise<OpenedTypes> {
  const bar = call.progress("reading types");
  try {
    const { name, bytes: packed } = path === "-" ? await readStdin(call) : await readOptionFile(call, path);
    bar.update(packed.length, packed.length);
    const bytes = await unpackTypes({ name, bytes: packed }, call.limits);
    const btf = isCapture(bytes) ? await ofCapture(call, bytes) : await ofFile(call, path, bytes);
    call.out.issues(btf.issues, path);
    return { btf, bytes };
  } finally {
    bar.end();
  }
}

async function ofFile(call: Call, path: string, bytes: Uint8Array): Promise<Btf> {
  const given = call.options.last("base") ?? (await kernelBeside(call, path));
  if (given === undefined) return openBtf(bytes, { name: basename(path) });
  const base = await openBtf((await readOptionFile(call, given)).bytes, { name: basename(given) });
  return openBtf(bytes, { base, name: basename(path) });
}

/** The vmlinux that a module in the kernel's own directory extends. */
async function kernelBeside(call: Call, path: string): Promise<string | undefined> {
  const whole = resolve(call.host.cwd, path);
  if (dirname(whole) !== KERNEL_DIR || basename(whole) === "vmlinux") return undefined;
  const kernel = join(KERNEL_DIR, "vmlinux");
  return access(kernel).then(
    () => kernel,
    () => undefined,
  );
}

async function ofCapture(call: Call, bytes: Uint8Array): Promise<Btf> {
  const text = call.options.last("id");
  if (text !== undefined && !/^\d{1,9}$/.test(text)) throw new SnapshotError("UsageError", `--id ${text} is no number`);
  const snapshot = await open(bytes, { format: "bpf", limits: call.limits, signal: call.signal });
  return openCapturedBtf(snapshot, { id: text === undefined ? undefined : Number(text) });
}

async function readStdin({ host, out }: Call): Promise<{ name: string; bytes: Uint8Array }> {
  if (host.stdin.isTTY === true) out.note("reading standard input; end it with Ctrl-D");
  const stream = toWebStream(() => host.stdin, "standard input");
  return { name: "-", bytes: new Uint8Array(await new Response(stream).arrayBuffer()) };
}
