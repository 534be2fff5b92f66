import { readFileSync } from "node:fs";
import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import * as captureViews from "../../../src/js/capture-views.ts";
import * as check from "../../../src/js/check.ts";
import * as main from "../../../src/js/index.ts";
import * as node from "../../../src/js/node.ts";
import * as schedExt from "../../../src/js/sched-ext.ts";
import * as search from "../../../src/js/search.ts";
import * as verdict from "../../../src/js/verdict.ts";

/** The published entry points that the documents use. */
const ENTRIES: Readonly<Record<string, object>> = {
  coldframe: main,
  "coldframe/capture-views": captureViews,
  "coldframe/check": check,
  "coldframe/node": node,
  "coldframe/sched-ext": schedExt,
  "coldframe/search": search,
  "coldframe/verdict": verdict,
};

const DOCUMENTS = ["docs/captures.md", "docs/formats/sched-ext.md", "docs/check.md"];

interface Example {
  readonly title: string;
  readonly code: string;
}

/** The blocks of a document, each under the heading it stands below. */
function examplesOf(path: string): Example[] {
  const examples: Example[] = [];
  let heading = path;
  for (const [, title, code] of readFileSync(path, "utf8").matchAll(/^#+ (.*)$|^```js\n([\s\S]*?)^```$/gm)) {
    if (title !== undefined) heading = title;
    else examples.push({ title: `${heading} (${examples.length + 1})`, code: code! });
  }
  return examples;
}

/** Runs an example; what it prints is compared with the comment behind each `console.log`. */
async function run(code: string): Promise<{ printed: string[]; expected: string[] }> {
  const printed: string[] = [];
  const expected = [...code.matchAll(/console\.log\(.*\); \/\/ (.*)$/gm)].map((match) => match[1]!.trimEnd());
  const body = code.replaceAll(
    /^import \{([^}]*)\} from "([^"]+)";$/gm,
    (_, names: string, from: string) =>
      `const {${names.replaceAll(" as ", ": ")}} = await load(${JSON.stringify(from)});`,
  );
  const load = async (from: string): Promise<object> => ENTRIES[from] ?? import(/* @vite-ignore */ from);
  const log = (...args: unknown[]): void => {
    printed.push(args.map((one) => (typeof one === "string" ? one : inspect(one, { breakLength: 200 }))).join(" "));
  };
  const AsyncFunction = Object.getPrototypeOf(async () => undefined).constructor;
  await new AsyncFunction("load", "console", body)(load, { log });
  return { printed, expected };
}

describe.each(DOCUMENTS)("%s", (path) => {
  it.each(examplesOf(path))("prints what it says: $title", async ({ code }) => {
    const { printed, expected } = await run(code);
    expect(printed).toEqual(expected);
    expect(expected.length).toBeGreaterThan(0);
  });
});

describe("the vocabulary", () => {
  const text = DOCUMENTS.map((path) => readFileSync(path, "utf8")).join("\n");
  const methods = (one: { readonly prototype: object }): string[] =>
    Object.getOwnPropertyNames(one.prototype).filter((name) => name !== "constructor");
  // Private members are ordinary ones at run time.
  const PRIVATE = new Set(
    "admitted array excluded field findVar floats globalNames integers keyNumber keyText miss missing noCandidates nothing present resolve row sampleKeys scalar sections slot slots unreadSection variable wrap".split(
      " ",
    ),
  );
  const { CaptureView, Entry, Field, JsonField, MapView, RawValue } = schedExt;
  it.each([
    ["CaptureView", methods(CaptureView)],
    ["MapView", methods(MapView)],
    ["Entry", methods(Entry)],
    ["Field", methods(Field)],
    ["JsonField", methods(JsonField)],
    ["RawValue", methods(RawValue)],
  ])("has an example for every accessor of %s", (_, names) => {
    const missing = names.filter((name) => {
      const plain = name.replace(/^try([A-Z])/, (__, letter: string) => letter.toLowerCase());
      return !PRIVATE.has(name) && !new RegExp(`\\.(?:${name}|${plain})\\b`).test(text);
    });
    expect(missing).toEqual([]);
  });
});
