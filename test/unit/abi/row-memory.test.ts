import { describe, expect, it } from "vitest";
import { RowMemory } from "../../../src/js/abi/row-memory.ts";

const STEP = 32_768;
const table = (bytes: number, value: number) => new Uint32Array(bytes / 4).fill(value);

describe("RowMemory", () => {
  it("hands out what was given back, and copies into it", () => {
    const memory = new RowMemory();
    const first = memory.copy(table(4 * STEP, 1));
    memory.giveBack(first);
    expect(memory.keptBytes).toBe(4 * STEP);
    const second = memory.copy(table(4 * STEP - 8, 2));
    expect(second.buffer).toBe(first.buffer);
    expect(second).toEqual(table(4 * STEP - 8, 2));
    expect(memory.keptBytes).toBe(0);
  });

  it("keeps no small tables and no more than its limit", () => {
    const memory = new RowMemory(4 * STEP);
    memory.giveBack(memory.copy(table(1024, 1)));
    expect(memory.keptBytes).toBe(0);
    memory.giveBack(memory.copy(table(8 * STEP, 1)));
    expect(memory.keptBytes).toBe(0);
  });

  it("drops the sizes that have not been asked for longest, not those in use", () => {
    const memory = new RowMemory(8 * STEP);
    const old = [1, 2].map((value) => memory.copy(table(4 * STEP, value)));
    for (const each of old) memory.giveBack(each);
    const fresh = memory.copy(table(3 * STEP, 3));
    memory.giveBack(fresh);
    expect(memory.keptBytes).toBe(7 * STEP);
    expect(memory.copy(table(3 * STEP, 4)).buffer).toBe(fresh.buffer);
    expect(memory.keptBytes).toBe(4 * STEP);
  });
});
