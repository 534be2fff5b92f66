import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const hasClang = spawnSync("clang", ["--version"]).status === 0;

describe("a kernel's whole header", () => {
  it.skipIf(!hasClang)("compiles for BPF (needs Debian's clang: nothing else judges C for BPF; issue 5)", () => {
    const folder = mkdtempSync(join(tmpdir(), "coldframe-header-"));
    try {
      const args = ["dist/cli.js", "btf", "--c", "test/golden/btf/vmlinux-6.18.btf.gz"];
      const { stdout, status } = spawnSync(process.execPath, args, { encoding: "utf8", maxBuffer: 1 << 26 });
      expect(status).toBe(0);
      const header = join(folder, "vmlinux.h");
      writeFileSync(header, stdout);
      const built = spawnSync("clang", ["-target", "bpf", "-Werror", "-fsyntax-only", "-x", "c", header], {
        encoding: "utf8",
      });
      expect(built.stderr).toBe("");
      expect(built.status).toBe(0);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
