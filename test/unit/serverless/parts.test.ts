import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type MediaType, negotiate } from "../../../src/serverless/media-type.ts";
import { RateLimiter } from "../../../src/serverless/rate-limit.ts";
import { Turnstile } from "../../../src/serverless/turnstile.ts";

describe("negotiate", () => {
  const offered: readonly MediaType[] = ["text/plain", "application/json", "text/html"];
  const cases: [accept: string | null, type: MediaType | undefined][] = [
    [null, "text/plain"],
    ["", "text/plain"],
    ["*/*", "text/plain"],
    ["application/json", "application/json"],
    ["text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"],
    ["text/*;q=0.5, application/json;q=0.4", "text/plain"],
    ["text/plain;q=0, */*;q=0.1", "application/json"],
    ["Application/JSON", "application/json"],
    ["image/png", undefined],
    ["text/plain;q=x", undefined],
  ];
  for (const [accept, type] of cases) {
    it(`${accept} → ${type}`, () => expect(negotiate(accept, offered)).toBe(type));
  }
});

describe("RateLimiter", () => {
  it("never grants more than the burst and what time gives back", () => {
    const asks = fc.array(fc.integer({ min: 0, max: 500 }), { maxLength: 200 });
    fc.assert(
      fc.property(asks, fc.integer({ min: 1, max: 5 }), (pauses, perSecond) => {
        const limiter = new RateLimiter({ burst: 3, perSecond });
        let now = 0;
        let granted = 0;
        for (const pause of pauses) {
          now += pause;
          if (limiter.take("a", now) === 0) granted++;
        }
        expect(granted).toBeLessThanOrEqual(3 + (now / 1000) * perSecond + 1e-6);
      }),
    );
  });

  it("names a time after which it grants again", () => {
    const limiter = new RateLimiter({ burst: 1, perSecond: 0.1 });
    expect(limiter.take("a", 0)).toBe(0);
    const seconds = limiter.take("a", 0);
    expect(seconds).toBe(10);
    expect(limiter.take("a", seconds * 1000)).toBe(0);
  });

  it("forgets the client that was quiet longest", () => {
    const limiter = new RateLimiter({ burst: 1, perSecond: 0.001, clients: 2 });
    for (const client of ["a", "b", "c"]) limiter.take(client, 0);
    expect([limiter.take("c", 0), limiter.take("a", 0)]).toEqual([1000, 0]);
  });
});

describe("Turnstile", () => {
  it("lets in as many as it has places, in the order they came", async () => {
    const turnstile = new Turnstile(2, 10);
    const order: number[] = [];
    let inside = 0;
    let most = 0;
    const visit = async (ix: number) => {
      expect(await turnstile.enter(10_000)).toBe(true);
      order.push(ix);
      most = Math.max(most, ++inside);
      await new Promise((resolve) => setTimeout(resolve, 1));
      inside--;
      turnstile.leave();
    };
    await Promise.all(Array.from({ length: 8 }, (_, ix) => visit(ix)));
    expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(most).toBe(2);
  });

  it("lets one go that waits too long, and keeps the order of the others", async () => {
    const turnstile = new Turnstile(1, 10);
    expect(await turnstile.enter(0)).toBe(true);
    const hasty = turnstile.enter(1);
    const patient = turnstile.enter(10_000);
    expect(await hasty).toBe(false);
    turnstile.leave();
    expect(await patient).toBe(true);
    turnstile.leave();
    expect(await turnstile.enter(0)).toBe(true);
  });
});
