import { describe, expect, it } from "vitest";
import { encodeUtf8 } from "../../../src/js/base/bytes.ts";
import { fromJson, open, toJson } from "../../../src/js/index.ts";
import { withAccess } from "../../../src/js/view/access.ts";
import { readFixture } from "../../support/fixture.ts";
import { inspectTree } from "../../support/inspect.ts";
import { goldenText, openDumps } from "../../support/sched-ext-cases.ts";

const urls = import.meta.glob<string>("../../golden/pigweed/cases/everything_1.pb", {
  query: "?url",
  import: "default",
  eager: true,
});
const openCrash = async () => open(await readFixture(Object.values(urls)[0]!));

const schedExt = (name: string) => withAccess(openDumps(name, goldenText(`reports/${name}.json`))[0]!);
const codeOf = (read: () => unknown): string => {
  try {
    read();
  } catch (error) {
    return (error as { code: string }).code;
  }
  return "nothing was thrown";
};

describe("get, var and map of a Pigweed snapshot", () => {
  it("read any value by its path", async () => {
    const snap = await openCrash();
    expect(snap.get("metadata.software_version").asStr()).toBe("fw 1.2.3");
    expect(snap.get("metadata.fatal").asBool()).toBe(true);
    expect(snap.get("threads[0].stack_pointer").asU64()).toBe(536871512n);
    expect(snap.get("threads[0].state").asStr()).toBe("RUNNING");
    expect(snap.get("threads[0].state").asNumber()).toBe(2);
    expect(snap.get("metadata.snapshot_uuid").asBytes()).toHaveLength(16);
    expect(snap.get('tags["run"]').asStr()).toBe("1");
    expect(snap.get("threads[0].raw_backtrace").asU64Array()).toHaveLength(11);
  });

  it("keep what is not there as a field until it is read", async () => {
    const field = (await openCrash()).get("metadata.sofware_version");
    expect(field.isPresent()).toBe(false);
    expect(field.get("deeper").isPresent()).toBe(false);
    expect(field.tryAsStr()).toMatchObject({ ok: false, error: { code: "FieldNotFound" } });
    expect(() => field.asStr()).toThrow(/did you mean "software_version"/);
  });

  it("take the top of the tree for variables, and any list for a map", async () => {
    const snap = await openCrash();
    expect(snap.var("metadata").get("cpu_arch").asStr()).toBe("ARMV7M");
    expect(snap.var("metadata.cpu_arch").error?.code).toBe("VarNotFound");
    const threads = snap.map("threads");
    expect(threads.length).toBe(7);
    const running = threads.filter((thread) => thread.get("state").asStr() === "RUNNING");
    expect(running.map((thread) => thread.key("").asU64())).toEqual([0n]);
    expect(snap.map("tags").at(0).keyText()).toBe("run");
    expect(
      snap
        .map("metadata")
        .find((member) => member.keyText() === "fatal")
        .get("")
        .asBool(),
    ).toBe(true);
  });

  it("say what is wrong with a path", async () => {
    const snap = await openCrash();
    expect(codeOf(() => snap.get("threads["))).toBe("MalformedPath");
    expect(codeOf(() => snap.map("metadata.fatal"))).toBe("TypeMismatch");
    expect(codeOf(() => snap.map("threads[99]"))).toBe("IndexOutOfRange");
    expect(snap.tryMap("treads")).toMatchObject({ ok: false, error: { code: "FieldNotFound" } });
    expect(snap.get("threads[0].name").tryAsU64()).toMatchObject({ ok: false, error: { code: "TypeMismatch" } });
  });

  it("work on a snapshot that came back from JSON", async () => {
    const snap = withAccess(fromJson(toJson(await openCrash())));
    expect(snap.get("threads[0].stack_pointer").asU64()).toBe(536871512n);
    expect(snap.map("threads").length).toBe(7);
  });
});

describe("get, var and map of captured maps", () => {
  it("read maps by name before paths", () => {
    const snap = schedExt("hash_maps");
    expect(snap.map("scx_big").captured.name).toBe("scx_big");
    expect(snap.map("maps").length).toBe(11);
    expect(codeOf(() => snap.map("nothing"))).toBe("MapNotFound");
  });

  it("read globals as variables", () => {
    const snap = schedExt("synthetic_basic");
    const [name] = snap.maps!.maps.flatMap((map) => {
      const value = map.name.endsWith(".bss") ? map.value() : undefined;
      return value === undefined ? [] : snap.values.page(value, 0, 1).map((member) => member.name);
    });
    expect(snap.var(name!).isPresent()).toBe(true);
    expect(codeOf(() => snap.var("no_such_global").asU64())).toBe("VarNotFound");
  });
});

describe("get and map of other formats", () => {
  it("read Inspect properties", () => {
    const snap = withAccess(inspectTree('{"uptime":12,"queue":{"depth":3,"name":"in"}}'));
    expect(snap.get('["core/app"].root.uptime').asI64()).toBe(12n);
    expect(snap.map('["core/app"].root').filter((member) => member.get("depth").isPresent())).toHaveLength(1);
  });

  it("say what is missing of goroutines", async () => {
    const snap = await open(encodeUtf8("goroutine 1 [running]:\nmain.main()\n\t/src/main.go:3 +0x1\n"));
    expect(snap.get("a").error?.code).toBe("FieldNotFound");
    expect(snap.var("a").error?.code).toBe("VarNotFound");
    expect(snap.tryMap("a").ok).toBe(false);
  });
});
