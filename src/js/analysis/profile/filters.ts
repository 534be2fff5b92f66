import { SnapshotError } from "../../base/errors.ts";
import type { Frame } from "../../model/stacks.ts";
import type { Location, Sample } from "./samples.ts";

/** Filters as `go tool pprof` takes them, by its own option names. Expressions match function, file or binary. */
export interface SampleFilters {
  /** Keep samples with a matching location. */
  readonly focus?: string | undefined;
  /** Drop samples with a matching location. */
  readonly ignore?: string | undefined;
  /** Leave matching functions out of stacks. */
  readonly hide?: string | undefined;
  /** Leave everything else out of stacks. */
  readonly show?: string | undefined;
  /** Leave out what is above (outside) the outermost matching function. */
  readonly showFrom?: string | undefined;
  /** `expr`, `key=expr` or `key=expr,expr`. */
  readonly tagFocus?: string | undefined;
  readonly tagIgnore?: string | undefined;
  readonly tagShow?: string | undefined;
  readonly tagHide?: string | undefined;
  /** Label keys whose values become frames at the root; the first is outermost. */
  readonly tagRoot?: readonly string[] | undefined;
  readonly tagLeaf?: readonly string[] | undefined;
}

/**
 * An expression in Go's syntax as far as JavaScript shares it; a leading `(?i)` is understood.
 * @throws SnapshotError `UsageError`
 */
export function compileExpression(source: string, option: string): RegExp {
  const flags = /^\(\?([imsU]+)\)/.exec(source);
  const letters = (flags?.[1] ?? "").replace("U", "");
  try {
    return new RegExp(flags === null ? source : source.slice(flags[0].length), `${letters}u`);
  } catch (cause) {
    throw new SnapshotError("UsageError", `${option}: ${JSON.stringify(source)} is not a regular expression`, {
      cause,
    });
  }
}

/** Frames made of labels, before anything else is looked at: filters may match them. */
export function addLabelFrames(samples: readonly Sample[], { tagRoot, tagLeaf }: SampleFilters): readonly Sample[] {
  if (tagRoot === undefined && tagLeaf === undefined) return samples;
  const frames = new Map<string, Location>();
  const frameOf = (sample: Sample, key: string): Location => {
    const name = sample.labels.get(key) ?? "";
    const known = frames.get(name) ?? { lines: [{ functionName: name, synthetic: true }] };
    frames.set(name, known);
    return known;
  };
  return samples.map((sample) => ({
    ...sample,
    locations: [
      ...(tagLeaf ?? []).map((key) => frameOf(sample, key)).reverse(),
      ...sample.locations,
      ...(tagRoot ?? []).map((key) => frameOf(sample, key)).reverse(),
    ],
  }));
}

/** All filters but the label frames, in the order `go tool pprof` applies them. */
export function filterSamples(samples: readonly Sample[], filters: SampleFilters): readonly Sample[] {
  const byName = filterByName(samples, filters);
  const cut =
    filters.showFrom === undefined ? byName : showFrom(byName, compileExpression(filters.showFrom, "show_from"));
  const tagFocus = tagFilter(filters.tagFocus, "tagfocus");
  const tagIgnore = tagFilter(filters.tagIgnore, "tagignore");
  const kept = cut.filter((sample) => tagFocus?.(sample) !== false && tagIgnore?.(sample) !== true);
  return filterLabels(kept, filters);
}

function filterByName(samples: readonly Sample[], filters: SampleFilters): readonly Sample[] {
  const { focus, ignore, hide, show } = filters;
  if (focus === undefined && ignore === undefined && hide === undefined && show === undefined) return samples;
  const verdicts = new LocationVerdicts(filters);
  const out: Sample[] = [];
  for (const sample of samples) {
    if (!verdicts.keeps(sample)) continue;
    const locations = sample.locations.flatMap((location) => verdicts.visible(location) ?? []);
    if (locations.length > 0) out.push({ ...sample, locations });
  }
  return out;
}

/** What the name filters make of each location, worked out once. */
class LocationVerdicts {
  private readonly focus: RegExp | undefined;
  private readonly ignore: RegExp | undefined;
  private readonly hide: RegExp | undefined;
  private readonly show: RegExp | undefined;
  private readonly known = new Map<Location, Location | undefined>();

  constructor({ focus, ignore, hide, show }: SampleFilters) {
    this.focus = focus === undefined ? undefined : compileExpression(focus, "focus");
    this.ignore = ignore === undefined ? undefined : compileExpression(ignore, "ignore");
    this.hide = hide === undefined ? undefined : compileExpression(hide, "hide");
    this.show = show === undefined ? undefined : compileExpression(show, "show");
  }

  /** Has a location in focus and none that is ignored. A sample without locations is never in focus. */
  keeps({ locations }: Sample): boolean {
    let isFocused = false;
    for (const location of locations) {
      if (this.ignore !== undefined && matchesLocation(this.ignore, location)) return false;
      isFocused ||= this.focus === undefined || matchesLocation(this.focus, location);
    }
    return isFocused;
  }

  /** The location without hidden lines, or undefined when nothing of it is left. */
  visible(location: Location): Location | undefined {
    if (!this.known.has(location)) this.known.set(location, this.reduce(location));
    return this.known.get(location);
  }

  private reduce(location: Location): Location | undefined {
    const { hide, show } = this;
    let { lines } = location;
    if (hide !== undefined && matchesLocation(hide, location)) lines = lines.filter((line) => !matchesLine(hide, line));
    if (show !== undefined) lines = lines.filter((line) => matchesLine(show, line));
    if (lines.length === location.lines.length) return location;
    return lines.length === 0 ? undefined : { lines };
  }
}

function matchesLocation(expression: RegExp, { lines }: Location): boolean {
  return lines.some((line) => matchesLine(expression, line) || matchesModule(expression, line));
}

function matchesLine(expression: RegExp, { functionName, file }: Frame): boolean {
  return expression.test(functionName) || (file !== undefined && expression.test(file));
}

function matchesModule(expression: RegExp, { module }: Frame): boolean {
  return module !== undefined && expression.test(module);
}

function showFrom(samples: readonly Sample[], expression: RegExp): readonly Sample[] {
  const cut = new Map<Location, Location | undefined>();
  const cutOf = (location: Location): Location | undefined => {
    if (!cut.has(location)) cut.set(location, cutLocation(location, expression));
    return cut.get(location);
  };
  return samples.flatMap((sample) => {
    const last = sample.locations.findLastIndex((location) => cutOf(location) !== undefined);
    if (last < 0) return [];
    const locations = sample.locations.slice(0, last + 1).map((location) => cutOf(location) ?? location);
    return [{ ...sample, locations }];
  });
}

/** The location up to its outermost matching line; undefined when none matches. */
function cutLocation(location: Location, expression: RegExp): Location | undefined {
  if (location.lines.some((line) => matchesModule(expression, line))) return location;
  const last = location.lines.findLastIndex((line) => matchesLine(expression, line));
  return last < 0 ? undefined : { lines: location.lines.slice(0, last + 1) };
}

/**
 * `expr[,expr]` must each match some `key:value`; with `key=` any expression may match that label's value. A plain
 * number also means exactly that value.
 */
function tagFilter(source: string | undefined, option: string): ((sample: Sample) => boolean) | undefined {
  if (source === undefined) return undefined;
  const equals = source.indexOf("=");
  const key = equals < 0 ? undefined : source.slice(0, equals);
  const value = source.slice(equals + 1);
  const expressions = (/^[+-]?\d+$/.test(value) ? [`^${value.replace("+", "\\+")}$`] : value.split(",")).map((text) =>
    compileExpression(text, option),
  );
  if (key === undefined) {
    return ({ labels }) =>
      expressions.every((expression) => [...labels].some(([name, text]) => expression.test(`${name}:${text}`)));
  }
  return ({ labels }) => {
    const text = labels.get(key);
    return text !== undefined && expressions.some((expression) => expression.test(text));
  };
}

function filterLabels(samples: readonly Sample[], { tagShow, tagHide }: SampleFilters): readonly Sample[] {
  if (tagShow === undefined && tagHide === undefined) return samples;
  const show = tagShow === undefined ? undefined : compileExpression(tagShow, "tagshow");
  const hide = tagHide === undefined ? undefined : compileExpression(tagHide, "taghide");
  return samples.map((sample) => ({
    ...sample,
    labels: new Map([...sample.labels].filter(([key]) => show?.test(key) !== false && hide?.test(key) !== true)),
  }));
}
