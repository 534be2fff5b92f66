import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeUtf8, toHexString } from "../../../../src/js/base/bytes.ts";
import { hmacSha256 } from "../../../../src/js/base/hmac.ts";
import { type JsonValue, parseJson } from "../../../../src/js/base/json.ts";
import { findTask } from "../../../../src/js/capture-views.ts";
import { failureDumpKind, redactFailureDump, viewCapture } from "../../../../src/js/sched-ext.ts";
import { goldenText, openDumps, reportNames } from "../../../support/sched-ext-cases.ts";

const key = Uint8Array.from({ length: 32 }, (_, ix) => ix * 7 + 1);
const redact = (text: string, options = {}): string => [...redactFailureDump(text, { key, ...options })].join("");
const read = (name: string): string => goldenText(`reports/${name}.json`);

/** Words of the format that stay: members of documents, kinds of values, origins, classes. */
const VOCABULARY =
  /^(?:single|dual|degraded|user|live|bss_snapshot|ext|fair|rt|dl|idle|stop|(?:local|bypass) cpu \d+|global node \d+|triggered|not_triggered|out_of_bounds|not_resolved|queued_spin_lock_slowpath|mutex_lock_slowpath|(?:rwsem_down_\w+)|sdt_alloc|cast→(?:arena|kernel)(?: \(sdt_alloc\))?)$/;

/** Every text and every large number of a document, with what stays by design left out. */
function secrets(value: JsonValue, member = ""): string[] {
  if (typeof value === "string") {
    const stays = member === "kind" || member === "type_name" || member === "variant" || member === "cpus";
    return stays || VOCABULARY.test(value) ? [] : [value];
  }
  if (typeof value === "bigint" && value >= 0xffff_0000_0000_0000n && value < 0xffff_ffff_ffff_f000n)
    return [String(value), value.toString(16)];
  if (Array.isArray(value)) {
    const bytes = value.map((one) => (one instanceof Map ? one.get("value") : one));
    const isText = bytes.length > 4 && bytes.every((byte) => typeof byte === "bigint" && byte >= 0n && byte < 127n);
    const text = isText ? String.fromCharCode(...bytes.map(Number)).replace(/\0.*$/s, "") : "";
    return [...(text.length > 3 ? [text] : []), ...value.flatMap((one) => secrets(one, member))];
  }
  if (!(value instanceof Map)) return [];
  // Names of members of structs are the scheduler's source; `types` hides them.
  const isMember = value.has("name") && value.has("value") && value.size === 2;
  return [...value].flatMap(([name, one]) => (isMember && name === "name" ? [] : secrets(one, name)));
}

const everySecret = (text: string): string[] => [...new Set(secrets(parseJson(text)))].filter((one) => one.length >= 5);

describe("a redacted dump", () => {
  it.each(reportNames())("keeps no name, address, text or kept bytes of %s", (name) => {
    const text = read(name);
    const shared = redact(text);
    // Members of the format are words like any other: "arena" may be a map, too.
    const said = shared.replaceAll(/"[a-z0-9_]+":/g, "");
    for (const secret of everySecret(text)) expect(said.includes(secret), secret).toBe(false);
    expect(shared).not.toMatch(/"(?:key|value|data)_hex":"[^"]/);
    expect(shared).not.toMatch(/"kind":"bytes"/);
    expect(shared).not.toMatch(/"pages":\[[^\]]/);
  });

  it("finds secrets to look for, so that the test above can fail", () => {
    const found = everySecret(read("layered_stall"));
    for (const secret of ["stress", "kworker/0:1", "scx_layered", "ffff88810a3c4000", "18446612686536720384", "batch"])
      expect(
        found.some((one) => one.includes(secret)),
        secret,
      ).toBe(true);
    expect(everySecret(read("hash_maps"))).toContain("de ad be ef");
  });

  it.each(reportNames())("is a dump of the same kind and shape: %s", (name) => {
    const text = read(name);
    const shared = redact(text);
    expect(failureDumpKind(shared)).toBe(failureDumpKind(text));
    const [before, after] = [openDumps(name, text)[0]!, openDumps(name, shared)[0]!];
    const counts = (snapshot: typeof before): unknown => [
      snapshot.maps!.maps.map(({ stores, mapType, maxEntries }) => [
        stores.map(({ length }) => length),
        mapType,
        maxEntries,
      ]),
      Object.values(snapshot.maps!.host).map((table) => (Array.isArray(table) ? table.length : typeof table)),
    ];
    expect(counts(after)).toEqual(counts(before));
  });

  it("still answers: variables, counters, joins on a pid and on an address", () => {
    const shared = openDumps("shared", redact(read("layered_stall")))[0]!;
    const view = viewCapture(shared);
    expect(view.liveVar("nr_layers").asU64()).toBe(3n);
    expect(view.host.dsq_states[2]).toMatchObject({ nr: 41, id: 1024n });
    const places = (snapshot: typeof shared): string[] => findTask(snapshot, 1530).sightings.map(({ path }) => path);
    expect(places(shared)).toEqual(places(openDumps("x", read("layered_stall"))[0]!));
    expect(view.host.dsq_states[0]!.task_kvas[0]).toBe(view.host.rq_scx_states[0]!.runnable_task_kvas[0]);
    expect(view.host.rq_scx_states[0]!.curr_comm).toBe(view.host.task_enrichments[0]!.comm);
  });

  it("keeps an address's place in its page, and the low half of it the same", () => {
    const report = (extra: string): string =>
      `{"schema":"single","maps":[{"name":"o.bss","map_type":2,"value_size":8,"max_entries":1,"value":{"kind":"struct","type_name":null,"members":[{"name":"p","value":{"kind":"ptr","value":17592186060800}}]}}]${extra}}`;
    const alloc = `,"sdt_allocations":[{"allocator_name":"a","skipped_subtrees":0,"elem_size":8,"target_type_id":0,"entries":[{"idx":0,"genn":1,"user_addr":16512,"payload":{"kind":"uint","bits":8,"value":1}}]}]`;
    const [shared] = openDumps("shared", redact(report(alloc)));
    const pointer = viewCapture(shared!).var("p").asU64();
    const { user_addr } = shared!.maps!.host.sdt_allocations[0]!.entries[0]!;
    expect(pointer & 0xfffn).toBe(0n);
    expect(user_addr - (pointer & 0xffff_ffffn)).toBe(0x80n);
  });

  it("gives the same names for the same key only, and hides the types when asked to", () => {
    const text = read("value_kinds");
    expect(redact(text)).toBe(redact(text));
    expect(redact(text, { key: key.map((byte) => byte ^ 1) })).not.toBe(redact(text));
    expect(redact(text)).toContain("SCX_OPS_ENABLED");
    expect(redact(text, { types: true })).not.toMatch(/SCX_OPS_ENABLED|p_arena/);
  });

  it("redacts a series whole, and refuses a short key and what is no dump", () => {
    const shared = redact(goldenText("series/steady_stats.json"));
    expect(openDumps("series", shared)).toHaveLength(6);
    expect(shared).toContain("periodic_000");
    expect(shared).not.toContain("bpf_bpf");
    expect(() => redact("{}", { key: new Uint8Array(15) })).toThrow(expect.objectContaining({ code: "UsageError" }));
    expect(() => redact("no dump")).toThrow(expect.objectContaining({ code: "MalformedJson" }));
  });

  it("leaves no text of any string a task may be called by", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 4, maxLength: 15 }), (comm) => {
        fc.pre(!/^[\d\s.,:a-f-]*$/.test(comm) && !'"comm":"name-'.includes(comm));
        const rq = {
          cpu: 0,
          nr_running: 1,
          flags: 0,
          cpu_released: false,
          ops_qseq: 1,
          curr_comm: comm,
          runnable_task_kvas: [],
        };
        const text = JSON.stringify({ schema: "single", maps: [], rq_scx_states: [rq] });
        expect(redact(text).replaceAll(/"[a-z_]+":/g, "")).not.toContain(JSON.stringify(comm).slice(1, -1));
      }),
    );
  });
});

describe("HMAC-SHA-256", () => {
  it("agrees with RFC 4231", () => {
    const hex = (keyBytes: Uint8Array, text: string): string => toHexString(hmacSha256(keyBytes, encodeUtf8(text)));
    expect(hex(new Uint8Array(20).fill(0x0b), "Hi There")).toBe(
      "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
    );
    expect(hex(encodeUtf8("Jefe"), "what do ya want for nothing?")).toBe(
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
    );
    expect(hex(new Uint8Array(131).fill(0xaa), "Test Using Larger Than Block-Size Key - Hash Key First")).toBe(
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
    );
  });
});
