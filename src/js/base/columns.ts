/**
 * A growing column of unsigned 32-bit numbers: what tables are filled through. Doubling keeps appending cheap; `take`
 * hands out an array of the exact length, the column's own where it is full: take last.
 */
export class Uint32Column {
  length = 0;
  values: Uint32Array;

  constructor(capacity = 64) {
    this.values = new Uint32Array(capacity);
  }

  push(value: number): number {
    if (this.length === this.values.length) this.grow();
    this.values[this.length] = value;
    return this.length++;
  }

  /** Appends `source.values[from … to)`, each plus `delta`. */
  append(source: Uint32Column, from: number, to: number, delta = 0): void {
    if (this.values.length < this.length + (to - from)) this.grow(this.length + (to - from));
    for (let i = from; i < to; i++) this.values[this.length++] = source.values[i]! + delta;
  }

  take(from = 0, to: number = this.length): Uint32Array {
    return to - from === this.values.length ? this.values : this.values.slice(from, to);
  }

  private grow(least = 16): void {
    const wider = new Uint32Array(Math.max(least, this.values.length * 2));
    wider.set(this.values);
    this.values = wider;
  }
}

/** A growing column of signed 32-bit numbers; `NONE` fits. */
export class Int32Column {
  length = 0;
  values: Int32Array;

  constructor(capacity = 64) {
    this.values = new Int32Array(capacity);
  }

  push(value: number): number {
    if (this.length === this.values.length) this.grow();
    this.values[this.length] = value;
    return this.length++;
  }

  take(from = 0, to: number = this.length): Int32Array {
    return this.values.slice(from, to);
  }

  private grow(): void {
    const wider = new Int32Array(Math.max(16, this.values.length * 2));
    wider.set(this.values);
    this.values = wider;
  }
}

/** A growing run of bytes. */
export class ByteColumn {
  length = 0;
  bytes: Uint8Array;

  constructor(capacity = 256) {
    this.bytes = new Uint8Array(capacity);
  }

  /** Appends `source[from … to)`. */
  append(source: Uint8Array, from: number, to: number): void {
    const length = to - from;
    if (length > this.bytes.length - this.length) this.grow(length);
    if (length < 48) for (let i = 0; i < length; i++) this.bytes[this.length + i] = source[from + i]!;
    else this.bytes.set(source.subarray(from, to), this.length);
    this.length += length;
  }

  take(): Uint8Array {
    return this.length === this.bytes.length ? this.bytes : this.bytes.slice(0, this.length);
  }

  private grow(atLeast: number): void {
    const wider = new Uint8Array(Math.max(this.bytes.length * 2, this.length + atLeast));
    wider.set(this.bytes.subarray(0, this.length));
    this.bytes = wider;
  }
}
