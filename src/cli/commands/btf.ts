import type { Command } from "../command.ts";

export const btf: Command = {
  name: "btf",
  summary: "types of a kernel, module or object file: C, layouts, searches, differences",
  operands: { usage: "FILE [NAME…]", min: 1, completes: "file" },
  options: {
    c: { summary: "C declarations that compile, with all they need; without NAME the whole header" },
    layout: { summary: "offsets, sizes, holes and cache lines of structs and unions (what NAME gives anyway)" },
    list: { summary: "one line per type" },
    records: { summary: "every type's record, as bpftool's raw form writes it" },
    member: { value: "NAME", summary: "structs and unions that have a member of that name" },
    uses: { summary: "the types that mention NAME" },
    diff: { value: "OTHER", summary: "what became of NAME, or of every type, in another kernel", completes: "file" },
    base: { value: "FILE", summary: "the BTF that a module's extends", completes: "file" },
    id: { value: "N", summary: "the BTF object of a capture to read (default: the only one)" },
    order: {
      value: "WORD",
      summary: "of a whole header: name (default), id, or bpftool",
      choices: ["name", "id", "bpftool"],
    },
    verify: { summary: "would the kernel load it? Exit status 1 if not" },
    ext: { summary: "functions, source lines and relocations of an object file (.BTF.ext)" },
  },
  notes: [
    "FILE is a raw blob (/sys/kernel/btf/vmlinux), an ELF file with a section .BTF, or a BPF capture; gzip and zstd are looked into.",
    "NAME is a name, a kind and a name (struct page), a type id, or a pattern (scx_*). Several types may share a name: all are shown, the lowest id first.",
    "A module in /sys/kernel/btf extends the vmlinux beside it, which is then taken without --base.",
  ],
  examples: [
    ["coldframe btf /sys/kernel/btf/vmlinux", "what the running kernel has"],
    ["coldframe btf /sys/kernel/btf/vmlinux task_struct", "offsets of a struct"],
    ["coldframe btf --c /sys/kernel/btf/vmlinux > vmlinux.h", "the header to compile against"],
    ["coldframe btf --member vtime vmlinux.btf", "who has such a member"],
    ["coldframe btf --diff new/vmlinux old/vmlinux task_struct", "what moved between two kernels"],
  ],
  async run(call) {
    return (await import("../btf/run.ts")).runBtf(call);
  },
};
