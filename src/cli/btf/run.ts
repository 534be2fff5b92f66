import {
  type Btf,
  decodeBtfExt,
  diffAll,
  diffTypes,
  findBtfSections,
  findMembers,
  findTypes,
  findUses,
  type HeaderOrder,
  labelOf,
  matchTypes,
  type NamedDiff,
  renderCHeader,
  renderCTypes,
  renderRawType,
} from "../../js/btf.ts";
import { SnapshotError } from "../../js/index.ts";
import type { Call } from "../command.ts";
import { EXIT, type ExitStatus } from "../exit.ts";
import { printExt } from "./ext.ts";
import { printDiff, printMembers, printType, typeJson } from "./print.ts";
import { type OpenedTypes, openTypes } from "./source.ts";
import { printSummary } from "./summary.ts";

/** What the verb does, by option; the first that is given counts. */
const TASKS: readonly (readonly [option: string, task: Task])[] = [
  ["verify", verify],
  ["diff", diff],
  ["member", members],
  ["uses", uses],
  ["ext", ext],
  ["c", declarations],
  ["list", list],
  ["records", records],
  ["layout", layouts],
];

type Task = (call: Call, opened: OpenedTypes, names: readonly string[]) => Promise<ExitStatus>;

export async function runBtf(call: Call): Promise<ExitStatus> {
  const { options } = call;
  const given = TASKS.filter(([option]) => options.flag(option) || options.last(option) !== undefined);
  if (given.length > 1) {
    throw new SnapshotError("UsageError", `--${given[0]![0]} and --${given[1]![0]} do not go together`);
  }
  const [file, ...names] = call.operands as [string, ...string[]];
  const opened = await openTypes(call, file);
  if (given.length === 0) return names.length === 0 ? printSummary(call, opened) : layouts(call, opened, names);
  return given[0]![1](call, opened, names);
}

function isPattern(name: string): boolean {
  return /[*?]/.test(name);
}

/** Ids of all types that the operands mean, each once. @throws SnapshotError `TypeNotFound` */
function typesOf(btf: Btf, names: readonly string[]): number[] {
  const ids = names.flatMap((name) => {
    if (!isPattern(name)) return findTypes(btf, name);
    const matches = matchTypes(btf, name);
    if (matches.length > 0) return matches;
    throw new SnapshotError("TypeNotFound", `${btf.label} has no type that matches ${JSON.stringify(name)}`, {
      fields: { name },
    });
  });
  return [...new Set(ids)];
}

async function layouts(call: Call, { btf }: OpenedTypes, names: readonly string[]): Promise<ExitStatus> {
  // A pattern alone may match thousands: it lists them unless layouts are asked for.
  if (!call.options.flag("layout") && names.every(isPattern)) return list(call, { btf, bytes: NONE }, names);
  const ids = names.length === 0 ? composites(btf) : typesOf(btf, names);
  for (const [ix, id] of ids.entries()) {
    if (call.signal.aborted) break;
    await printType(call, btf, id, ix > 0, ids.length > 1);
  }
  return EXIT.ok;
}

const NONE = new Uint8Array(0);

function composites(btf: Btf): number[] {
  return [...matchTypes(btf, "struct *"), ...matchTypes(btf, "union *")].sort((a, b) => a - b);
}

async function declarations(call: Call, { btf }: OpenedTypes, names: readonly string[]): Promise<ExitStatus> {
  if (names.length > 0) {
    const text = renderCTypes(btf, typesOf(btf, names));
    if (call.out.json) await call.out.jsonLine({ schema: 1, names, c: text });
    else await call.out.text(text);
    return EXIT.ok;
  }
  const order = (call.options.last("order") ?? "name") as HeaderOrder;
  if (call.out.json) await call.out.jsonLine({ schema: 1, order, c: [...renderCHeader(btf, { order })].join("") });
  else await stream(call, renderCHeader(btf, { order }));
  return EXIT.ok;
}

async function list(call: Call, { btf }: OpenedTypes, names: readonly string[]): Promise<ExitStatus> {
  return printHeads(call, btf, names.length > 0 ? typesOf(btf, names) : range(btf.firstId, btf.typeCount));
}

async function records(call: Call, { btf }: OpenedTypes, names: readonly string[]): Promise<ExitStatus> {
  const ids = names.length > 0 ? typesOf(btf, names) : range(btf.firstId, btf.typeCount);
  if (call.out.json) return printJson(call, btf, ids);
  const text = function* (): Generator<string> {
    for (const id of ids) yield renderRawType(btf, id);
  };
  await stream(call, text());
  return EXIT.ok;
}

function* range(from: number, to: number): Generator<number> {
  for (let id = from; id < to; id++) yield id;
}

async function printHeads(call: Call, btf: Btf, ids: Iterable<number>): Promise<ExitStatus> {
  if (call.out.json) return printJson(call, btf, ids);
  const text = function* (): Generator<string> {
    for (const id of ids) {
      const size = btf.sizeOf(id);
      yield `[${id}] ${labelOf(btf, id)}${size === undefined ? "" : ` size=${size}`}\n`;
    }
  };
  await stream(call, text());
  return EXIT.ok;
}

async function printJson(call: Call, btf: Btf, ids: Iterable<number>): Promise<ExitStatus> {
  for (const id of ids) {
    if (call.signal.aborted) break;
    await call.out.jsonLine(typeJson(btf, id));
  }
  return EXIT.ok;
}

/** In pieces, as names may hold anything. */
async function stream({ out, signal }: Call, pieces: Iterable<string>): Promise<void> {
  let waiting = "";
  for (const piece of pieces) {
    waiting += piece;
    if (waiting.length < 65_536) continue;
    if (signal.aborted) return;
    await out.fragment(waiting);
    waiting = "";
  }
  await out.fragment(waiting);
}

async function members(call: Call, { btf }: OpenedTypes, names: readonly string[]): Promise<ExitStatus> {
  const member = call.options.required("member");
  const among = names.length === 0 ? undefined : new Set(typesOf(btf, names));
  const found = findMembers(btf, member).filter(({ typeId }) => among === undefined || among.has(typeId));
  if (found.length === 0) {
    throw new SnapshotError(
      "TypeNotFound",
      `no struct or union of ${btf.label} has a member ${JSON.stringify(member)}`,
      {
        fields: { name: member },
      },
    );
  }
  await printMembers(call, btf, found);
  return EXIT.ok;
}

async function uses(call: Call, { btf }: OpenedTypes, names: readonly string[]): Promise<ExitStatus> {
  if (names.length === 0) throw new SnapshotError("UsageError", "--uses needs the NAME of a type");
  const users = new Set(typesOf(btf, names).flatMap((id) => findUses(btf, id)));
  if (users.size === 0) call.out.note(`nothing mentions ${names.join(", ")}`);
  return printHeads(call, btf, users);
}

async function verify(call: Call, { btf }: OpenedTypes): Promise<ExitStatus> {
  const verdict = btf.verify();
  if (call.out.json) await call.out.jsonLine({ schema: 1, ...verdict, issues: btf.issues });
  else if (verdict.accepted) await call.out.line(`the kernel would load it: ${btf.typeCount - btf.firstId} types`);
  else {
    const where = verdict.typeId === 0 ? "" : ` at type ${verdict.typeId} (${labelOf(btf, verdict.typeId)})`;
    await call.out.line(call.out.safe(`the kernel would refuse it${where}: ${verdict.phrase} [${verdict.errno}]`));
  }
  return verdict.accepted && btf.issues.length === 0 ? EXIT.ok : EXIT.findings;
}

async function ext(call: Call, { btf, bytes }: OpenedTypes): Promise<ExitStatus> {
  const section = findBtfSections(bytes).ext;
  if (section === undefined) throw new SnapshotError("TypeMissing", "the file has no section .BTF.ext");
  const decoded = decodeBtfExt(section, btf);
  call.out.issues(decoded.issues);
  await printExt(call, btf, decoded);
  return EXIT.ok;
}

async function diff(call: Call, { btf }: OpenedTypes, names: readonly string[]): Promise<ExitStatus> {
  const { btf: other } = await openTypes(call, call.options.required("diff"));
  const found = names.length === 0 ? diffAll(btf, other) : names.map((name) => diffNamed(btf, other, name));
  let differ = false;
  for (const one of found) {
    if (call.signal.aborted) break;
    const same = one.afterId !== undefined && one.beforeId !== undefined && one.changes.length === 0;
    differ ||= !same;
    await printDiff(call, one);
  }
  if (!differ && names.length === 0 && !call.out.json) await call.out.line("no difference");
  return differ ? EXIT.findings : EXIT.ok;
}

/** The first type of that name in each; one side may lack it. @throws SnapshotError `TypeNotFound` if both do. */
function diffNamed(before: Btf, after: Btf, name: string): NamedDiff {
  const first = (btf: Btf): number | undefined => {
    try {
      return findTypes(btf, name)[0];
    } catch {
      return undefined;
    }
  };
  const [beforeId, afterId] = [first(before), first(after)];
  if (beforeId === undefined && afterId === undefined) findTypes(before, name);
  const both = beforeId !== undefined && afterId !== undefined;
  return { name, beforeId, afterId, changes: both ? diffTypes(before, beforeId, after, afterId) : [] };
}
