import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { FileNames, nameTargets } from "../../../src/cli/capture/go/names.ts";
import { parseTarget } from "../../../src/cli/capture/go/targets.ts";
import { type CliRun, cli } from "../../support/cli-host.ts";
import { PprofServer, type PprofServerSetting } from "../../support/pprof-server.ts";

const GOLDEN = "test/golden/goroutines/shop-go1.24";
let work: string;
let count = 0;
let servers: PprofServer[] = [];
beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), "capture-"));
});
afterAll(() => rmSync(work, { recursive: true, force: true }));
afterEach(async () => {
  await Promise.all(servers.map((one) => one.stop()));
  servers = [];
});

async function serve(setting: PprofServerSetting = {}): Promise<PprofServer> {
  const server = await PprofServer.start(setting);
  servers.push(server);
  return server;
}

interface Manifest {
  readonly batches: readonly {
    readonly debug: number;
    readonly profile: string;
    readonly skewUs: { readonly lowerUs: number; readonly upperUs: number };
    readonly targets: readonly Readonly<Record<string, never>>[];
  }[];
}

async function capture(...args: readonly string[]): Promise<CliRun & { readonly dir: string; manifest(): Manifest }> {
  const dir = join(work, `c${count++}`);
  const run = await cli(["capture", "go", "--out", dir, ...args]);
  return { ...run, dir, manifest: () => JSON.parse(readFileSync(join(dir, "manifest.json"), "utf8")) };
}

const dead = "dead=127.0.0.1:1";

describe("coldframe capture go", () => {
  it("saves every answer byte for byte with its times, and states the skew", async () => {
    const all = await Promise.all(["server", "client-a", "pipeline"].map((process) => serve({ process })));
    const { status, stdout, stderr, dir, manifest } = await capture(...all.map(({ hostPort }) => hostPort));
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(readdirSync(dir).sort()).toEqual(
      ["client-a", "pipeline", "server"]
        .flatMap((name) => [`${name}.debug2.txt`, `${name}.pb.gz`])
        .concat("manifest.json")
        .sort(),
    );
    for (const file of ["server.debug2.txt", "pipeline.pb.gz"]) {
      expect(readFileSync(join(dir, file)).equals(readFileSync(join(GOLDEN, file)))).toBe(true);
    }
    expect(stdout).toMatch(/^goroutine debug=2: 3 of 3 processes, captured between [\d.]+ and [\d.]+ ms apart$/m);
    const { batches } = manifest();
    expect(batches.map(({ debug }) => debug)).toEqual([2, 0]);
    for (const { skewUs, targets } of batches) {
      expect(skewUs.upperUs).toBeGreaterThanOrEqual(skewUs.lowerUs);
      for (const target of targets) {
        const { sentUs, firstByteUs, doneUs } = target as Record<string, number>;
        expect(sentUs).toBeLessThanOrEqual(firstByteUs!);
        expect(firstByteUs).toBeLessThanOrEqual(doneUs!);
      }
    }
    const [snapshot] = (await cli(["goroutines", "--json", dir])).stdout.split("\n");
    expect(JSON.parse(snapshot!).facts).toContainEqual(
      expect.objectContaining({ key: "goroutines.count", value: 71 + 65 + 31 }),
    );
  });

  it("connects first, then sends all requests of a form before any answer is awaited", async () => {
    const waiting: (() => void)[] = [];
    const answer = ({ url }: IncomingMessage, response: ServerResponse): boolean => {
      if (url?.includes("debug=2") !== true) return false;
      // Nobody is answered before both have asked.
      waiting.push(() => response.end("goroutine 1 [running]:\nmain.main()\n\t/a.go:1 +0x1\n"));
      if (waiting.length === 2) for (const go of waiting) go();
      return true;
    };
    const [a, b] = [await serve({ answer }), await serve({ answer })];
    const { status, stderr } = await capture("--debug", "2", `a=${a.hostPort}`, `b=${b.hostPort}`);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    for (const { requests } of [a, b]) {
      expect(requests.map(({ url }) => url)).toEqual(["/debug/pprof/cmdline", "/debug/pprof/goroutine?debug=2"]);
      expect(requests[0]!.port).toBe(requests[1]!.port);
    }
  });

  it("records what failed for each target, goes on, and says so in the exit status", async () => {
    const page = await serve({ answer: (_, response) => Boolean(response.end("<html>welcome</html>")) });
    const forbidden = await serve({
      answer: (_, response) => {
        response.statusCode = 403;
        return Boolean(response.end("no\n"));
      },
    });
    const silent = await serve({ answer: ({ url }) => url!.includes("goroutine") });
    const broken = await serve({
      answer: ({ url }, response) => {
        if (!url!.includes("goroutine")) return false;
        response.setHeader("content-length", "1000");
        response.write("goroutine 1 [running]:\nmain.main()\n\t/a.go:1 +0x1\n");
        setTimeout(() => response.destroy(), 50);
        return true;
      },
    });
    const good = await serve();
    const targets = [
      dead,
      `page=${page.hostPort}`,
      `forbidden=${forbidden.hostPort}`,
      `silent=${silent.hostPort}`,
      `broken=${broken.hostPort}`,
      `good=${good.hostPort}`,
    ];
    const { status, manifest, dir, stdout } = await capture("--debug", "2", "--timeout", "0.5", ...targets);
    expect(status).toBe(0);
    const [batch] = manifest().batches;
    const results = Object.fromEntries(
      batch!.targets.map(({ name, error, file }) => [name, [(error as { kind: string } | undefined)?.kind, file]]),
    );
    expect(results).toEqual({
      dead: ["UNREACHABLE", undefined],
      page: ["NOT_PPROF", undefined],
      forbidden: ["HTTP_STATUS", undefined],
      silent: ["TIMEOUT", undefined],
      broken: ["TRUNCATED", "broken.debug2.txt"],
      good: [undefined, "good.debug2.txt"],
    });
    expect(stdout).toContain("HTTP status 403: no");
    expect(readdirSync(dir).sort()).toEqual(["broken.debug2.txt", "good.debug2.txt", "manifest.json"]);
    const opened = await cli(["goroutines", "--json", dir]);
    expect(JSON.parse(opened.stdout).processes).toContainEqual(
      expect.objectContaining({ name: "forbidden", error: "HTTP_STATUS: HTTP status 403: no" }),
    );
    expect((await capture("--strict", "--debug", "0", `good=${good.hostPort}`, dead)).status).toBe(3);
    expect((await capture("--debug", "0", dead)).status).toBe(1);
  });

  it("sends credentials and saves none of them", async () => {
    const server = await serve({ path: "/internal/prof" });
    const token = join(work, "token.txt");
    writeFileSync(token, "Authorization: Bearer s3cret\nX-Tenant: t0p\n");
    const target = `http://${server.hostPort}/internal/prof/goroutine?debug=2&key=qu3ry`;
    const { dir, stdout, stderr, status } = await capture("--header", `@${token}`, "--label", "env=prod", target);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    for (const { headers, url } of server.requests) {
      expect(headers.authorization).toBe("Bearer s3cret");
      expect(url).toContain("key=qu3ry");
    }
    const basic = await serve();
    const second = await capture(`http://bob:pa55@${basic.hostPort}/`);
    expect(basic.requests[0]!.headers.authorization).toBe(`Basic ${btoa("bob:pa55")}`);
    const everything = [
      stdout,
      second.stdout,
      second.stderr,
      ...[dir, second.dir].map((d) => readFileSync(join(d, "manifest.json"), "utf8")),
    ];
    for (const text of everything) expect(text).not.toMatch(/s3cret|t0p|qu3ry|pa55|bob|hunter2|Bearer/);
    expect(everything[3]).toContain('"env": "prod"');
  });

  it.each(["http://u:pa55@host", "x=http://u:pa55@[bad", "http://u:pa55@host:99999/", "ftp://u:pa55@host:1/"])(
    "repeats no password of the target %s",
    async (target) => {
      const { status, stderr } = await capture("--debug", "2", "--setup-timeout", "0.2", target);
      expect(status).not.toBe(0);
      expect(stderr).not.toContain("pa55");
    },
  );

  it("reads unix sockets, and targets with labels from a file", async () => {
    const socketPath = join(work, "app.sock");
    await serve({ socketPath });
    const second = await serve({ process: "pipeline" });
    const list = join(work, "targets.txt");
    writeFileSync(list, `# the shop\r\nfront=unix:${socketPath} zone=a\r\n\r\n${second.hostPort} zone=b tier=2\r\n`);
    const { status, manifest, dir } = await capture("--debug", "2", list);
    expect(status).toBe(0);
    expect(manifest().batches[0]!.targets).toMatchObject([
      { name: "front", labels: { zone: "a" } },
      { name: "pipeline", labels: { zone: "b", tier: "2" } },
    ]);
    const { processes } = JSON.parse((await cli(["goroutines", "--json", dir])).stdout);
    expect(processes[1].labels).toEqual({ zone: "b", tier: "2" });
  });

  it("trusts the certificate of --ca and no other", async () => {
    const [key, cert] = ["test/support/tls/key.pem", "test/support/tls/cert.pem"];
    const server = await serve({ tls: { key: readFileSync(key), cert: readFileSync(cert) } });
    const target = `https://${server.hostPort}/`;
    expect((await capture("--debug", "2", target)).stdout).toMatch(/UNREACHABLE .*certificate/);
    expect((await capture("--debug", "2", "--ca", cert, target)).status).toBe(0);
  });

  it("takes leak profiles beside the others; a Go without them is no failure", async () => {
    const ZOO = "test/golden/goroutines/zoo-go1.27";
    const answer = ({ url }: IncomingMessage, response: ServerResponse): boolean =>
      /goroutineleak\?debug=2/.test(url!) && Boolean(response.end(readFileSync(join(ZOO, "goroutineleak.debug2.txt"))));
    const [newer, older] = [await serve({ answer }), await serve({ process: "pipeline" })];
    const { status, stdout, dir } = await capture(
      "--strict",
      "--debug",
      "2",
      "--leaks",
      newer.hostPort,
      older.hostPort,
    );
    expect(status).toBe(0);
    expect(stdout).toContain("HTTP status 404: Unknown profile (leak profiles need Go 1.27");
    const text = (await cli(["goroutines", dir])).stdout;
    expect(text).toMatch(/^102 goroutines in 2 processes$/m);
    expect(text).toMatch(/^65 goroutines in 1 process \(goroutineleak profile\)$/m);
  });

  it("asks for a collection before it waits", async () => {
    const server = await serve();
    const { status, stderr } = await capture("--gc", "--gc-wait", "0.1", "--debug", "2", server.hostPort);
    expect(status).toBe(0);
    expect(stderr).toContain("then 0.1 s of waiting");
    expect(server.requests.map(({ url }) => url.replace(/^.*\//, ""))).toEqual([
      "cmdline",
      "heap?gc=1&debug=1",
      "goroutine?debug=2",
    ]);
  });

  it("tries again only when told to", async () => {
    let asked = 0;
    const answer = ({ url }: IncomingMessage, response: ServerResponse): boolean =>
      url!.includes("goroutine") && ++asked % 2 === 1 && Boolean(response.destroy());
    const server = await serve({ answer });
    expect((await capture("--debug", "2", server.hostPort)).status).toBe(1);
    asked = 0;
    expect((await capture("--debug", "2", "--retries", "1", server.hostPort)).status).toBe(0);
    expect(asked).toBe(2);
  });

  it("stops at --max-bytes and keeps what came", async () => {
    const server = await serve();
    const { dir, stdout } = await capture("--debug", "2", "--max-bytes", "5000", server.hostPort, dead);
    expect(stdout).toMatch(/TRUNCATED +5000 .*more than 5000 bytes/);
    expect(statSync(join(dir, "server.debug2.txt")).size).toBe(5000);
  });

  it("undoes the compression of proxies", async () => {
    const body = readFileSync(`${GOLDEN}/server.debug2.txt`);
    const answer = ({ url }: IncomingMessage, response: ServerResponse): boolean => {
      if (!url!.includes("goroutine")) return false;
      response.setHeader("content-encoding", "gzip");
      return Boolean(response.end(gzipSync(body)));
    };
    const { dir } = await capture("--debug", "2", (await serve({ answer })).hostPort);
    expect(readFileSync(join(dir, "server.debug2.txt")).equals(body)).toBe(true);
  });

  it("ends when a compressed answer breaks off", async () => {
    const body = gzipSync(readFileSync(`${GOLDEN}/server.debug2.txt`));
    const answer = ({ url }: IncomingMessage, response: ServerResponse): boolean => {
      if (!url!.includes("goroutine")) return false;
      response.setHeader("content-encoding", "gzip");
      response.write(body.subarray(0, body.length >> 1));
      setTimeout(() => response.destroy(), 50);
      return true;
    };
    const { stdout } = await capture("--debug", "2", (await serve({ answer })).hostPort);
    expect(stdout).toMatch(/^server +(?:TRUNCATED|UNKNOWN|UNREACHABLE)/m);
  });

  it("warns when a clock is off, and at the 64 MiB where the runtime stops", async () => {
    const answer = ({ url }: IncomingMessage, response: ServerResponse): boolean => {
      response.setHeader("date", "Sat, 21 Nov 2026 01:43:26 GMT");
      if (!url!.includes("goroutine")) return false;
      const body = Buffer.alloc(67_108_864, "x");
      body.write("goroutine 1 [running]:\nmain.main()\n\t/a.go:1 +0x1\n");
      return Boolean(response.end(body));
    };
    const { stderr } = await capture("--debug", "2", (await serve({ answer })).hostPort);
    expect(stderr).toMatch(/server: its clock is \d+ s (?:ahead|behind)/);
    expect(stderr).toContain("67108864 bytes is where the runtime stops");
  });

  it("writes a zip that opens like the directory, and nothing else beside it", async () => {
    const server = await serve();
    const zip = join(work, "zips", "shop.zip");
    const { status, stdout } = await cli(["capture", "go", "--json", "--out", zip, server.hostPort]);
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ out: zip, manifest: { schema: 1 } });
    expect(readdirSync(join(work, "zips"))).toEqual(["shop.zip"]);
    expect((await cli(["goroutines", zip])).stdout).toMatch(/^71 goroutines in 1 process$/m);
    const again = await cli(["capture", "go", "--out", zip, server.hostPort]);
    expect([again.status, again.stderr]).toEqual([2, expect.stringContaining("it is there already")]);
  });

  it.each([
    [["capture"], "go TARGET"],
    [["capture", "go"], "needs a target"],
    [["capture", "bananas", "x:1"], "can capture: go"],
    [["capture", "go", "nowhere"], "neither a file nor a target"],
    [["capture", "go", "--debug", "2,2", ":1"], "each once"],
    [["capture", "go", "--header", "secret", ":1"], "write `Name: value`"],
    [["capture", "go", "--cert", "x.pem", ":1"], "x.pem"],
    [["capture", "go", "--label", "x", ":1"], "write KEY=VALUE"],
    [["capture", "go", "--path", "x", ":1"], "begins with a slash"],
  ])("%j is refused: %s", async (args, said) => {
    const { status, stderr } = await cli(args);
    expect([status, stderr]).toEqual([2, expect.stringContaining(said)]);
  });
});

describe("targets", () => {
  const defaults = { path: "/debug/pprof", labels: {} };
  it.each([
    ["10.0.0.5:6060", "http://10.0.0.5:6060/debug/pprof"],
    [":6060", "http://localhost:6060/debug/pprof"],
    ["a=[::1]:6060", "http://[::1]:6060/debug/pprof"],
    ["https://shop.internal", "https://shop.internal/debug/pprof"],
    ["https://shop.internal/pprof/", "https://shop.internal/pprof"],
    ["http://h:1/x/debug/pprof/goroutine?debug=2", "http://h:1/x/debug/pprof"],
    ["n=h:1/prof?token=a=b", "http://h:1/prof"],
    ["unix:/run/a.sock", "unix:/run/a.sock:/debug/pprof"],
    ["b=unix:///run/a.sock:/prof/", "unix:/run/a.sock:/prof"],
  ])("%s is %s", (text, shown) => {
    expect(parseTarget(text, defaults).shown).toBe(shown);
  });

  it("are named by program where it is one of a kind", () => {
    const targets = ["x=:1", ":2", ":3", ":4", ":5"].map((text) => parseTarget(text, defaults));
    expect(nameTargets(targets, ["api", "db", "web", "web", undefined])).toEqual([
      "x",
      "db",
      "web (localhost:3)",
      "web (localhost:4)",
      "localhost:5",
    ]);
  });

  it("get file names that are safe and different everywhere", () => {
    const names = new FileNames();
    const batch = { profile: "goroutine", debug: 0 } as const;
    const files = ["web (a:1)", "WEB_a_1", "../../etc/passwd", "con", "", "manifest"].map((n) =>
      names.fileOf(n, batch),
    );
    expect(files).toEqual([
      "web_a_1.pb.gz",
      "WEB_a_1-2.pb.gz",
      "etc_passwd.pb.gz",
      "process-con.pb.gz",
      "process-.pb.gz",
      "process-manifest.pb.gz",
    ]);
  });
});
