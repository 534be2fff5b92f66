/** One part of a selector's path. */
export type Segment =
  | { readonly kind: "exact"; readonly text: string }
  /** As written; `*` stands for any run of characters unless a backslash is before it. */
  | { readonly kind: "pattern"; readonly pattern: string };

/** A segment from its text: a pattern if it has a `*` without backslash, else the text without its escapes. */
export function toSegment(written: string): Segment {
  const literals = splitPattern(written);
  if (literals === undefined || literals.length > 1) return { kind: "pattern", pattern: written };
  return { kind: "exact", text: literals[0]! };
}

/** Whether `target` matches a segment's text. A pattern that ends in a lone backslash matches nothing. */
export function matchesPattern(written: string, target: string): boolean {
  const literals = splitPattern(written);
  return literals !== undefined && matchesLiterals(literals, target);
}

/** A test for names, made once per selector. */
export function segmentMatcher(segment: Segment): (name: string) => boolean {
  if (segment.kind === "exact") return (name) => name === segment.text;
  const literals = splitPattern(segment.pattern);
  return (name) => literals !== undefined && matchesLiterals(literals, name);
}

/** The literals between the wildcards, without escapes: `a*b\*` is `["a", "b*"]`. */
function splitPattern(written: string): readonly string[] | undefined {
  const literals = [""];
  for (let at = 0; at < written.length; at++) {
    let c = written[at]!;
    if (c === "*") {
      literals.push("");
      continue;
    }
    if (c === "\\") {
      at++;
      if (at >= written.length) return undefined;
      c = written[at]!;
    }
    literals[literals.length - 1] += c;
  }
  return literals;
}

function matchesLiterals(literals: readonly string[], target: string): boolean {
  const first = literals[0]!;
  if (literals.length === 1) return target === first;
  const last = literals.at(-1)!;
  if (!target.startsWith(first)) return false;
  let at = first.length;
  for (const literal of literals.slice(1, -1)) {
    const found = target.indexOf(literal, at);
    if (found < 0) return false;
    at = found + literal.length;
  }
  return target.length - last.length >= at && target.endsWith(last);
}
