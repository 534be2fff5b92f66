/** Bytes of a block: large enough that blocks are few, small enough that the last one wastes little. */
const BLOCK_BYTES = 1 << 20;
/** Fragments up to this length are copied here; a host's encoder takes as long to be called. */
const SHORT_LENGTH = 32;
const MAX_UTF8_PER_UNIT = 3;
const MAX_ASCII = 0x7f;
const ZERO = 0x30;
/** `a` and `A` less ten. */
const LOWER_TEN = 0x57;
const UPPER_TEN = 0x37;
const MOST_SMALL = 0xffff_ffff;

/**
 * Builds a long UTF-8 text of short fragments.
 *
 * Bytes, because fragments that are kept, as a tree of concatenations or as a list to be joined, are walked and copied
 * by the garbage collector again and again, and because bytes are what is written in the end.
 */
export class TextSink {
  private readonly full: Uint8Array[] = [];
  private block: Uint8Array = new Uint8Array(BLOCK_BYTES);
  private length = 0;
  private readonly encoder = new TextEncoder();

  add(fragment: string): void {
    const most = fragment.length * MAX_UTF8_PER_UNIT;
    if (most > this.block.length - this.length) this.startBlock(most);
    if (fragment.length > SHORT_LENGTH || !this.copyAscii(fragment)) {
      this.length += this.encoder.encodeInto(fragment, this.block.subarray(this.length)).written;
    }
  }

  /** Adds text that is UTF-8 already: much faster than a string, whose characters the host looks up one by one. */
  addBytes(bytes: Uint8Array): void {
    const { length } = bytes;
    if (length > this.block.length - this.length) this.startBlock(length);
    const { block } = this;
    const at = this.length;
    for (let ix = 0; ix < length; ix++) block[at + ix] = bytes[ix]!;
    this.length = at + length;
  }

  /** @param code of an ASCII character */
  addAscii(code: number): void {
    if (this.length === this.block.length) this.startBlock(1);
    this.block[this.length++] = code;
  }

  /** Adds a safe integer in decimal. */
  addInteger(value: number): void {
    if (value < 0 || value > MOST_SMALL) {
      this.add(String(value));
      return;
    }
    let digits = 1;
    for (let bound = 10; value >= bound; bound *= 10) digits++;
    this.addDigits(value, digits);
  }

  /** Adds the last `digits` decimal digits of an unsigned 32-bit integer; ten at most. */
  addDigits(value: number, digits: number): void {
    if (this.block.length - this.length < digits) this.startBlock(digits);
    const { block } = this;
    let rest = value >>> 0;
    for (let at = this.length + digits - 1; at >= this.length; at--) {
      const tens = (rest / 10) >>> 0;
      block[at] = ZERO + rest - tens * 10;
      rest = tens;
    }
    this.length += digits;
  }

  /** Adds an unsigned 32-bit integer in hexadecimal, filled with zeros to `least` digits. */
  addHex(value: number, least: number, upper: boolean): void {
    let digits = 8 - (Math.clz32(value | 1) >>> 2);
    if (digits < least) digits = least;
    if (this.block.length - this.length < digits) this.startBlock(digits);
    const { block } = this;
    const letters = upper ? UPPER_TEN : LOWER_TEN;
    let rest = value;
    for (let at = this.length + digits - 1; at >= this.length; at--) {
      const digit = rest & 15;
      block[at] = digit < 10 ? ZERO + digit : letters + digit;
      rest >>>= 4;
    }
    this.length += digits;
  }

  /** The text, in pieces that begin and end with whole characters. Nothing may be added afterwards. */
  get pieces(): readonly Uint8Array[] {
    return [...this.full, this.block.subarray(0, this.length)];
  }

  /** @returns false, and nothing is added, if there is more than ASCII */
  private copyAscii(fragment: string): boolean {
    const { block, length } = this;
    for (let ix = 0; ix < fragment.length; ix++) {
      const unit = fragment.charCodeAt(ix);
      if (unit > MAX_ASCII) return false;
      block[length + ix] = unit;
    }
    this.length = length + fragment.length;
    return true;
  }

  private startBlock(atLeast: number): void {
    this.full.push(this.block.subarray(0, this.length));
    this.block = new Uint8Array(Math.max(BLOCK_BYTES, atLeast));
    this.length = 0;
  }
}
