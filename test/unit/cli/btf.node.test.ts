import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { EXIT } from "../../../src/cli/exit.ts";
import { BtfBuilder } from "../../support/btf-builder.ts";
import { cli } from "../../support/cli-host.ts";

const GOLDEN = "test/golden/btf";
const KERNEL = `${GOLDEN}/vmlinux-6.18.btf.gz`;
const folder = mkdtempSync(join(tmpdir(), "coldframe-btf-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function put(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

function goldenJson(name: string): Record<string, unknown> {
  const bytes = readFileSync(join(GOLDEN, name));
  return JSON.parse((name.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString()) as Record<string, unknown>;
}

interface Blob64 {
  readonly b64: string;
}
const split = goldenJson("split-btf.json")["blobs"] as Record<string, Blob64>;
const b64 = (text: unknown): Uint8Array => Buffer.from(String(text), "base64");

/** Two versions of one struct, and one that only the second has. */
function versioned(newer: boolean): Uint8Array {
  const btf = new BtfBuilder();
  const int = btf.int("int", 4);
  btf.struct("s", newer ? 16 : 8, [
    { name: "a", type: int, at: 0 },
    { name: "b", type: int, at: newer ? 64 : 32 },
  ]);
  if (newer) btf.struct("fresh", 4, [{ name: "x", type: int, at: 0 }]);
  return btf.build();
}
const OLD = put("old.btf", versioned(false));
const NEW = put("new.btf", versioned(true));

describe("coldframe btf", () => {
  it("sums a kernel up as its recorded facts do", async () => {
    const facts = goldenJson("vmlinux-facts.json") as { readonly kinds: Record<string, number> };
    const { status, stdout } = await cli(["btf", "--json", KERNEL]);
    expect(status).toBe(EXIT.ok);
    expect(JSON.parse(stdout)).toMatchObject({ schema: 1, byte_order: "little", kinds: facts.kinds, issues: [] });
    expect((await cli(["btf", KERNEL])).stdout).toContain("the kernel would load it");
  });

  it("shows offsets and holes of a type, and every type of a name", async () => {
    const { stdout } = await cli(["btf", NEW, "s"]);
    expect(stdout).toBe(
      [
        "struct s {",
        "\tint a;  /*     0     4 */",
        "",
        "\t/* hole of 4 bytes */",
        "",
        "\tint b;  /*     8     4 */",
        "};",
        "",
        "/* size: 16, cache lines: 1, members: 2, align: 4 */",
        "/* holes: 1, 4 bytes */",
        "/* padding: 4 bytes */",
        "",
      ].join("\n"),
    );
    const several = await cli(["btf", KERNEL, "bpf_spin_lock"]);
    expect(several.stdout).toMatch(/STRUCT bpf_spin_lock \*\/\n[\s\S]*FUNC bpf_spin_lock/);
    const [line] = (await cli(["btf", "--json", NEW, "struct s"])).stdout.split("\n");
    expect(JSON.parse(line!)).toMatchObject({ kind: "STRUCT", bytes: 16, layout: { holes: [{ bits_offset: 32 }] } });
  });

  it("writes C and records as the tools do", async () => {
    expect((await cli(["btf", "--c", KERNEL, "list_head"])).stdout).toBe(
      "struct list_head {\n\tstruct list_head *next;\n\tstruct list_head *prev;\n};\n\n",
    );
    expect((await cli(["btf", "--records", OLD, "s"])).stdout).toBe(
      "[2] STRUCT 's' size=8 vlen=2\n\t'a' type_id=1 bits_offset=0\n\t'b' type_id=1 bits_offset=32\n",
    );
    expect((await cli(["btf", "--list", OLD])).stdout).toBe("[1] INT int size=4\n[2] STRUCT s size=8\n");
    expect((await cli(["btf", KERNEL, "bpf_map_type*"])).stdout).toBe("[1891] ENUM bpf_map_type size=4\n");
  });

  it("finds members, also those of unnamed parts, and uses", async () => {
    const { stdout } = await cli(["btf", "--json", "--member", "_mapcount", KERNEL, "page"]);
    expect(JSON.parse(stdout)).toMatchObject({ in: "page", type: "atomic_t", bits: 32 });
    expect((await cli(["btf", "--uses", KERNEL, "struct rb_root"])).stdout).toContain("STRUCT rb_root_cached");
    expect(await cli(["btf", "--member", "no_such_member", KERNEL])).toMatchObject({ status: EXIT.usage, stdout: "" });
  });

  it("tells what changed, with status 1", async () => {
    expect(await cli(["btf", "--diff", NEW, OLD, "s"])).toMatchObject({
      status: EXIT.findings,
      stdout: "~ s\n    ~ size 8 → 16 bytes\n    ~ b: 4 → 8\n",
    });
    expect((await cli(["btf", "--diff", NEW, OLD])).stdout).toBe(
      "~ STRUCT s\n    ~ size 8 → 16 bytes\n    ~ b: 4 → 8\n+ STRUCT fresh\n",
    );
    expect(await cli(["btf", "--diff", OLD, OLD])).toMatchObject({ status: EXIT.ok, stdout: "no difference\n" });
  });

  it("reads a split blob on its base, and refuses it alone", async () => {
    const base = put("base.btf", b64(split["split_base"]?.b64));
    const module = put("module.btf", b64(split["split_mod"]?.b64));
    const { stdout, status } = await cli(["btf", "--json", "--base", base, module]);
    expect(status).toBe(EXIT.ok);
    expect(JSON.parse(stdout)).toMatchObject({ issues: [] });
    expect(JSON.parse(stdout).first_id).toBeGreaterThan(1);
    expect((await cli(["btf", module])).stderr).toContain("MalformedBtf");
  });

  it("gives the kernel's verdict, with status 1 for a refusal", async () => {
    const btf = new BtfBuilder();
    btf.enum("e", 3, [["A", 0]]);
    const path = put("bad.btf", btf.build());
    const { status, stdout } = await cli(["btf", "--verify", path]);
    expect(status).toBe(EXIT.findings);
    expect(stdout).toBe("the kernel would refuse it at type 1 (ENUM e): Unexpected size [EINVAL]\n");
    expect(await cli(["btf", "--verify", OLD])).toMatchObject({ status: EXIT.ok });
  });

  it("reads standard input and object files, .BTF.ext included", async () => {
    const bytes = b64(goldenJson("maps/o02_bitfields.json.gz")["elf_b64"]);
    const { stdout } = await cli(["btf", "--ext", "-"], { stdin: bytes });
    expect(stdout).toMatch(/^SECTION +BYTE +WHAT\n/);
  });

  it("says what is nearest to a name that is not there, and what options exclude each other", async () => {
    const { status, stderr } = await cli(["btf", KERNEL, "tsk_struct"]);
    expect(status).toBe(EXIT.usage);
    expect(stderr).toContain("did you mean task_struct");
    expect((await cli(["btf", "--c", "--list", OLD])).status).toBe(EXIT.usage);
    expect((await cli(["btf", "--uses", OLD])).status).toBe(EXIT.usage);
    expect((await cli(["btf", join(folder, "nowhere")])).status).toBe(EXIT.usage);
  });
});
