import type { CountSelector, EntrySelector, MapSelector, ValueSelector } from "./assertions.ts";
import type { AssertionNode } from "./document.ts";
import { CONDITION_NAMES, readConditions } from "./read-conditions.ts";

const KINDS = ["path", "fact", "stats", "var", "liveVar", "map", "host", "count"] as const;
const SIDES = ["get", "key", "payload", "cpuSum", "cpuMax", "cpuMin"] as const;

/** A text is a path; an object says what it selects by its first member. */
export function readSelector(node: AssertionNode): ValueSelector {
  if (!node.isObject) return { kind: "path", path: node.text() };
  const kinds = KINDS.filter((kind) => node.has(kind));
  const [kind] = kinds;
  if (kind === undefined || kinds.length > 1) return node.refuse(`does not have exactly one of ${KINDS.join(", ")}`);
  return SELECTORS[kind](node);
}

const SELECTORS: Readonly<Record<(typeof KINDS)[number], (node: AssertionNode) => ValueSelector>> = {
  path: (node) => ({ kind: "path", path: only(node, "path") }),
  fact: (node) => ({ kind: "fact", key: only(node, "fact") }),
  stats: (node) => ({ kind: "stats", path: only(node, "stats") }),
  var(node) {
    node.allowOnly(["var", "get"]);
    return { kind: "var", name: node.member("var").text(), get: node.optional("get")?.text() ?? "" };
  },
  liveVar(node) {
    node.allowOnly(["liveVar", "get", "picker"]);
    const picker = node.optional("picker")?.word(["maxByCounterValue"] as const);
    return {
      kind: "liveVar",
      name: node.member("liveVar").text(),
      get: node.optional("get")?.text() ?? "",
      ...(picker !== undefined && { picker }),
    };
  },
  map: (node) => ({ kind: "map", map: readMap(node) }),
  host(node) {
    node.allowOnly(["host"]);
    const host = node.member("host");
    host.allowOnly(["cpu", "field"]);
    return { kind: "host", cpu: host.member("cpu").index(), field: host.member("field").text() };
  },
  count(node) {
    node.allowOnly(["count"]);
    return { kind: "count", of: readCount(node.member("count")) };
  },
};

function only(node: AssertionNode, name: string): string {
  node.allowOnly([name]);
  return node.member(name).text();
}

function readMap(node: AssertionNode): MapSelector {
  node.allowOnly(["map", "cpu", "at", "find", "maxBy", ...SIDES]);
  const sides = SIDES.filter((side) => node.has(side));
  const [side = "get"] = sides;
  if (sides.length > 1) node.refuse(`has more than one of ${SIDES.join(", ")}`);
  const cpu = node.optional("cpu")?.index();
  return {
    name: node.member("map").text(),
    ...(cpu !== undefined && { cpu }),
    entry: readEntry(node),
    side,
    path: node.optional(side)?.text() ?? "",
  };
}

function readEntry(node: AssertionNode): EntrySelector {
  const [at, find, maxBy] = [node.optional("at"), node.optional("find"), node.optional("maxBy")];
  if ([at, find, maxBy].filter((one) => one !== undefined).length > 1)
    node.refuse("has more than one of at, find, maxBy");
  if (maxBy !== undefined) return { kind: "maxBy", path: maxBy.text() };
  if (find === undefined) return { kind: "at", ix: at?.index() ?? 0 };
  find.allowOnly(["get", "key", ...CONDITION_NAMES]);
  const side = find.has("key") ? "key" : "get";
  const conditions = readConditions(find);
  if (conditions.length === 0) find.refuse("has no condition");
  return { kind: "find", side, path: find.optional(side)?.text() ?? "", conditions };
}

function readCount(node: AssertionNode): CountSelector {
  node.allowOnly(["issues", "entries", "children"]);
  if (node.has("entries")) return { kind: "entries", map: node.member("entries").text() };
  if (node.has("children")) return { kind: "children", path: node.member("children").text() };
  const severity = node.member("issues").word(["any", "info", "warning", "error"] as const);
  return severity === "any" ? { kind: "issues" } : { kind: "issues", severity };
}
