import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { KernelDump } from "../../../../src/js/formats/sched-ext/kernel-text/kernel-dump.ts";
import type { CapturedMap } from "../../../../src/js/model/maps.ts";
import {
  type FailureDump,
  readFailureDumps,
  redactFailureDump,
  redactSnapshot,
  viewCapture,
} from "../../../../src/js/sched-ext.ts";
import { goldenText, openDumps } from "../../../support/sched-ext-cases.ts";
import { openBoth } from "../../../support/two-sources.ts";

const key = Uint8Array.from({ length: 32 }, (_, ix) => ix * 7 + 1);
const redact = (text: string): string => [...redactFailureDump(text, { key })].join("");
const TEXTS = ["kernel_text_dump.txt", "dmesg_two_dumps.txt", "journal_headless.txt"];

function dumpsOf(text: string): KernelDump[] {
  return readFailureDumps(text).dumps.flatMap(({ document }: FailureDump) =>
    document.kind === "kernel-text" ? [document.dump] : [],
  );
}

/** What may stay of a dump: all of it but names, messages, lines of the scheduler, and counters that nobody knows. */
function withoutNames({ trigger, backtrace, cpus, tasks, events, scheduler_text, truncated }: KernelDump): unknown {
  const { comm: _, message, reason, stalled, ...why } = trigger ?? { reason: "" };
  const known = Object.entries(events ?? {}).filter(([name]) => name !== "new_counter");
  const places = scheduler_text.map(({ cpu, pid }) => `${cpu ?? ""} ${pid ?? ""}`).sort();
  return {
    why,
    hasMessage: message !== undefined,
    stalled: stalled && { pid: stalled.pid, waited_ms: stalled.waited_ms },
    offsets: backtrace.map((frame) => frame.replace(/^[^+]*|\[.*\]/g, "")),
    cpus: cpus.map(({ curr_comm: _, ...cpu }) => cpu),
    tasks: tasks.map(({ comm: _, backtrace: frames, ...task }) => ({ ...task, frames: frames.length })),
    events: known,
    places,
    truncated,
    hasReason: reason !== "",
  };
}

describe("a kernel's text, redacted", () => {
  it.each(TEXTS)("is read as the same dumps, but for names: %s", (name) => {
    const text = goldenText(`context/${name}`);
    const [before, after] = [dumpsOf(text), dumpsOf(redact(text))];
    expect(before.length).toBeGreaterThan(0);
    expect(after.map(withoutNames)).toEqual(before.map(withoutNames));
    expect(dumpsOf(redact(redact(text))).map(withoutNames)).toEqual(before.map(withoutNames));
  });

  it.each([
    ["kernel_text_dump.txt", ["stress", "kworker", "swapper", "LAYER", "nr_queued"]],
    [
      "dmesg_two_dumps.txt",
      ["my [x] task", "bigtop", "kworker", "systemd", "dsq 5 (user)", "kvm", "1203.114", "NEW_CO"],
    ],
    ["journal_headless.txt", ["swapper", "scx_layered", "4242", "box", "unrelated", "Nov 21"]],
  ])("has nothing of %s that names a task, a host or a program", (name, secrets) => {
    const text = goldenText(`context/${name}`);
    const shared = redact(text);
    for (const secret of secrets) {
      expect(text, secret).toContain(secret);
      expect(shared, secret).not.toContain(secret);
    }
  });

  it("keeps equal names equal, the kernel's own functions, and reasons in the kernel's words", () => {
    const [dump] = dumpsOf(redact(goldenText("context/kernel_text_dump.txt")));
    const [first, second] = dump!.tasks;
    expect(first!.comm).toMatch(/^name-[0-9a-f]{10}$/);
    expect(second!.comm).toBe(first!.comm);
    expect(dump!.trigger!.stalled!.comm).toBe(first!.comm);
    expect(dump!.trigger!.reason).toBe("runnable task stall");
    expect(dump!.backtrace[0]).toBe("scx_watchdog_workfn+0x143/0x1d0");
    expect(dump!.scheduler_text[0]!.text).toMatch(/^ {2}text-[0-9a-f]{10} \(41 characters\)$/);
  });

  it("hides BPF programs, modules and raw addresses in frames", () => {
    const frames = [
      "bpf_prog_f6c1d2_secret_enqueue+0x10/0x20",
      "vendor_poll+0x1/0x2 [vendor]",
      "0xffffffff81abc123+0x3/0x4",
    ];
    const text = `x[1] triggered exit kind 1024:\n  runtime error\n\nBacktrace:\n${frames.map((one) => `  ${one}\n`).join("")}`;
    const shared = redact(text);
    expect(shared).not.toMatch(/secret|vendor|f6c1d2|81abc/);
    expect(dumpsOf(shared)[0]!.backtrace.map((one) => one.replace(/-[0-9a-f]{10}/g, "-…"))).toEqual([
      "bpf_prog-…+0x10/0x20",
      "name-…+0x1/0x2 [name-…]",
      "0xfffff00000001123+0x3/0x4",
    ]);
  });

  it("writes known event counters, of a file as of a dump", () => {
    const text = goldenText("context/scx_events.txt");
    expect(redact(text)).toBe(text);
    expect(redact("SCX_EV_DISPATCH_KEEP_LAST 3\nSCX_EV_ALICE_WAS_HERE 5\n")).toBe("SCX_EV_DISPATCH_KEEP_LAST 3\n");
  });

  it("says no word of any name, message or line", () => {
    const word = fc
      .stringMatching(/^[g-z]{5,15}$/)
      .filter((one) => !"nothing running triggered failed truncated".includes(one));
    fc.assert(
      fc.property(word, word, word, word, (comm, message, line, klass) => {
        const text = [
          `${comm}[7] triggered exit kind 1025:`,
          `  scx_bpf_error (${message})`,
          `${line} +0x1`,
          "CPU states",
          "CPU 0   : nr_run=1 flags=0x0 ops_qseq=1 pnt_seq=1",
          `          curr=${comm}[7] class=${klass}`,
          ` *${line[0]} ${comm}[7] -1ms`,
          `      cpus=${line}`,
          `    ${line}: ${message}`,
        ].join("\n");
        const shared = redact(`${text}\n`);
        for (const secret of [comm, message, line, klass]) expect(shared).not.toContain(secret);
        expect(dumpsOf(shared)[0]!.tasks).toHaveLength(1);
      }),
    );
  });

  it("takes time in proportion to a text that names one CPU again and again", () => {
    const text = `CPU states\n${"CPU 0   : nr_run=1 flags=0x0\n *R a[7] -1ms\n    line\n".repeat(20_000)}`;
    const [before] = dumpsOf(text);
    const [after] = dumpsOf(redact(text));
    expect(after!.tasks).toHaveLength(before!.tasks.length);
    expect(after!.scheduler_text).toHaveLength(before!.scheduler_text.length);
  });
});

describe("what a redacted dump never has", () => {
  const value = (extra: string): string =>
    `{"schema":"single"${extra},"maps":[{"name":"o.bss","map_type":2,"value_size":8,"max_entries":1${extra},"value":{"kind":"struct","type_name":null${extra},"members":[{"name":"a"${extra},"value":{"kind":"int","bits":32,"value":5${extra}}},{"name":"p","value":{"kind":"ptr","value":4096,"cast_annotation":"s3cret"${extra}}},{"name":"m","value":{"kind":"cpu_list","cpus":"s3cret"${extra}}},{"name":"f","value":{"kind":"float","bits":32,"value":0.5${extra}}},{"name":"e","value":{"kind":"enum","bits":32,"value":1,"variant":null${extra}}},{"name":"b","value":{"kind":"bool","value":true${extra}}}]}}],"dsq_states":[{"id":1,"origin":"s3cret","nr":0,"seq":0,"task_kvas":[]${extra}}],"scx_sched_state":{"aborting":false,"bypass_depth":0,"exit_kind":1,"source":"s3cret"${extra}}}`;

  it("members of another version, wherever they stand, or words that are none of the format", () => {
    const strange = ',"s3cret_member":"s3cret","payload2":{"s3cret":[1,"s3cret"]}';
    const shared = redact(value(strange));
    expect(shared).not.toContain("s3cret");
    expect(shared).not.toContain("payload2");
    const [before, after] = [value(""), shared].map((text) => viewCapture(openDumps("x", text)[0]!));
    for (const name of ["a", "f", "b", "e"]) expect(after!.var(name).tryAsF64()).toEqual(before!.var(name).tryAsF64());
  });

  it("the look of a whole dump, if the file could be read in part only", () => {
    const text = goldenText("reports/layered_stall.json");
    const cut = redact(text.slice(0, text.length / 2));
    const [snapshot] = openDumps("cut", cut);
    const [gap] = snapshot!.issues.filter(({ path }) => path === "redaction");
    expect(gap).toMatchObject({ code: "CaptureIncomplete", severity: "error" });
    expect(gap!.message).toMatch(/in part only: [A-Z]\w+/);
    expect(redact(text)).not.toContain('"redaction"');
    // What was noted once stays noted.
    expect(openDumps("again", redact(cut))[0]!.issues.find(({ path }) => path === "redaction")).toEqual(gap);
  });
});

describe("a capture of BPF maps, redacted", () => {
  it("becomes a failure dump of the same maps, without names, texts and bytes", async () => {
    const { capture } = await openBoth("o08_sched");
    const shared = [...redactSnapshot(capture, { key })].join("");
    const [dump] = openDumps("shared", shared);
    const shape = ({ mapType, valueSize, maxEntries, stores }: CapturedMap): unknown => [
      ...[mapType, valueSize, maxEntries],
      ...stores.map(({ kind, length }) => [kind, length]),
    ];
    expect(dump!.maps!.maps.map(shape)).toEqual(capture.maps!.maps.map(shape));
    for (const { name } of capture.maps!.maps) expect(shared).not.toContain(`"name":${JSON.stringify(name)}`);
    expect(shared).not.toMatch(/"(?:key|value)_hex":"[^"]/);
  });

  it("answers as before what is neither a name nor an address", async () => {
    const { capture } = await openBoth("o08_sched");
    const [dump] = openDumps("shared", [...redactSnapshot(capture, { key })].join(""));
    const ix = capture.maps!.maps.findIndex(({ name }) => name === "scx_per_task");
    const [before, after] = [capture, dump!].map((one) => viewCapture(one).maps()[ix]!);
    const numbers = (map: typeof before): unknown =>
      [...map!.entries()].map((entry) => [entry.key("").asI64(), entry.get("ctx.weight.value").asU64()]);
    expect(before!.length).toBeGreaterThan(3);
    expect(numbers(after)).toEqual(numbers(before));
  });

  it("is refused for a snapshot without maps", () => {
    const none = { format: "pigweed", native: undefined, values: { root: {} } } as never;
    expect(() => redactSnapshot(none, { key })).toThrow(expect.objectContaining({ code: "Unsupported" }));
  });
});
