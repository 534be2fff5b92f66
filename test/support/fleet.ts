/**
 * A fleet of crashes whose causes are known: what `group` must find again. Every member is a function of the plan and
 * its number, so that a hundred thousand need no memory. Noise: addresses of other builds, slides, task numbers and
 * order, times, devices, registers, logs, values in reasons, registers that were not captured, copies.
 */
import { concatBytes, encodeUtf8 } from "../../src/js/base/bytes.ts";
import { ByteWriter, buildElf, symbolSections } from "./elf-builder.ts";
import { bytes, int, message } from "./pb-builder.ts";

export interface FleetPlan {
  readonly seed: number;
  readonly causes: number;
  readonly builds: number;
  readonly devices: number;
  /** Only device snapshots; otherwise also panics of Go programs and stalls of schedulers. */
  readonly onlyDevices?: boolean;
}

export interface FleetMember {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly cause: string;
  /** It is a copy, whole or sent once more, of a member before it. */
  readonly isCopy: boolean;
}

export interface FleetFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

interface Build {
  readonly id: Uint8Array;
  readonly version: string;
  readonly starts: readonly number[];
  readonly sizes: readonly number[];
}

type Kind = "symbols" | "slide" | "go" | "scheduler";

/** What went wrong. Causes of a family differ in one thing only. */
interface Cause {
  readonly id: string;
  readonly kind: Kind;
  readonly reason: string;
  /** Numbers of functions, innermost first. */
  readonly stack: readonly number[];
  readonly faultBits: number;
}

const FUNCTIONS = 160;
const FAULT_BITS = [0x1, 0x2, 0x200, 0x400, 0x1_0000, 0x2_0000, 0x100_0000, 0x200_0000];
const NOT_CAPTURED = 0xffff_ffff;
const SYLLABLES = ["ba", "de", "fi", "go", "ku", "la", "me", "ni", "po", "ru", "sa", "te"];

/** Mulberry32: small, seeded, good enough for noise. */
export class Dice {
  private state: number;

  constructor(seed: number) {
    this.state = seed >>> 0;
  }

  next(): number {
    this.state = (this.state + 0x6d2b_79f5) >>> 0;
    let t = this.state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (t ^ (t >>> 14)) >>> 0;
  }

  below(n: number): number {
    return this.next() % n;
  }

  oneIn(n: number): boolean {
    return this.below(n) === 0;
  }
}

export class Fleet {
  /** Images of the builds, to be given as artifacts. */
  readonly artifacts: readonly FleetFile[];
  readonly causes: readonly string[];
  private readonly plan: FleetPlan;
  private readonly list: readonly Cause[];
  private readonly builds: readonly Build[];

  constructor(plan: FleetPlan) {
    this.plan = plan;
    this.list = Array.from({ length: plan.causes }, (_, ix) => causeAt(ix, plan));
    this.causes = this.list.map(({ id }) => id);
    this.builds = Array.from({ length: plan.builds }, (_, ix) => buildAt(ix, plan.seed));
    this.artifacts = this.builds.map((build) => ({ name: `fw-${build.version}.elf`, bytes: imageOf(build) }));
  }

  member(ix: number): FleetMember {
    if (!this.isCopy(ix)) return this.original(ix, ix);
    let before = new Dice(ix).below(ix);
    while (this.isCopy(before)) before--;
    return { ...this.original(before, ix), isCopy: true };
  }

  /** Every cause occurs before the first copy. */
  private isCopy(ix: number): boolean {
    return ix >= this.list.length && new Dice(this.plan.seed * 7919 + ix * 104_729).oneIn(33);
  }

  /** The crash of number `ix`; `copy` is another number for a device's snapshot that was sent once more. */
  private original(ix: number, copy: number): FleetMember {
    const dice = new Dice(this.plan.seed * 31_337 + ix * 2_654_435);
    // Every cause occurs; beyond that, some are frequent and some are rare.
    const skewed = Math.min(dice.below(this.list.length), dice.below(this.list.length));
    const cause = this.list[ix < this.list.length ? ix : skewed]!;
    const name = `${String(copy).padStart(6, "0")}`;
    if (cause.kind === "go")
      return { name: `${name}.txt`, bytes: goPanic(cause, dice), cause: cause.id, isCopy: false };
    if (cause.kind === "scheduler") {
      return { name: `${name}.log`, bytes: schedulerExit(cause, dice), cause: cause.id, isCopy: false };
    }
    const again = new Dice(copy);
    return { name: `${name}.pb`, bytes: this.device(cause, ix, dice, again), cause: cause.id, isCopy: false };
  }

  private device(cause: Cause, ix: number, dice: Dice, again: Dice): Uint8Array {
    const build = this.builds[dice.below(this.builds.length)]!;
    const isNamed = cause.kind === "symbols";
    const slide = dice.below(4096) * 0x1000;
    const place = (fn: number, isReturn: boolean): number =>
      isNamed ? placeIn(build, fn, isReturn, dice) : 0x0800_0000 + slide + fn * 512 + (isReturn ? 0x41 : 0x20);
    const uuid = concatBytes([wordBytes(ix), wordBytes(this.plan.seed), wordBytes(ix ^ 0x5a5a_5a5a)]);
    const metadata = [
      bytes(
        1,
        cause.reason.replaceAll("#", () => String(dice.below(100_000))).replaceAll("@", () => hexOf(dice.next())),
      ),
      int(2, 1),
      bytes(4, build.version),
      ...(isNamed ? [bytes(5, build.id)] : []),
      bytes(6, `device-${dice.below(this.plan.devices)}`),
      bytes(7, uuid),
      int(8, 2),
    ];
    const threads = [activeThread(cause, place, dice)];
    for (let n = dice.below(4); n > 0; n--) threads.splice(dice.below(threads.length + 1), 0, otherThread(build, dice));
    const logs = Array.from({ length: 1 + again.below(3) }, () => bytes(1, bytes(1, `tick ${again.next()}`)));
    return concatBytes([message(16, ...metadata), ...threads, message(20, ...registers(cause, place, dice)), ...logs]);
  }
}

function causeAt(ix: number, { onlyDevices }: FleetPlan): Cause {
  const family = ix >> 2;
  const variant = ix & 3;
  const kinds: readonly Kind[] =
    onlyDevices === true ? ["symbols", "slide"] : ["symbols", "symbols", "slide", "go", "scheduler"];
  const kind = kinds[family % kinds.length]!;
  const dice = new Dice(family * 65_537 + 11);
  const stack = Array.from({ length: 7 }, (_, depth) => (dice.below(20) + depth * 20) % FUNCTIONS);
  const faultBits = FAULT_BITS[family % FAULT_BITS.length]!;
  const word = wordOf(family);
  // A scheduler's exit has no frames and no fault bits of the program's own.
  const isTextOnly = kind === "scheduler";
  return {
    id: `${kind}-${family}-${variant}`,
    kind,
    reason:
      variant === 1 || isTextOnly
        ? `${word} gave up ${wordOf(variant)} after # tries at @`
        : `${word}: value # of @ is out of range`,
    stack: variant === 2 ? [stack[0]!, (stack[1]! + 20) % FUNCTIONS, ...stack.slice(2)] : stack,
    faultBits: variant === 3 ? FAULT_BITS[(family + 1) % FAULT_BITS.length]! : faultBits,
  };
}

/** Letters only: digits do not tell causes apart. */
function wordOf(n: number): string {
  let word = "";
  for (let rest = n + 13; rest > 0; rest = Math.floor(rest / 12)) word += SYLLABLES[rest % 12];
  return word;
}

function hexOf(value: number): string {
  return `0x${value.toString(16).padStart(8, "0")}`;
}

function wordBytes(value: number): Uint8Array {
  return Uint8Array.of(value, value >>> 8, value >>> 16, value >>> 24);
}

// -- builds -----------------------------------------------------------------------------------------------------------

/** The same functions in another order and of other sizes. */
function buildAt(ix: number, seed: number): Build {
  const dice = new Dice(seed + ix * 977);
  const order = Array.from({ length: FUNCTIONS }, (_, fn) => fn);
  for (let i = order.length - 1; i > 0; i--) {
    const j = dice.below(i + 1);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  const [starts, sizes] = [new Array<number>(FUNCTIONS), new Array<number>(FUNCTIONS)];
  let at = 0x0800_0000 + dice.below(64) * 256;
  for (const fn of order) {
    starts[fn] = at;
    sizes[fn] = 32 + dice.below(40) * 4;
    at += sizes[fn]!;
  }
  const id = concatBytes(Array.from({ length: 5 }, () => wordBytes(dice.next())));
  return { id, version: `1.${ix}.${dice.below(9)}`, starts, sizes };
}

function functionName(fn: number): string {
  const part = wordOf(fn);
  return `_ZN2fw${part.length}${part}4StepEiPKc`;
}

function imageOf({ id, starts, sizes }: Build): Uint8Array {
  const note = new ByteWriter().u32(4).u32(id.length).u32(3).text("GNU").append(id).bytes;
  const symbols = starts.map((start, fn) => ({ name: functionName(fn), value: start | 1, size: sizes[fn]! }));
  const end = Math.max(...starts.map((start, fn) => start + sizes[fn]!));
  return buildElf({
    sections: [
      { name: ".text", flags: 6, address: 0x0800_0000, bytes: [0, 0], declaredSize: end - 0x0800_0000 },
      { name: ".note.gnu.build-id", type: 7, bytes: note },
      ...symbolSections(symbols, 4),
    ],
  });
}

/** A return address has the Thumb bit; after a call that never returns it is where the next function starts. */
function placeIn({ starts, sizes }: Build, fn: number, isReturn: boolean, dice: Dice): number {
  const [start, size] = [starts[fn]!, sizes[fn]!];
  if (!isReturn) return start + 2 * dice.below(size / 2);
  return (dice.oneIn(8) ? start + size : start + 4 + 2 * dice.below(size / 2 - 3)) | 1;
}

// -- devices ----------------------------------------------------------------------------------------------------------

type PlaceOf = (fn: number, isReturn: boolean) => number;

function activeThread({ stack }: Cause, place: PlaceOf, dice: Dice): Uint8Array {
  const addresses = stack.map((fn, depth) => int(4, place(fn, depth > 0)));
  return message(18, bytes(1, `worker-${dice.below(9)}`), int(3, 2), ...addresses, int(12, dice.next()));
}

function otherThread(build: Build, dice: Dice): Uint8Array {
  const addresses = Array.from({ length: dice.below(5) }, () =>
    int(4, placeIn(build, dice.below(FUNCTIONS), true, dice)),
  );
  return message(18, bytes(1, `task ${dice.below(50)}`), int(3, 3 + dice.below(3)), ...addresses, int(12, dice.next()));
}

function registers({ stack, faultBits }: Cause, place: PlaceOf, dice: Dice): Uint8Array[] {
  const lr = dice.oneIn(10) ? NOT_CAPTURED : place(stack[1]!, true);
  const valid = (dice.oneIn(2) ? 0x80 : 0) | (dice.oneIn(2) ? 0x8000 : 0);
  const general = Array.from({ length: 13 }, (_, ix) => int(12 + ix, dice.oneIn(20) ? NOT_CAPTURED : dice.next()));
  return [
    int(1, place(stack[0]!, false)),
    int(2, lr),
    int(3, dice.next()),
    int(4, 0x2000_0000 + dice.below(4096)),
    int(7, (faultBits | valid) >>> 0),
    int(8, dice.next()),
    int(9, dice.next()),
    ...general,
  ];
}

// -- other systems ----------------------------------------------------------------------------------------------------

function goPanic({ reason, stack, faultBits }: Cause, dice: Dice): Uint8Array {
  const text = reason.replaceAll("#", () => String(dice.below(1000))).replaceAll("@", () => hexOf(dice.next()));
  // What stands for the fault bits: another kind of panic.
  const lines = [`panic: ${wordOf(faultBits)} ${text}`, "", `goroutine ${1 + dice.below(9000)} [running]:`];
  for (const fn of stack) {
    lines.push(`main.${wordOf(fn)}(0xc000${dice.below(0xffff).toString(16)}, 0x${dice.below(99).toString(16)})`);
    lines.push(`\t/src/${wordOf(fn)}.go:${1 + dice.below(400)} +0x${dice.below(0xfff).toString(16)}`);
  }
  for (let n = dice.below(3); n > 0; n--) {
    lines.push("", `goroutine ${9001 + n} [chan receive, ${1 + dice.below(90)} minutes]:`);
    lines.push(`main.wait${n}(0xc00001)`, `\t/src/wait.go:${1 + dice.below(400)} +0x1d`);
  }
  return encodeUtf8(`${lines.join("\n")}\nexit status 2\n`);
}

function schedulerExit({ reason }: Cause, dice: Dice): Uint8Array {
  const text = reason.replaceAll("#", () => String(dice.below(1000))).replaceAll("@", () => hexOf(dice.next()));
  const comm = `kworker/u${dice.below(32)}:${dice.below(9)}`;
  const lines = [
    "DEBUG DUMP",
    "=".repeat(80),
    "",
    `${comm}[${1 + dice.below(9999)}] triggered exit kind 1025:`,
    `  scx_bpf_error (${text})`,
    "",
    "Backtrace:",
    `  scx_exit+0x${dice.below(255).toString(16)}/0x1d0`,
    "",
    "CPU states",
    "-".repeat(10),
    "",
    `CPU 0   : nr_run=${dice.below(9)} flags=0x1 cpu_rel=0 ops_qseq=${dice.below(999)} pnt_seq=${dice.below(999)}`,
    `          curr=stress[${dice.below(9999)}] class=ext_sched_class`,
    "",
    "=".repeat(80),
  ];
  return encodeUtf8(`${lines.join("\n")}\n`);
}
