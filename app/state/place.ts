/** Where the reader is: what the fragment of the address says, so that a link or a reload leads back. */
export interface Place {
  /** Id of the view. */
  readonly view?: string | undefined;
  /** What the view shows of several things, e.g. the name of a map. */
  readonly item?: string | undefined;
  /** Dotted path of what is selected. */
  readonly path?: string | undefined;
  /** Expression that rows of the view must fulfil. */
  readonly filter?: string | undefined;
  /** Column and direction, e.g. `-count`. */
  readonly sort?: string | undefined;
  /** Id of a sample of the gallery, or `served` for files of `coldframe ui`: both can be fetched again. */
  readonly sample?: string | undefined;
  /** Name of the file, for the message that asks for it. */
  readonly file?: string | undefined;
  /** SHA-256 of the file, lower-case hex: a fragment never holds content. */
  readonly sha256?: string | undefined;
}

const PLACE_VERSION = 1;
const KEYS = ["view", "item", "path", "filter", "sort", "sample", "file", "sha256"] as const;

export type PlaceReading =
  | { readonly ok: true; readonly place: Place }
  | { readonly ok: false; readonly version: string };

/** @param fragment with or without the leading `#` */
export function readPlace(fragment: string): PlaceReading {
  const parameters = new URLSearchParams(fragment.replace(/^#/, ""));
  const version = parameters.get("v") ?? String(PLACE_VERSION);
  if (version !== String(PLACE_VERSION)) return { ok: false, version };
  const place: Record<string, string> = {};
  for (const key of KEYS) {
    const value = parameters.get(key);
    if (value !== null && value !== "") place[key] = value;
  }
  if (place["sha256"] !== undefined && !/^[0-9a-f]{64}$/.test(place["sha256"])) delete place["sha256"];
  return { ok: true, place };
}

/** The fragment without `#`; empty for the start page. */
export function writePlace(place: Place): string {
  const parameters = new URLSearchParams();
  for (const key of KEYS) {
    const value = place[key];
    if (value !== undefined && value !== "") parameters.set(key, value);
  }
  return parameters.size === 0 ? "" : `v=${PLACE_VERSION}&${parameters}`;
}
