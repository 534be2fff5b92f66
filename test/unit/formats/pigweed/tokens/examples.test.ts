import { describe, expect, it } from "vitest";
import {
  Detokenizer,
  detokenizeBytes,
  hashTokenBytes,
  hashTokenText,
  loadTokens,
  parseMessage,
} from "../../../../../src/js/pigweed.ts";

/** The examples of docs/formats/pigweed-tokens.md. */
const CSV = `2e668cd6,          ,"","Jello, world!"
1000000a,          ,"","IDLE"
1000000a,          ,"fsm","Dom IDLE"
10000001,          ,"","int %d uint %u"
1000000c,          ,"","collide %s"
1000000c,2020-01-01,"","collide %d"
`;
const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const database = loadTokens([{ name: "tokens.csv", bytes: text(CSV) }]);

describe("documented examples", () => {
  it("hash", () => {
    expect([hashTokenText("gShoe"), hashTokenBytes(text("gShoe"))]).toEqual([0x430a7d13, 0x430a7d13]);
    expect([hashTokenText("ü"), hashTokenBytes(text("ü"))]).toEqual([0x00fc3e05, 0x5d5692bb]);
  });

  it("tokens inside text", () => {
    const issues: string[] = [];
    const detokenizer = new Detokenizer(database, { onIssue: (issue) => issues.push(issue.code) });
    const forms = ["$1oxmLg==", "$#2e668cd6", "$16#2E668CD6", "$10#0778472662", "$8#05631506326"];
    for (const form of forms) expect(detokenizer.expandText(form)).toBe("Jello, world!");
    expect(detokenizer.expandText(`$${"{fsm}"}#1000000a`)).toBe("Dom IDLE");
    expect(detokenizer.expandText("$abcdefAB $5#12345678")).toBe("$abcdefAB $5#12345678");
    expect(issues).toEqual(["UnknownTokenBase"]);
  });

  it("messages as text: base64 with and without prefix, hex", () => {
    for (const written of ["$AQAAEAME", "AQAAEAME", "01 00 00 10 03 04", "0x010000100304"]) {
      const { value } = detokenizeBytes(parseMessage(written), database);
      expect(value).toMatchObject({ text: "int -2 uint 2", ok: true, error: "" });
    }
    expect(() => parseMessage("no message")).toThrow(expect.objectContaining({ code: "UsageError" }));
    expect(() => parseMessage("AQAAEAME", "hex")).toThrow(expect.objectContaining({ code: "UsageError" }));
  });

  it("collisions, best first", () => {
    const { value } = detokenizeBytes(Uint8Array.of(0x0c, 0, 0, 0x10, 6), database);
    expect(value.matches.map((match) => [match.text, match.ok, match.entry.removed])).toEqual([
      ["collide 3", true, "2020-01-01"],
      ["collide %s", false, null],
    ]);
    expect(detokenizeBytes(Uint8Array.of(9), database, { showErrors: true }).value.text).toBe(
      "<[ERROR: unknown token 00000009|b'\\t\\x00\\x00\\x00']>",
    );
  });

  it("fields that are neither text nor known", () => {
    expect(new Detokenizer(database).decodeField(Uint8Array.of(0x62, 0x65, 0x6c, 0x6c, 7))).toBe("$YmVsbAc=");
  });

  it("refuse a prefix that may stand in a token", () => {
    for (const prefix of ["", "ab", "A", "5", "=", "#", "{"]) {
      expect(() => new Detokenizer(database, { prefix })).toThrow(expect.objectContaining({ code: "UsageError" }));
    }
    expect(new Detokenizer(database, { prefix: "~" }).expandText("~#2e668cd6 $#2e668cd6")).toBe(
      "Jello, world! $#2e668cd6",
    );
  });
});
