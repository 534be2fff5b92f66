import type { TextSink } from "../../../base/text-sink.ts";
import { ARGUMENT_STATUS, ArgumentReader, type Integer } from "./argument-reader.ts";
import { type FormatPlan, SHORT_ARGUMENT, type Specifier, STAR } from "./format-plan.ts";
import { type ArgumentValue, type Layout, MOST_PRECISION, printValue } from "./printf.ts";
import { reprFloat, reprText } from "./python-repr.ts";

const { missing: MISSING, truncated: TRUNCATED, error: ERROR, skipped: SKIPPED } = ARGUMENT_STATUS;
const TRUNCATED_MARK = "[...]";
const MOST_U32 = 0xffff_ffff;
const FLOAT_TYPES = "fFeEaAgG";

/** `star`: upstream stops with an exception over a width or precision argument. `length`: our limit, not upstream's. */
export type FormatProblem = "star" | "length";

export interface FormatterOptions {
  /** Failed arguments print `<[%d MISSING]>` instead of the specifier. */
  readonly showErrors: boolean;
  /** Longest padding or run of digits of one argument. */
  readonly maxLength: number;
}

/**
 * Decodes arguments by a format and prints them (specification section 14). One instance serves any number of
 * messages: `format` leaves its verdict in the fields, so that the usual case allocates nothing but the text.
 */
export class MessageFormatter {
  /** Specifiers of the last message whose argument failed. */
  failed = 0;
  problem: FormatProblem | undefined = undefined;

  private readonly reader = new ArgumentReader();
  private readonly lastStatuses: number[] = [];
  private count = 0;
  private status = 0;
  /** An argument could not be decoded, so that all later ones are in doubt. */
  private doubt = false;
  private readonly showErrors: boolean;
  private readonly maxLength: number;

  constructor(options: FormatterOptions) {
    this.showErrors = options.showErrors;
    this.maxLength = options.maxLength;
  }

  /** One set of `ARGUMENT_STATUS` bits per specifier of the last message. */
  get statuses(): readonly number[] {
    return this.lastStatuses.slice(0, this.count);
  }

  /** Bytes of the last message left over after its last argument. */
  get remaining(): number {
    return this.reader.remaining;
  }

  /** Formats with the encoded arguments in `bytes[start, end)`. */
  format(plan: FormatPlan, bytes: Uint8Array, start: number, end: number): string {
    this.reader.reset(bytes, start, end);
    this.failed = 0;
    this.problem = undefined;
    this.doubt = false;
    const { texts, specifiers } = plan;
    this.count = specifiers.length;
    let text = texts[0]!;
    for (let i = 0; i < specifiers.length; i++) {
      this.status = 0;
      const shown = this.formatArgument(specifiers[i]!);
      if ((this.status & ~TRUNCATED) !== 0) this.failed++;
      this.lastStatuses[i] = this.status;
      text += shown + texts[i + 1]!;
    }
    return text;
  }

  /** Can `write` print it: is there no string to be made and nothing to be reported? */
  isWritable(plan: FormatPlan): boolean {
    return plan.isShort && this.maxLength >= SHORT_ARGUMENT;
  }

  /** `format`, straight into a sink. @param plan one that `isWritable` */
  write(plan: FormatPlan, sink: TextSink, bytes: Uint8Array, start: number, end: number): void {
    this.reader.reset(bytes, start, end);
    this.doubt = false;
    const { encoded, specifiers } = plan;
    sink.addBytes(encoded[0]!);
    for (let i = 0; i < specifiers.length; i++) {
      this.writeArgument(specifiers[i]!, sink);
      sink.addBytes(encoded[i + 1]!);
    }
  }

  private writeArgument(spec: Specifier, sink: TextSink): void {
    this.status = 0;
    const { digits } = spec;
    if (digits === undefined || this.doubt || spec.refused) {
      sink.add(this.formatArgument(spec));
      return;
    }
    this.reader.begin();
    const value = this.readValue(spec);
    this.status = this.reader.status;
    if (this.status !== 0 || typeof value !== "number" || (digits.radix === 16 && value > MOST_U32)) {
      sink.add(this.finish(spec, value, spec, undefined));
    } else if (digits.radix === 10) sink.addInteger(value);
    else {
      sink.addBytes(digits.prefix);
      sink.addHex(value, digits.least, digits.isUpper);
    }
  }

  private formatArgument(spec: Specifier): string {
    if (spec.refused) return this.refuse(spec);
    if (spec.type === "%") return "%";
    if (spec.width === STAR || spec.precision === STAR) return this.formatStarred(spec);
    this.reader.begin();
    const value = this.readValue(spec);
    this.status = this.reader.status;
    if (this.status === 0 && !this.doubt) return this.print(spec, value!, spec, undefined);
    return this.finish(spec, value, spec, undefined);
  }

  /** A refused specifier takes no argument. Upstream's rule that `%%` is never skipped catches `%5%` as well. */
  private refuse(spec: Specifier): string {
    this.status = ERROR;
    if (spec.type === "%" && this.doubt) return errorText(spec, ERROR, "");
    return this.reject(spec, "");
  }

  private readValue(spec: Specifier): ArgumentValue | undefined {
    switch (spec.type) {
      case "s":
        return this.reader.readString();
      case "c":
        return this.reader.readCharacter();
      case "d":
      case "i":
        return this.reader.readSigned();
      case "o":
      case "x":
      case "X":
      case "u":
      case "p":
        return this.reader.readUnsigned(spec.bits);
      default:
        return this.reader.readFloat();
    }
  }

  private formatStarred(spec: Specifier): string {
    this.reader.begin();
    const width = spec.width === STAR ? this.reader.readSigned() : spec.width;
    const precision = spec.precision === STAR ? this.reader.readSigned() : spec.precision;
    const starsRead = this.reader.status === 0;
    const value = this.readValue(spec);
    this.status = this.reader.status;
    if (width === undefined || precision === undefined || !starsRead || this.reader.uncombinable) {
      this.problem = "star";
      return this.reject(spec, "");
    }
    const layout = toLayout(spec, width, precision);
    const tuple = tupleText(spec, width, layout, precision, value);
    if (this.status === TRUNCATED && !this.doubt) {
      this.problem = "star";
      this.status |= ERROR;
      return this.reject(spec, tuple);
    }
    return this.finish(spec, value, layout, tuple);
  }

  private finish(spec: Specifier, value: ArgumentValue | undefined, layout: Layout, tuple: string | undefined): string {
    const good = this.status === 0 || this.status === TRUNCATED;
    if (!good || this.doubt || value === undefined) return this.reject(spec, tuple ?? valueText(spec, value));
    return this.print(spec, this.status === TRUNCATED ? `${value}${TRUNCATED_MARK}` : value, layout, tuple);
  }

  private reject(spec: Specifier, value: string): string {
    if (this.doubt) this.status |= SKIPPED;
    this.doubt = true;
    return this.showErrors ? errorText(spec, this.status, value) : spec.text;
  }

  private print(spec: Specifier, value: ArgumentValue, layout: Layout, tuple: string | undefined): string {
    const printed = printValue(spec, value, layout, this.maxLength);
    if (printed !== undefined) return printed;
    // Only this argument fails; nothing after it is in doubt. The error shows even where errors are hidden.
    if (!spec.unusable && layout.precision <= MOST_PRECISION) this.problem ??= "length";
    this.status |= ERROR;
    return errorText(spec, this.status, tuple ?? valueText(spec, value));
  }
}

/** Star arguments as a layout: upstream takes the bias off a width, and 0 for a negative precision. */
function toLayout(spec: Specifier, width: Integer, precision: Integer): Layout {
  return {
    width: spec.width === STAR ? Number(width) - spec.bias : spec.width,
    precision: spec.precision === STAR ? Math.max(Number(precision), 0) : spec.precision,
  };
}

/** The values of a starred argument as Python shows them: `(5, None)`. */
function tupleText(
  spec: Specifier,
  width: Integer,
  layout: Layout,
  precision: Integer,
  value: ArgumentValue | undefined,
): string {
  const parts: string[] = [];
  if (spec.width === STAR) parts.push(String(typeof width === "bigint" ? width - BigInt(spec.bias) : layout.width));
  if (spec.precision === STAR)
    parts.push(String(typeof precision === "bigint" && precision > 0n ? precision : layout.precision));
  if (typeof value === "string") parts.push(reprText(value));
  else parts.push(value === undefined ? "None" : valueText(spec, value));
  return `(${parts.join(", ")})`;
}

function valueText(spec: Specifier, value: ArgumentValue | undefined): string {
  if (value === undefined) return "";
  return typeof value === "number" && FLOAT_TYPES.includes(spec.type) ? reprFloat(value) : String(value);
}

function errorText(spec: Specifier, status: number, value: string): string {
  const word = (status & SKIPPED) !== 0 ? "SKIPPED" : status === MISSING ? "MISSING" : "ERROR";
  return value === "" ? `<[${spec.text} ${word}]>` : `<[${spec.text} ${word} (${value})]>`;
}
