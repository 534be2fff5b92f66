import type { Command } from "../command.ts";

export const capture: Command = {
  name: "capture",
  summary:
    "make a snapshot of what runs: `capture go` takes goroutines of Go services, `capture bpf` this kernel's maps",
  operands: { usage: "go TARGET… | bpf [NAME…]", min: 1, completes: "file", choices: ["go", "bpf"] },
  options: {
    out: {
      value: "OUT",
      summary:
        "go: directory, or a name that ends in .zip; default goroutines-TIME. bpf: file; default stdout, on a terminal a new file here",
      completes: "directory",
    },
    btf: {
      value: "FILE",
      summary: "bpf: take types from this object file or blob, not from the kernel",
      completes: "file",
    },
    from: {
      value: "DIR",
      summary: "bpf: read listings and raw values that were kept in files, not a live kernel",
      completes: "directory",
    },
    bpftool: { value: "PROGRAM", summary: "bpf: the bpftool to run; default bpftool", completes: "file" },
    debug: { value: "LIST", summary: "forms to take, one batch each in this order; default 2,0" },
    gc: { summary: "ask for a garbage collection first, which makes the minutes of waits mean something" },
    "gc-wait": { value: "SECONDS", summary: "with --gc: time between collection and capture; default 60" },
    leaks: { summary: "take the leak profile too (Go 1.27, or 1.26 with its experiment)" },
    label: { value: "KEY=VALUE", summary: "a label for every process, kept in the manifest; may be repeated" },
    path: { value: "PATH", summary: "where pprof is served; default /debug/pprof" },
    header: { value: "LINE", summary: "`Name: value` sent to every target, or @FILE with such lines; never saved" },
    ca: { value: "FILE", summary: "certificates to trust for https, PEM", completes: "file" },
    cert: { value: "FILE", summary: "client certificate, PEM", completes: "file" },
    key: { value: "FILE", summary: "key of the client certificate, PEM", completes: "file" },
    "setup-timeout": { value: "SECONDS", summary: "time to connect; default 2" },
    timeout: { value: "SECONDS", summary: "time for one answer; default 60" },
    retries: { value: "N", summary: "further tries of a request, each at a later instant; default 0" },
    "max-bytes": { value: "N", summary: "most bytes of one answer; default 67108864, where the runtime itself stops" },
    strict: { summary: "exit status 3 when only some targets could be captured" },
  },
  notes: [
    "capture bpf: the maps of this machine through bpftool, as root: info, entries, types, programs. NAME is a map's name, id or pattern (scx_*); default all. What cannot be read is in the capture as issues. docs/formats/bpf.md says what bpftool does not tell, and how files of --from are named.",
    "TARGET is a URL, HOST:PORT, :PORT or unix:SOCKET, with NAME= before it if it should have one; or a file with one per line, each followed by KEY=VALUE labels. User and password of a URL are sent and never saved.",
    "All targets are connected first; then all requests of a form leave at once. The manifest says for each when it was sent and answered, so the skew between processes is known and stated.",
    "Forms are taken one after another: they are different instants. Exit status 1 when no target could be captured.",
  ],
  examples: [
    ["coldframe capture bpf --out maps.cfbpf", "every BPF map of this kernel"],
    ["coldframe capture bpf 'scx_*' | coldframe dump -", "some maps, at once"],
    ["coldframe capture go server=10.0.0.5:6060 client=10.0.0.6:6060", "both at once, into a directory"],
    ["coldframe capture go --out shop.zip --gc targets.txt", "one file to send to someone"],
    ["coldframe capture go --header @token.txt --ca ca.pem https://shop.internal/debug/pprof/", "behind TLS"],
  ],
  async run(call) {
    const { runCapture } = await import("../capture/run.ts");
    return runCapture(call);
  },
};
