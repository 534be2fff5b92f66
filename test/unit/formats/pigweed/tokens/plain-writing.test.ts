import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { concatBytes, decodeUtf8 } from "../../../../../src/js/base/bytes.ts";
import { TextSink } from "../../../../../src/js/base/text-sink.ts";
import { Detokenizer } from "../../../../../src/js/formats/pigweed/tokens/detokenizer.ts";

const FORMATS = [
  "int %d",
  "uint %u of %llu",
  "hex %08x %X %x",
  "ptr %p and %lld",
  "wide %12d|%-12d|%+d|% d",
  "float %f %.2f %e %g",
  "octal %#o, exact %.5d",
  "100%% of %i",
  "bad %#d then %d",
  "%d first",
  "text %s",
  "star %*d",
  "price $%d",
  "wide zeros %064x",
  "too wide %065x",
];

function textOf(detokenizer: Detokenizer, message: Uint8Array): string {
  const plan = detokenizer.plainFormat(message, 0, message.length);
  if (plan === undefined) return detokenizer.decodeField(message);
  const sink = new TextSink();
  detokenizer.writePlain(plan, sink, message, 0, message.length);
  return decodeUtf8(concatBytes(sink.pieces))!;
}

describe("plain messages written straight into a sink", () => {
  const entries = FORMATS.map((string, token) => ({ token: token + 1, domain: "", string, removed: null }));
  const database = { entries, issues: [] };

  it("are what decodeField returns, arguments of every kind and damage included", () => {
    const detokenizer = new Detokenizer(database);
    fc.assert(
      fc.property(fc.nat({ max: FORMATS.length }), fc.uint8Array({ maxLength: 40 }), (token, argumentBytes) => {
        const message = Uint8Array.of(token, 0, 0, 0, ...argumentBytes);
        return textOf(detokenizer, message) === detokenizer.decodeField(message);
      }),
      { numRuns: 20_000 },
    );
  });

  it("are those that no string, prefix, star or long padding can come out of", () => {
    const detokenizer = new Detokenizer(database);
    const plain = FORMATS.filter((_, token) => detokenizer.plainFormat(Uint8Array.of(token + 1, 0, 0, 0), 0, 4));
    expect(FORMATS.filter((format) => !plain.includes(format))).toEqual([
      "%d first",
      "text %s",
      "star %*d",
      "price $%d",
      "too wide %065x",
    ]);
  });

  it("are none in strict mode, with another prefix, with a small limit or where entries collide", () => {
    const message = Uint8Array.of(1, 0, 0, 0);
    for (const options of [{ strict: true }, { prefix: "@" }, { maxTextLength: 10 }]) {
      expect(new Detokenizer(database, options).plainFormat(message, 0, 4)).toBeUndefined();
    }
    const collision = { token: 1, domain: "", string: "other %d", removed: null };
    const collided = new Detokenizer({ entries: [...entries, collision], issues: [] });
    expect(collided.plainFormat(message, 0, 4)).toBeUndefined();
  });
});
