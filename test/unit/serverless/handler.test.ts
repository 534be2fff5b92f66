import { describe, expect, it } from "vitest";
import { openAll } from "../../../src/js/index.ts";
import { embeddedModule } from "../../../src/js/platform/embedded.ts";
import { createHandler, type HandlerOptions, type RequestRecord } from "../../../src/serverless/handler.ts";
import armUrl from "../../golden/pigweed/cases/arm_nested.pb?url";
import armText from "../../golden/pigweed/cases/arm_nested.txt?raw";
import { readFixture } from "../../support/fixture.ts";

const crash = await readFixture(armUrl);

function handlerOf(options: HandlerOptions = {}) {
  return createHandler({ openAll, embeddedModule }, options);
}

function post(path: string, body: BodyInit | null, headers: Record<string, string> = {}): Request {
  return new Request(`http://localhost/v1/${path}`, { method: "POST", body, headers });
}

async function gzip(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const packed = new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(packed).arrayBuffer());
}

const answer = handlerOf();

async function errorOf(response: Response): Promise<{ status: number; code: string; limit?: { name: string } }> {
  const { error } = await response.json();
  return { status: response.status, code: error.code, ...(error.limit !== undefined && { limit: error.limit }) };
}

describe("what is answered", () => {
  it("prints the report of the format's own tool", async () => {
    const response = await answer(post("dump", crash));
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("text/plain; charset=utf-8");
    expect(await response.text()).toBe(armText);
  });

  it("writes JSON and HTML to those who prefer them", async () => {
    const json = await answer(post("dump", crash, { accept: "application/json, text/plain;q=0.5" }));
    expect((await json.json()).format).toBe("pigweed");
    const html = await answer(post("dump", crash, { accept: "text/html" }));
    expect(await html.text()).toMatch(/^<!doctype html>/);
  });

  it("tells format, hash, facts, verdict and issues", async () => {
    const info = await (await answer(post("info", crash))).json();
    const sha256 = "986b38a8a0072cd94a451f58f441d7934df4a92181bbfaaf03c434e48c71b5c1";
    expect(info).toMatchObject({ schema: 1, format: "pigweed", snapshots: 1, files: [{ byteLength: 25, sha256 }] });
    expect(info.signature.id).toMatch(/^[0-9a-f]{32}$/);
    expect(info.verdict.text).not.toBe("");
  });

  it("gets the value at a path, and says what there is instead of a wrong one", async () => {
    const found = await answer(post("get?path=metadata.cpu_arch", crash));
    expect(await found.json()).toMatchObject({ path: "metadata.cpu_arch", value: { kind: "enum" } });
    const missing = await answer(post("get?path=metadata.cpu", crash));
    expect(missing.status).toBe(404);
    expect((await missing.json()).error).toMatchObject({ code: "PathNotFound", available: expect.any(Array) });
    expect(await errorOf(await answer(post("get", crash)))).toEqual({ status: 400, code: "UsageError" });
  });

  it("gives equal keys to equal crashes", async () => {
    const keyOf = async (body: BodyInit) => (await (await answer(post("group-key", body))).json()).key;
    const key = await keyOf(crash);
    expect(key).toMatch(/^[0-9a-f]{32}\/pigweed\/default\/\d+$/);
    expect(await keyOf(await gzip(crash))).toBe(key);
    const signature = await (await answer(post("signature", crash))).json();
    expect(key.startsWith(signature.id)).toBe(true);
    expect(signature.parts.length).toBeGreaterThan(2);
  });

  it("judges by the rules of the request, or by its own", async () => {
    const own = await (await answer(post("triage", crash))).json();
    expect(own.warnings.join()).toMatch(/second fault/);
    const form = new FormData();
    form.set("file", new Blob([crash]), "crash.pb");
    const rules = '{ act: { a: { type: "Warning", trigger: "1 == 1", print: "always" } } }';
    form.append("rules", new Blob([rules]), "mine.triage");
    const given = await (await answer(post("triage", form))).json();
    expect(given.rules).toEqual(["mine"]);
    expect(given.warnings).toEqual(["[WARNING] always."]);
  });

  it("describes itself and says that it is there", async () => {
    const get = (path: string) => answer(new Request(`http://localhost/v1/${path}`));
    expect((await (await get("openapi.json")).json()).openapi).toBe("3.1.0");
    expect(await (await get("health")).json()).toEqual({ status: "ok" });
  });
});

describe("what is refused", () => {
  const cases: [what: string, request: () => Request, status: number, code: string][] = [
    ["an unknown path", () => post("nothing", "x"), 404, "UnknownRoute"],
    ["another method", () => new Request("http://localhost/v1/dump"), 405, "MethodNotAllowed"],
    ["a type that is not offered", () => post("dump", crash, { accept: "image/png" }), 406, "NotAcceptable"],
    ["no body", () => post("dump", null), 400, "UsageError"],
    ["an empty body", () => post("dump", ""), 400, "UsageError"],
    ["content of no format", () => post("dump", "hello"), 422, "UnknownFormat"],
    ["a format of no name", () => post("dump?format=elf", crash), 400, "UsageError"],
    ["a snapshot that is not there", () => post("dump?snapshot=1", crash), 404, "PathNotFound"],
    ["a snapshot number that is none", () => post("dump?snapshot=-1", crash), 404, "PathNotFound"],
    [
      "a form that is none",
      () => post("dump", "--x\r\nnothing", { "content-type": "multipart/form-data; boundary=x" }),
      400,
      "UsageError",
    ],
  ];
  for (const [what, request, status, code] of cases) {
    it(`refuses ${what} with ${status} ${code}`, async () => {
      expect(await errorOf(await answer(request()))).toEqual({ status, code });
    });
  }

  it("refuses a part with an unknown name, naming the known ones", async () => {
    const form = new FormData();
    form.set("files", new Blob([crash]));
    const { error } = await (await answer(post("dump", form))).json();
    expect(error).toMatchObject({ code: "UsageError", fields: { found: "files" } });
    expect(error.available).toContain("file");
  });
});

describe("limits of a request", () => {
  it("refuses a body over uploadBytes, with and without a declared length", async () => {
    const small = handlerOf({ limits: { uploadBytes: 10 } });
    for (const body of [crash, new Blob([crash])] as BodyInit[]) {
      const { status, code, limit } = await errorOf(await small(post("dump", body)));
      expect([status, code, limit?.name]).toEqual([413, "LimitExceeded", "uploadBytes"]);
    }
  });

  it("refuses what grows over inputBytes or inflateRatio", async () => {
    const zeros = await gzip(new Uint8Array(4_000_000));
    const size = handlerOf({ limits: { inputBytes: 1_000_000, inflateRatio: 2000 } });
    expect(await errorOf(await size(post("dump", zeros)))).toMatchObject({
      status: 413,
      limit: { name: "inputBytes" },
    });
    expect(await errorOf(await answer(post("dump", zeros)))).toMatchObject({
      status: 413,
      limit: { name: "inflateRatio" },
    });
  });

  it("refuses too many parts", async () => {
    const form = new FormData();
    for (let i = 0; i < 3; i++) form.append("file", new Blob([crash]), `${i}.pb`);
    const few = handlerOf({ limits: { parts: 2 } });
    expect(await errorOf(await few(post("dump", form)))).toMatchObject({ status: 413, limit: { name: "parts" } });
  });

  it("gives up on a body that does not come", async () => {
    const never = new ReadableStream<Uint8Array>({ pull: () => new Promise(() => {}) });
    const hasty = handlerOf({ limits: { requestMilliseconds: 20 } });
    const init = {
      method: "POST",
      body: never,
      duplex: "half",
      headers: { "content-type": "application/octet-stream" },
    };
    const request = new Request("http://localhost/v1/dump", init as RequestInit);
    // Chromium has no streaming requests over HTTP/1.1, but makes them.
    expect(await errorOf(await hasty(request))).toMatchObject({ status: 413, limit: { name: "requestMilliseconds" } });
  });

  it("sends a client away that asks too often, and only that one", async () => {
    let now = 0;
    const clientOf = ({ headers }: Request) => headers.get("x-client") ?? "";
    const limited = handlerOf({ rate: { burst: 2, perSecond: 0.5 }, now: () => now, clientOf });
    const ask = (client: string) => limited(post("group-key", crash, { "x-client": client }));
    expect([(await ask("a")).status, (await ask("a")).status]).toEqual([200, 200]);
    const refused = await ask("a");
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "2"]);
    expect((await ask("b")).status).toBe(200);
    now = 2000;
    expect((await ask("a")).status).toBe(200);
  });

  it("keeps a few at work, some waiting, and refuses the rest", async () => {
    const narrow = handlerOf({ concurrent: 1, waiting: 2 });
    const answers = await Promise.all(Array.from({ length: 5 }, () => narrow(post("group-key", crash))));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 429, 429]);
    expect((await narrow(post("group-key", crash))).status).toBe(200);
  });
});

describe("what is told to whom", () => {
  it("notes each answer without anything of the content", async () => {
    const records: RequestRecord[] = [];
    const noted = handlerOf({ onAnswer: (record) => records.push(record), now: () => 0 });
    await noted(post("get?path=secret", crash));
    expect(records).toEqual([{ method: "POST", route: "/v1/get", status: 404, milliseconds: 0, code: "PathNotFound" }]);
  });

  it("says nothing of the cause of its own bugs", async () => {
    const broken = createHandler({ openAll: () => Promise.reject(new Error("secret")), embeddedModule });
    const response = await broken(post("dump", crash));
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain("secret");
  });

  it("lets no browser sniff, run, frame or keep an answer", async () => {
    const { headers } = await answer(post("dump", crash, { accept: "text/html" }));
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("content-security-policy")).toMatch(/^sandbox; default-src 'none'/);
    expect(headers.get("cache-control")).toBe("no-store");
  });
});
