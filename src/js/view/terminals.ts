import { attempt, type Result } from "../base/result.ts";

/**
 * How a value is taken out of a field: each `as…` throws why it cannot be had, and its `tryAs…` returns that
 * (specification `sched-ext`, section 6).
 */
export abstract class Terminals {
  abstract asU64(): bigint;
  abstract asI64(): bigint;
  abstract asF64(): number;
  abstract asBool(): boolean;
  abstract asStr(): string;
  abstract asU64Array(): bigint[];
  abstract asU32Array(): number[];
  abstract asI64Array(): bigint[];
  abstract asF64Array(): number[];
  abstract asBoolArray(): boolean[];

  tryAsU64(): Result<bigint> {
    return attempt(() => this.asU64());
  }
  tryAsI64(): Result<bigint> {
    return attempt(() => this.asI64());
  }
  tryAsF64(): Result<number> {
    return attempt(() => this.asF64());
  }
  tryAsBool(): Result<boolean> {
    return attempt(() => this.asBool());
  }
  tryAsStr(): Result<string> {
    return attempt(() => this.asStr());
  }
  tryAsU64Array(): Result<bigint[]> {
    return attempt(() => this.asU64Array());
  }
  tryAsU32Array(): Result<number[]> {
    return attempt(() => this.asU32Array());
  }
  tryAsI64Array(): Result<bigint[]> {
    return attempt(() => this.asI64Array());
  }
  tryAsF64Array(): Result<number[]> {
    return attempt(() => this.asF64Array());
  }
  tryAsBoolArray(): Result<boolean[]> {
    return attempt(() => this.asBoolArray());
  }
}
