import { SnapshotError } from "../base/errors.ts";
import type { FormatId } from "../base/format-id.ts";
import { compareText, suggestNames } from "../base/text.ts";
import type { Format, Input } from "./plugin.ts";

/** Leading bytes that a probe looks at. */
export const HEAD_BYTES = 4096;
/** A format with this score or more recognises the content. */
const RECOGNISED = 50;

export interface FormatCandidate {
  readonly format: FormatId;
  /** 0 … 100 */
  readonly score: number;
}

/** An input, or the start of one with the length of the whole. */
export interface ProbedInput extends Input {
  readonly byteLength?: number;
}

/** Inputs that one call of `decode` takes. */
export interface InputGroup {
  readonly plugin: Format;
  /** Indices into the inputs, ascending. */
  readonly members: readonly number[];
}

export interface Grouping {
  readonly groups: readonly InputGroup[];
  /** Inputs that no format takes, with why. */
  readonly rest: readonly { readonly member: number; readonly error: SnapshotError }[];
}

/** What every format makes of the content, the surest first. */
export function rankFormats(formats: readonly Format[], { bytes, name, byteLength }: ProbedInput): FormatCandidate[] {
  const head = bytes.subarray(0, HEAD_BYTES);
  return formats
    .map((plugin) => ({ format: plugin.id, score: plugin.probe(head, byteLength ?? bytes.length, name) }))
    .sort((a, b) => b.score - a.score || compareText(a.format, b.format));
}

/** @throws SnapshotError `UnknownFormat`, `AmbiguousFormat` with every candidate. */
function chooseFormat(formats: readonly Format[], input: ProbedInput): Format {
  const candidates = rankFormats(formats, input);
  const [first, second] = candidates;
  const listed = candidates.map(({ format, score }) => `${format} ${score}`).join(", ");
  if (first === undefined || first.score < RECOGNISED) {
    throw new SnapshotError(
      "UnknownFormat",
      `detecting the format of ${input.name}: none of ${listed} reaches ${RECOGNISED}`,
      {
        fields: { candidates },
      },
    );
  }
  if (second !== undefined && second.score === first.score) {
    throw new SnapshotError("AmbiguousFormat", `detecting the format of ${input.name}: equal scores in ${listed}`, {
      fields: { candidates },
    });
  }
  return formats.find((plugin) => plugin.id === first.format)!;
}

/** @throws SnapshotError `UsageError` */
export function getFormat(formats: readonly Format[], word: string): Format {
  const found = formats.find((plugin) => plugin.id === word);
  if (found !== undefined) return found;
  const available = formats.map((plugin) => plugin.id);
  const near = suggestNames(word, available);
  const hint = near.length > 0 ? `; did you mean ${near[0]}?` : "";
  throw new SnapshotError("UsageError", `there is no format ${JSON.stringify(word)}${hint}`, { available });
}

/**
 * Puts inputs that were given together into groups. A format that reads several files as one snapshot also gets the
 * files that no format recognises (a manifest, labels), if it is the only such format here.
 */
export function groupInputs(formats: readonly Format[], inputs: readonly ProbedInput[], forced?: Format): Grouping {
  const members = new Map<Format, number[]>();
  const rest: { member: number; error: SnapshotError }[] = [];
  inputs.forEach((input, member) => {
    try {
      const plugin = forced ?? chooseFormat(formats, input);
      members.set(plugin, [...(members.get(plugin) ?? []), member]);
    } catch (error) {
      if (!(error instanceof SnapshotError)) throw error;
      rest.push({ member, error });
    }
  });
  const gatherers = [...members.keys()].filter((plugin) => plugin.severalFiles === "together");
  if (gatherers.length === 1) {
    const own = members.get(gatherers[0]!)!;
    members.set(
      gatherers[0]!,
      [...own, ...rest.map(({ member }) => member)].sort((a, b) => a - b),
    );
    rest.length = 0;
  }
  const groups = [...members].flatMap(([plugin, of]) =>
    plugin.severalFiles === "each" ? of.map((member) => ({ plugin, members: [member] })) : [{ plugin, members: of }],
  );
  groups.sort((a, b) => a.members[0]! - b.members[0]!);
  return { groups, rest };
}
