import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
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

const DOCUMENTS = ["docs/captures.md", "docs/series.md", "docs/formats/sched-ext.md", "docs/check.md"];

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
    /^import (?:\* as (\w+)|\{([^}]*)\}) from "([^"]+)";$/gm,
    (_, whole: string | undefined, names: string | undefined, from: string) =>
      `const ${whole ?? `{${names!.replaceAll(" as ", ": ")}}`} = await load(${JSON.stringify(from)});`,
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
  const code = DOCUMENTS.flatMap(examplesOf)
    .map((example) => example.code)
    .join("\n");
  /** Private members are ordinary ones at run time. */
  const PRIVATE = new Set(
    ["src/js/view", "src/js/formats/sched-ext/wire"].flatMap((folder) =>
      readdirSync(folder).flatMap((name) =>
        [
          ...readFileSync(join(folder, name), "utf8").matchAll(/^ {2}private (?:readonly )?(?:async )?\*?(\w+)[(<]/gm),
        ].map((match) => match[1]!),
      ),
    ),
  );
  /** A `try…` twin is shown by what it is the twin of. @param before what stands before the name. */
  const isShown = (name: string, before: string): boolean => {
    const plain = name.replace(/^try([A-Z])/, (_, letter: string) => letter.toLowerCase());
    return new RegExp(`${before}(?:${name}|${plain})\\b`).test(code);
  };
  const exported = Object.entries(schedExt);
  const classes = exported.flatMap(([name, value]) =>
    typeof value === "function" && /^class\b/.test(value.toString())
      ? [[name, value as { readonly prototype: object }] as const]
      : [],
  );

  it.each(classes)("has an example for every accessor of %s", (_, { prototype }) => {
    const names = Object.getOwnPropertyNames(prototype).filter((name) => name !== "constructor" && !PRIVATE.has(name));
    expect(names.length).toBeGreaterThan(0);
    expect(names.filter((name) => !isShown(name, "\\."))).toEqual([]);
  });

  it("has an example for everything else that coldframe/sched-ext gives", () => {
    const shown = new Set(classes.map(([name]) => name));
    expect(exported.map(([name]) => name).filter((name) => !shown.has(name) && !isShown(name, "\\b"))).toEqual([]);
  });
});
