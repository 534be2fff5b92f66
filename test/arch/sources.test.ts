import { describe, expect, it } from "vitest";

const modules = import.meta.glob<string>(["../../src/**/*.ts", "../../app/**/*.{ts,tsx}", "../../assembly/**/*.ts"], {
  query: "?raw",
  import: "default",
  eager: true,
});

/** Path below the root → text; what scripts write is left out. */
const sources: readonly (readonly [file: string, text: string])[] = Object.entries(modules)
  .map(([file, text]) => [file.replace("../../", ""), text] as const)
  .filter(([file]) => !file.includes("generated") && !file.includes("/node_modules/"));

/** Text with comments and the insides of strings blanked, lines kept. */
function codeOf(text: string): string {
  return text.replace(
    /\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\[\s\S])*`/g,
    (piece) => piece.replace(/[^\n]/g, " "),
  );
}

function places(file: string, text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(
    (match) => `${file}:${text.slice(0, match.index).split("\n").length} ${match[0].trim()}`,
  );
}

function findAll(prefix: RegExp, pattern: RegExp, except: Readonly<Record<string, string>> = {}): string[] {
  return sources
    .filter(([file]) => prefix.test(file) && !(file in except))
    .flatMap(([file, text]) => places(file, codeOf(text), pattern));
}

const ANY = /(?::|\bas|<|,|\||&|=>)\s*any\b(?!\s*[:(.?])|\bany\[\]/g;
const SPREAD =
  /\.(?:push|unshift|apply)\(\s*\.\.\.|\bMath\.(?:max|min)\(\s*\.\.\.|\bfrom(?:CharCode|CodePoint)\(\s*\.\.\./g;
const AMBIENT =
  /\bDate\.now\b|\bnew Date\(\s*\)|\bMath\.random\b|\bperformance\.|\bconsole\.|\bnavigator\.|\blocalStorage\b|\bglobalThis\b|\bset(?:Timeout|Interval|Immediate)\(|(?<!\.)\bprocess\.(?:env|argv|cwd|exit|hrtime|std\w+|platform|versions|memoryUsage|nextTick|on)\b/g;
const VARIABLE = /^(?:export )?(?:let|var)\b[^\n;]*/gm;
const EMPTY =
  /^(?:export )?const \w+(?:: (?!Readonly|readonly)[^=\n]+)? = (?:\[\]|\{\}|new (?:Weak)?(?:Map|Set)(?:<[^\n]*>)?\(\))/gm;

const MOST_LINES = 600;
const USUAL_LINES = 400;
/** Files over the usual length, with why they are one file. */
const LONG_FILES: Readonly<Record<string, string>> = {
  "assembly/pb/scan.ts": "one loop with one state; AssemblyScript inlines within a file",
  "assembly/btf/render.ts": "one interpreter of the render plan",
  "assembly/elf/demangle/rust-v0.ts": "one grammar",
  "assembly/elf/demangle/cxx-print.ts": "one printer over the tree of names",
  "assembly/elf/demangle/cxx-names.ts": "one grammar: names",
  "assembly/elf/demangle/cxx-types.ts": "one grammar: types",
  "src/js/formats/sched-ext/json-reader.ts": "one reader per document kind, side by side",
  "src/js/proto/parser.ts": "one grammar",
  "src/js/abi/btf.ts": "the one wrapper of btf.wasm",
  "src/js/base/error-codes.ts": "one table",
};

describe("the patterns", () => {
  it("see code, and neither comments nor text", () => {
    const sample = 'let a = 1; // let b\n/* let c\nlet d */\nconst t = "\\"let e"; `let\nf`;\nlet g = 2;\n';
    expect(places("s", codeOf(sample), /\blet \w/g)).toEqual(["s:1 let a", "s:6 let g"]);
  });

  it.each([
    ["const a: any = 1;", ANY],
    ["f(x as any)", ANY],
    ["Map<string, any>", ANY],
    ["list.push(...items);", SPREAD],
    ["Math.max(...numbers)", SPREAD],
    ["const t = Date.now();", AMBIENT],
    ["const t = new Date();", AMBIENT],
    ["process.env['A']", AMBIENT],
    ["let cache = 0;", VARIABLE],
    ["export const cache = new Map<string, number>();", EMPTY],
    ["const seen: string[] = [];", EMPTY],
  ])("find %s", (code, pattern) => {
    expect(places("s", codeOf(code), pattern)).toHaveLength(1);
  });

  it.each([
    ["context.any?.map(f)", ANY],
    ["list.push(one);", SPREAD],
    ["new Date(seconds * 1000)", AMBIENT],
    ["dump.process.name", AMBIENT],
    ["const NONE: ReadonlyMap<string, number> = new Map();", EMPTY],
  ])("leave %s alone", (code, pattern) => {
    expect(places("s", codeOf(code), pattern)).toEqual([]);
  });
});

describe("sources", () => {
  it(`have at most ${MOST_LINES} lines, and more than ${USUAL_LINES} only with a reason`, () => {
    const lengths = sources.map(([file, text]) => [file, text.split("\n").length - 1] as const);
    expect(lengths.filter(([, lines]) => lines > MOST_LINES)).toEqual([]);
    expect(lengths.filter(([file, lines]) => lines > USUAL_LINES && !(file in LONG_FILES))).toEqual([]);
  });

  it("have no any", () => {
    expect(findAll(/^(?:src|app)\//, ANY)).toEqual([]);
  });

  it("put no list of unknown length on the stack: append() of base/append.ts does not", () => {
    const bounded = { "src/js/analysis/argument-shape.ts": "at most 18 digits" };
    expect(findAll(/^src\/(?:js|worker)\//, SPREAD, bounded)).toEqual([]);
  });

  it("touch what the host gives only in platform, worker, command line and app", () => {
    const except = {
      "src/js/render/flame/page-script.ts": "the text of a page's own script",
    };
    const library = /^src\/js\/(?!platform\/)/;
    expect(findAll(library, AMBIENT, except)).toEqual([]);
    const imports = sources
      .filter(([file]) => library.test(file))
      .flatMap(([file, text]) => places(file, text, /^import[^;]*"node:[^"]+"/gm));
    expect(imports).toEqual([]);
  });

  it("keep no state in modules", () => {
    const except = {
      "src/js/render/flame/page-script.ts": "the text of a page's own script",
      "src/js/platform/embedded.ts": "a compiled module is the same for everybody",
      "src/js/analysis/triage/metric-table.ts": "an empty read-only map",
    };
    expect(findAll(/^src\/js\//, VARIABLE, except)).toEqual([]);
    expect(findAll(/^src\/js\//, EMPTY, except)).toEqual([]);
  });
});
