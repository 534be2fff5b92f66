import { SnapshotError } from "../../../base/errors.ts";
import { type Segment, segmentMatcher, toSegment } from "./segment.ts";

/** A parsed `component:tree[:property]`. */
export interface InspectSelector {
  readonly component: readonly Segment[];
  /** Of a component without wildcards: its segments joined by `/`. */
  readonly exactPath?: string;
  /** Null: only trees called `root`. */
  readonly treeNames: readonly string[] | "all" | null;
  readonly node: readonly Segment[];
  /** Absent: the selector means nodes. */
  readonly property?: Segment;
}

const COMPONENT_CHARACTER = /^[A-Za-z0-9*.\-_<>]$/;
const TREE_ESCAPES = "* \t/:\\";
const NAME_ESCAPES = '"*/: \\';

/**
 * Reads a selector without its `INSPECT:`. Grammar: specs/triage.md section 1.4.
 * @throws SnapshotError `SelectorSyntax` with the offset in UTF-16 units.
 */
export function parseInspectSelector(text: string): InspectSelector {
  return new SelectorParser(text).parse();
}

class SelectorParser {
  private readonly text: string;
  private at = 0;
  private quoted = false;

  constructor(text: string) {
    this.text = text;
  }

  parse(): InspectSelector {
    this.skipBlanks();
    this.quoted = this.skip('"');
    const component = this.component();
    if (!this.skip(":")) this.fail('":" and a node path');
    const treeNames = this.treeNames();
    const node = [this.treeSegment("a node name")];
    while (this.skip("/")) node.push(this.treeSegment("a node name"));
    const property = this.skip(":") ? this.treeSegment("a property name") : undefined;
    if (this.quoted && !this.skip('"')) this.fail("the closing quote");
    this.skipBlanks();
    if (this.at < this.text.length) this.fail("the end");
    const exactPath = joinExact(component);
    return { component, ...(exactPath !== undefined && { exactPath }), treeNames, node, ...(property && { property }) };
  }

  private component(): Segment[] {
    if (!this.skip("./")) this.skip("/");
    const segments: Segment[] = [];
    do segments.push(this.componentSegment());
    while (this.skip("/"));
    return segments;
  }

  private componentSegment(): Segment {
    const start = this.at;
    for (;;) {
      if (this.text.startsWith("\\:", this.at)) this.at += 2;
      else if (COMPONENT_CHARACTER.test(this.text[this.at] ?? "")) this.at++;
      else break;
    }
    const written = this.text.slice(start, this.at);
    if (written === "") this.fail("a component");
    if (written.includes("**") && (written !== "**" || this.text[this.at] !== ":")) {
      this.fail('"**" as the whole last component only', start);
    }
    return toSegment(written);
  }

  private treeNames(): InspectSelector["treeNames"] {
    if (!this.skip("[")) return null;
    if (this.skip("...")) {
      if (!this.skip("]")) this.fail('"]"');
      return "all";
    }
    const names: string[] = [];
    do {
      this.skipBlanks();
      if (!this.skip("name=")) this.fail('"name="');
      names.push(this.skip('"') ? this.quotedName() : this.bareName());
      this.skipBlanks();
    } while (this.skip(","));
    if (!this.skip("]")) this.fail('"]"');
    return names;
  }

  private bareName(): string {
    const start = this.at;
    while (this.at < this.text.length && !",]".includes(this.text[this.at]!)) this.at++;
    const name = this.text.slice(start, this.at).trim();
    if (name === "") this.fail("a tree name", start);
    return name;
  }

  private quotedName(): string {
    let name = "";
    for (;;) {
      const c = this.text[this.at];
      if (c === undefined) this.fail("the closing quote");
      this.at++;
      if (c === '"') return name;
      name += c === "\\" ? this.escaped(NAME_ESCAPES) : c;
    }
  }

  private treeSegment(what: string): Segment {
    const start = this.at;
    for (;;) {
      const c = this.text[this.at];
      if (c === undefined || c === "/" || c === ":" || (this.quoted && c === '"')) break;
      if (!this.quoted && (c === " " || c === "\t")) break;
      this.at++;
      if (c === "\\") this.escaped(this.quoted ? `${TREE_ESCAPES}"` : TREE_ESCAPES);
      else if (c === "*" && this.text[this.at] === "*") this.fail('one "*"');
    }
    if (this.at === start) this.fail(what);
    return toSegment(this.text.slice(start, this.at));
  }

  private escaped(allowed: string): string {
    const c = this.text[this.at] ?? "";
    if (c === "" || !allowed.includes(c)) this.fail(`one of ${JSON.stringify(allowed)} after the backslash`);
    this.at++;
    return c;
  }

  private skipBlanks(): void {
    while (this.text[this.at] === " " || this.text[this.at] === "\t") this.at++;
  }

  private skip(text: string): boolean {
    if (!this.text.startsWith(text, this.at)) return false;
    this.at += text.length;
    return true;
  }

  private fail(expected: string, at: number = this.at): never {
    const found = at < this.text.length ? JSON.stringify(this.text.slice(at, at + 12)) : "the end";
    throw new SnapshotError("SelectorSyntax", `reading a selector: found ${found}, expected ${expected}, at ${at}`, {
      offset: at,
      fields: { found, expected },
    });
  }
}

function joinExact(component: readonly Segment[]): string | undefined {
  const names = component.flatMap((segment) => (segment.kind === "exact" ? [segment.text] : []));
  return names.length === component.length ? names.join("/") : undefined;
}

/** A component's path as selectors write it: a leading `/` or `./` does not count, the root component is `<root>`. */
export function pathOfMoniker(moniker: string): string {
  const start = moniker.startsWith("/") ? 1 : moniker.startsWith("./") ? 2 : 0;
  const path = start === 0 ? moniker : moniker.slice(start);
  return path === "" || path === "." ? "<root>" : path;
}

/** Segments of a component's path. */
export function splitMoniker(moniker: string): string[] {
  return pathOfMoniker(moniker).split("/");
}

/** A test for monikers. `a/**` matches everything below `a`, not `a` itself. */
export function monikerMatcher(component: readonly Segment[]): (segments: readonly string[]) => boolean {
  const last = component.at(-1);
  const isDeep = last?.kind === "pattern" && last.pattern === "**";
  const matchers = (isDeep ? component.slice(0, -1) : component).map(segmentMatcher);
  return (segments) => {
    const fits = isDeep ? segments.length > matchers.length : segments.length === matchers.length;
    return fits && matchers.every((matches, ix) => matches(segments[ix]!));
  };
}
