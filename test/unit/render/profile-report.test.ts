import { describe, expect, it } from "vitest";
import { mergeSamples, type Sample } from "../../../src/js/analysis/profile/samples.ts";
import { fixedText, percentText, twoDigits } from "../../../src/js/render/profile/percent.ts";
import { renderPeek, renderTags, renderTop, renderTraces, timeText } from "../../../src/js/render/profile/report.ts";
import { readDump } from "../../support/goroutines.ts";

describe("numbers of reports", () => {
  it.each([
    [3.125, 2, "3.12"],
    [3.375, 2, "3.38"],
    [0.5, 0, "0"],
    [1.5, 0, "2"],
    [43.298969, 2, "43.30"],
    [9007199254740994, 1, "9007199254740994.0"],
    [0, 1, "0.0"],
  ])("%d with %d digits is %s", (value, digits, text) => {
    expect(fixedText(value, digits)).toBe(text);
  });

  it.each([
    [0, "0"],
    [0.5, "0.5"],
    [0.125, "0.12"],
    [0.375, "0.38"],
    [0.0999, "0.1"],
    [0.002, "0.002"],
    [0.00001, "1e-05"],
    [0.0000125, "1.3e-05"],
    [0.996, "1"],
  ])("%d in two digits is %s", (value, text) => {
    expect(twoDigits(value)).toBe(text);
  });

  it.each([
    [99949n, 100000n, "99.95%"],
    [9995n, 10000n, "  100%"],
    [99951n, 100000n, "  100%"],
    [1n, 32n, " 3.12%"],
    [1n, 1000n, "  0.1%"],
    [0n, 7n, "    0%"],
    [7n, 0n, "    0%"],
    [-1n, 97n, " 1.03%"],
    [3n, 2n, "150.00%"],
  ])("%d of %d is %j", (value, total, text) => {
    expect(percentText(value, total)).toBe(text);
  });

  it("times are UTC", () => {
    expect(timeText(1795225406058272086n)).toBe("2026-11-21 01:43:26 UTC");
    expect(timeText(-1n)).toBe("1969-12-31 23:59:59 UTC");
    expect(timeText(2n ** 62n * 2n)).toMatch(/^\d/);
  });
});

describe("reports", () => {
  const samples = async (): Promise<readonly Sample[]> => {
    const text =
      "goroutine profile: total 4\n3 @ 0x1 0x2\n" +
      '# labels: {"k":"v", "né":"w"}\n#\t0x1\tmain.rec+0x1\tx.go:1\n#\t0x2\tmain.rec+0x1\tx.go:1\n\n1 @ 0x3\n#\t0x3\tmain.a+0x1\ty.go:1\n';
    return mergeSamples([{ stacks: (await readDump(text)).stacks }]);
  };

  it("count a recursive function once per sample", async () => {
    expect(renderTop(await samples())).toContain("         3 75.00% 75.00%          3 75.00%  main.rec\n");
  });

  it("say which functions there are when none matches", async () => {
    const all = await samples();
    expect(() => renderPeek(all, "nothing")).toThrow(
      expect.objectContaining({ code: "PathNotFound", available: ["main.rec", "main.a"] }),
    );
  });

  it.each(["focus", "ignore", "hide", "show", "showFrom", "tagFocus", "tagShow"] as const)(
    "refuse a bad expression in %s",
    async (option) => {
      const all = await samples();
      expect(() => renderTop(all, { [option]: "(" })).toThrow(expect.objectContaining({ code: "UsageError" }));
    },
  );

  it("take labels apart", async () => {
    expect(renderTags(await samples())).toBe(
      " k: Total 3.0\n    3.0 (  100%): v\n\n né: Total 3.0\n     3.0 (  100%): w\n\n",
    );
  });

  it("of nothing are empty", () => {
    expect(renderTop([])).toContain("Showing nodes accounting for 0, 0% of 0 total");
    expect(renderTags([])).toBe("");
    expect(renderTraces([]).split("\n")).toHaveLength(2);
  });
});
