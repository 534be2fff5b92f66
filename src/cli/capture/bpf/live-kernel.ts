import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { endianness, hostname, machine, release, uptime, version } from "node:os";
import { type HostRecord, type ListingSource, NO_HOST, toolFailed } from "../../../js/bpf.ts";
import { VERSION } from "../../../js/index.ts";
import type { Call } from "../../command.ts";

const POSSIBLE_CPUS = "/sys/devices/system/cpu/possible";
const KERNEL_BTF = "/sys/kernel/btf/vmlinux";
/** Of what a failed run said on stderr. */
const STDERR_KEPT = 2000;

/** Listings of this machine's kernel, each by a run of bpftool. */
export class LiveKernel implements ListingSource {
  private readonly call: Call;
  private readonly program: string;

  constructor(call: Call) {
    this.call = call;
    this.program = call.options.last("bpftool") ?? "bpftool";
  }

  async host(): Promise<HostRecord> {
    const tool = await this.version();
    const cpus = await readFile(POSSIBLE_CPUS, "utf8").catch(() => "");
    return {
      ...NO_HOST,
      hostname: hostname(),
      kernelRelease: release(),
      kernelVersion: version(),
      machine: machine(),
      capturedAtNs: BigInt(Date.now()) * 1_000_000n,
      uptimeNs: BigInt(Math.round(uptime() * 1000)) * 1_000_000n,
      possibleCpus: parseCpuList(cpus),
      bigEndian: endianness() === "BE",
      pointerSize: /64|s390x/.test(machine()) ? 8 : 4,
      producer: `coldframe ${VERSION}`,
      tool,
      command: ["coldframe", "capture", ...this.call.operands].join(" "),
    };
  }

  /** @throws SnapshotError `ToolFailed` where there is no bpftool. */
  private async version(): Promise<string> {
    let text = "";
    for await (const piece of this.run(["version"])) text += piece;
    return text.split("\n")[0]!.trim();
  }

  listing(args: readonly string[]): AsyncIterable<string> {
    return this.run(["-j", ...args]);
  }

  private async *run(args: readonly string[]): AsyncGenerator<string> {
    const child = spawn(this.program, args, { stdio: ["ignore", "pipe", "pipe"], signal: this.call.signal });
    let said = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      said = (said + text).slice(0, STDERR_KEPT);
    });
    const ended = new Promise<{ code: number | null; reason?: string }>((resolve) => {
      child.on("error", (error: NodeJS.ErrnoException) => resolve({ code: null, reason: spawnReason(error) }));
      child.on("close", (code) => resolve({ code }));
    });
    try {
      for await (const piece of child.stdout.setEncoding("utf8")) yield String(piece);
      const { code, reason } = await ended;
      if (code !== 0) throw toolFailed(args, reason ?? (said.trim() || `it ended with status ${code}`), this.program);
    } finally {
      if (child.exitCode === null) child.kill();
    }
  }
}

function spawnReason(error: NodeJS.ErrnoException): string {
  if (error.code === "ENOENT")
    return "there is no such program; Debian has it in the package bpftool, or name it with --bpftool";
  return error.message;
}

/** `0-3,8` → 0, 1, 2, 3, 8. */
function parseCpuList(text: string): number[] {
  const cpus: number[] = [];
  for (const [, first, last] of text.matchAll(/(\d+)(?:-(\d+))?/g)) {
    for (let cpu = Number(first); cpu <= Number(last ?? first); cpu++) cpus.push(cpu);
  }
  return cpus;
}

/** Types of the running kernel; undefined where it has none. */
export async function readKernelBtf(): Promise<Uint8Array | undefined> {
  return readFile(KERNEL_BTF).catch(() => undefined);
}
