/** What an answer may be written as. */
export type MediaType = "application/json" | "text/plain" | "text/html";

interface Range {
  readonly type: string;
  readonly quality: number;
  /** 2 for one type, 1 for all subtypes of one, 0 for anything. */
  readonly precision: number;
}

/**
 * The type that the client likes best among the ones offered (RFC 9110 section 12.5.1); the first offered where it has
 * no preference. Undefined when it accepts none.
 */
export function negotiate(accept: string | null, offered: readonly MediaType[]): MediaType | undefined {
  if (accept === null || accept.trim() === "") return offered[0];
  const ranges = accept.slice(0, 4096).split(",").map(parseRange);
  const liked = offered.map((type) => ({ type, quality: qualityOf(type, ranges) }));
  const best = Math.max(...liked.map(({ quality }) => quality));
  return best > 0 ? liked.find(({ quality }) => quality === best)?.type : undefined;
}

function parseRange(text: string): Range {
  const [type = "", ...parameters] = text.split(";").map((part) => part.trim().toLowerCase());
  const weight = parameters.find((parameter) => parameter.startsWith("q="));
  const quality = weight === undefined ? 1 : Number(weight.slice(2));
  const precision = type === "*/*" ? 0 : type.endsWith("/*") ? 1 : 2;
  return { type, precision, quality: quality >= 0 && quality <= 1 ? quality : 0 };
}

/** The most precise range that covers the type decides. */
function qualityOf(type: MediaType, ranges: readonly Range[]): number {
  const covering = ranges.filter(
    (range) => range.type === "*/*" || range.type === type || range.type === type.replace(/\/.*/, "/*"),
  );
  const [first] = covering.sort((a, b) => b.precision - a.precision);
  return first?.quality ?? 0;
}
