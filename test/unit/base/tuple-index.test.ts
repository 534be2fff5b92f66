import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ByteInterner } from "../../../src/js/base/byte-interner.ts";
import { encodeUtf8 } from "../../../src/js/base/bytes.ts";
import { HASH_SEED, mixHash } from "../../../src/js/base/hash-index.ts";
import { TupleIndex } from "../../../src/js/base/tuple-index.ts";

const int = fc.integer({ min: -2, max: 40 });

describe("TupleIndex", () => {
  it("numbers triples as a Map of texts does", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(int, int, int), { maxLength: 300 }), (triples) => {
        const index = new TupleIndex(1);
        const model = new Map<string, number>();
        for (const triple of triples) {
          const key = triple.join();
          if (!model.has(key)) model.set(key, model.size);
          expect(index.intern(...triple)).toBe(model.get(key));
        }
        expect(index.length).toBe(model.size);
      }),
    );
  });

  it("stays right and quick when somebody makes keys collide", () => {
    // The mix is invertible: for any (a, b) there is a c that gives the same hash.
    const collide = (a: number): number => mixHash(mixHash(HASH_SEED, a), 7);
    const index = new TupleIndex();
    const began = performance.now();
    for (let round = 0; round < 2; round++) {
      for (let a = 0; a < 20_000; a++) expect(index.intern(a, 7, collide(a))).toBe(a);
    }
    expect(performance.now() - began).toBeLessThan(5000);
  });
});

describe("ByteInterner", () => {
  it("numbers byte strings as a Map does and gives their text back", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 4 }), { maxLength: 200 }), (texts) => {
        const interner = new ByteInterner();
        const model = new Map<string, number>();
        for (const text of texts) {
          const bytes = encodeUtf8(text);
          const known = new TextDecoder().decode(bytes);
          if (!model.has(known)) model.set(known, model.size);
          const row = interner.intern(bytes, 0, bytes.length);
          expect(row).toBe(model.get(known));
          expect(interner.text(row)).toBe(known);
        }
        expect(interner.length).toBe(model.size);
      }),
    );
  });
});
