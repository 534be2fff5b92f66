import { describe, expect, it } from "vitest";
import page from "../../../docs/endpoint.md?raw";
import committed from "../../../docs/openapi.json?raw";
import { openApiDocument } from "../../../src/serverless/openapi.ts";
import { PARTS } from "../../../src/serverless/request-body.ts";
import { DEFAULT_REQUEST_LIMITS } from "../../../src/serverless/request-limits.ts";
import { ROUTES } from "../../../src/serverless/routes.ts";

describe("documents of the endpoint", () => {
  it("openapi.json is what the endpoint answers with", () => {
    expect(JSON.parse(committed)).toEqual(JSON.parse(JSON.stringify(openApiDocument())));
  });

  it("every reference of the document leads somewhere", () => {
    const { components } = openApiDocument() as { components: { schemas: object } };
    for (const [, name] of committed.matchAll(/"\$ref": "#\/components\/schemas\/(\w+)"/g))
      expect(Object.keys(components.schemas)).toContain(name);
  });

  it("the page lists every call, part and limit with its default", () => {
    const rows = [...page.matchAll(/^\| `(\w+)` \| (\d+) \|/gm)].map(([, name, value]) => [name, Number(value)]);
    expect(Object.fromEntries(rows)).toEqual(DEFAULT_REQUEST_LIMITS);
    const calls = [...page.matchAll(/^\| `\/v1\/([\w-]+)/gm)].map(([, name]) => name);
    expect(calls).toEqual(ROUTES.map(({ name }) => name));
    const parts = [...page.matchAll(/^\| `(\w+)` \| ([^|\d][^|]*) \|$/gm)].map(([, name, what]) => [name, what]);
    expect(Object.fromEntries(parts)).toEqual(PARTS);
  });
});
