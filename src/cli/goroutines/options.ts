import type { ContextFilter, GroupOptions, LinkEnd, LinkKey, LinkRule, ReportOptions } from "../../js/goroutines.ts";
import { SnapshotError } from "../../js/index.ts";
import type { Options } from "../options.ts";
import { TEXT_FILTERS } from "./option-specs.ts";

export function readFilter(options: Options): ContextFilter {
  const filter: { -readonly [Key in keyof ContextFilter]: ContextFilter[Key] } = {};
  for (const [option, key] of TEXT_FILTERS) {
    const values = options.list(option);
    if (values.length > 0) Object.assign(filter, { [key]: values });
  }
  const minutes = readNumber(options, "min-wait");
  if (minutes !== undefined) filter.minutes = minutes;
  const ids = options.last("ids");
  if (ids !== undefined) filter.ids = readRange(ids);
  if (options.flag("locked")) filter.locked = true;
  if (options.flag("leaked")) filter.leaked = true;
  if (options.flag("user") && options.flag("system")) {
    throw new SnapshotError("UsageError", "--user and --system exclude each other");
  }
  if (options.flag("user")) filter.code = "user";
  if (options.flag("system")) filter.code = "system";
  return options.flag("not") ? { not: filter } : filter;
}

function readRange(text: string): [bigint, bigint] {
  const match = /^(\d{1,20})(?:-(\d{1,20}))?$/.exec(text);
  if (match === null) throw new SnapshotError("UsageError", `--ids ${text}: give one id or FIRST-LAST`);
  const [first, last] = [BigInt(match[1]!), BigInt(match[2] ?? match[1]!)];
  if (first > last) throw new SnapshotError("UsageError", `--ids ${text}: the first id is the larger one`);
  return [first, last];
}

/** @throws SnapshotError `UsageError` for what is not a number of at least 0 */
export function readNumber(options: Options, name: string): number | undefined {
  const text = options.last(name);
  if (text === undefined) return undefined;
  if (!/^\d{1,12}(?:\.\d{1,12})?$/.test(text)) throw new SnapshotError("UsageError", `--${name} ${text}: not a number`);
  return Number(text);
}

const CREATORS = { goroutine: "context", line: "frame", ignore: "ignore" } as const;

export function readGroupOptions(options: Options): GroupOptions {
  const choice = <Choice extends string>(name: string): Choice | undefined => options.last(name) as Choice | undefined;
  return {
    level: choice<NonNullable<GroupOptions["level"]>>("group"),
    frames: readNumber(options, "prefix"),
    creators: CREATORS[choice<keyof typeof CREATORS>("creators") ?? "line"],
    states: choice<NonNullable<GroupOptions["states"]>>("states"),
    byProcess: options.flag("by-process"),
    order: choice<NonNullable<GroupOptions["order"]>>("order"),
  };
}

export function readReportOptions(options: Options): ReportOptions {
  const keys = (name: string): readonly string[] | undefined => options.last(name)?.split(",");
  return {
    focus: options.last("focus"),
    ignore: options.last("ignore"),
    hide: options.last("hide"),
    show: options.last("show"),
    showFrom: options.last("show-from"),
    tagFocus: options.last("tagfocus"),
    tagIgnore: options.last("tagignore"),
    tagShow: options.last("tagshow"),
    tagHide: options.last("taghide"),
    tagRoot: keys("tagroot"),
    tagLeaf: keys("tagleaf"),
    isCumulative: options.flag("cum"),
    nodeCount: readNumber(options, "nodecount"),
    nodeFraction: readNumber(options, "nodefraction"),
    edgeFraction: readNumber(options, "edgefraction"),
  };
}

/** The rules of `--link`. @throws SnapshotError `UsageError` */
export function readLinkRules(options: Options): readonly LinkRule[] {
  return options.list("link").map((text) => {
    const sides = text.split(/\s+<->\s+/);
    const [from, to] = sides.map(readLinkEnd);
    if (sides.length !== 2 || from!.keys.length !== to!.keys.length) {
      throw new SnapshotError("UsageError", `--link ${text}: two sides with as many keys, and <-> between them`);
    }
    return { from: from!, to: to!, note: text };
  });
}

/** `FUNCTION@KEY,KEY` or `@KEY`; a key is `label:NAME`, `arg0`, `arg1.2`, `id` or `creator`. */
function readLinkEnd(text: string): LinkEnd {
  const at = text.lastIndexOf("@");
  const keys = text
    .slice(at + 1)
    .split(",")
    .map(readLinkKey);
  const name = text.slice(0, Math.max(0, at));
  if (name === "" && keys.some((key) => "argument" in key)) {
    throw new SnapshotError("UsageError", `--link ${text}: arguments need a function: FUNCTION@arg0`);
  }
  return { keys, ...(name !== "" && { function: name }) };
}

function readLinkKey(text: string): LinkKey {
  if (text === "id") return { id: "own" };
  if (text === "creator") return { id: "creator" };
  if (text.startsWith("label:")) return { label: text.slice("label:".length) };
  const match = /^arg(\d{1,3}(?:\.\d{1,3})*)$/.exec(text);
  if (match !== null) return { argument: match[1]!.split(".").map(Number) };
  throw new SnapshotError("UsageError", `--link: ${text} is no key; write label:NAME, arg0, arg1.2, id or creator`);
}
