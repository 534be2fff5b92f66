import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readPlace, writePlace } from "../../../app/state/place.ts";

describe("the address", () => {
  it("brings any place back", () => {
    const text = fc.string({ minLength: 1 });
    const place = fc.record({ view: text, item: text, path: text, filter: text, sort: text, sample: text, file: text });
    fc.assert(
      fc.property(place, (given) => {
        expect(readPlace(`#${writePlace(given)}`)).toEqual({ ok: true, place: given });
      }),
    );
  });

  it("is empty for the start page", () => {
    expect(writePlace({})).toBe("");
    expect(readPlace("")).toEqual({ ok: true, place: {} });
  });

  it("says which version it does not know", () => {
    expect(readPlace("#v=2&view=crash")).toEqual({ ok: false, version: "2" });
  });

  it("drops a hash that is none", () => {
    expect(readPlace("#v=1&sha256=xyz&view=maps")).toEqual({ ok: true, place: { view: "maps" } });
  });
});
