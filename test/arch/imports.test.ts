import { describe, expect, it } from "vitest";

/**
 * Who may import whom, as data: the first matching prefix wins; paths are relative to src/. `<same>` is the importing
 * file's own format folder.
 */
const ALLOWED: readonly (readonly [string, readonly string[]])[] = [
  ["js/base/", ["js/base/"]],
  ["js/archive/", ["js/archive/", "js/base/"]],
  ["js/proto/", ["js/proto/", "js/base/"]],
  ["js/abi/", ["js/abi/", "js/proto/", "js/base/"]],
  ["js/model/", ["js/model/", "js/base/"]],
  ["js/view/", ["js/view/", "js/model/", "js/base/"]],
  ["js/formats/plugin", ["js/abi/", "js/model/", "js/base/"]],
  ["js/formats/detect", ["js/formats/plugin", "js/base/"]],
  ["js/formats/registry", ["js/formats/"]],
  ["js/formats/", ["<same>", "js/formats/plugin", "js/abi/", "js/proto/", "js/model/", "js/base/"]],
  ["js/analysis/", ["js/analysis/", "js/model/", "js/view/", "js/base/"]],
  ["js/render/", ["js/render/", "js/model/", "js/view/", "js/analysis/", "js/base/"]],
  ["js/platform/", ["js/platform/", "js/abi/", "js/base/"]],
  ["js/", ["js/"]],
  // The benchmark times the layers themselves.
  ["bench/", ["bench/", "js/"]],
  ["worker/", ["worker/", "js/index", "js/platform/"]],
  ["cli/", ["cli/", "bench/", "serverless/serverless", "js/index", "js/platform/"]],
  ["serverless/", ["serverless/", "js/index", "js/platform/"]],
];

/** Known exceptions, "from -> to (#issue)". May only shrink. */
const DEBTS: readonly string[] = [];

const sources = import.meta.glob<string>("../../src/**/*.ts", { query: "?raw", import: "default", eager: true });

function resolve(from: string, specifier: string): string {
  const parts = from.split("/").slice(0, -1);
  for (const part of specifier.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== ".") parts.push(part);
  }
  return parts.join("/");
}

function isAllowed(from: string, to: string): boolean {
  const row = ALLOWED.find(([prefix]) => from.startsWith(prefix));
  if (row === undefined) return false;
  const same = from.split("/").slice(0, 3).join("/");
  // The public entry points (files directly in src/js) are what surfaces build on.
  const isEntry = /^js\/[\w.-]+\.ts$/.test(to);
  const isSurface = /^(worker|cli|serverless)\//.test(from);
  return (isSurface && isEntry) || row[1].some((prefix) => to.startsWith(prefix === "<same>" ? `${same}/` : prefix));
}

describe("layers", () => {
  for (const [file, text] of Object.entries(sources)) {
    const from = file.replace(/^.*\/src\//, "");
    it(`${from} imports only what its layer may`, () => {
      const wrong = [...text.matchAll(/(?:from|import)\s*\(?\s*["'](\.[^"']+)["']/g)]
        .map((match) => resolve(from, match[1]!))
        .filter((to) => !isAllowed(from, to))
        .map((to) => `${from} -> ${to}`);
      expect(wrong.filter((line) => !DEBTS.some((debt) => debt.startsWith(line)))).toEqual([]);
    });
  }
});

const app = import.meta.glob<string>("../../app/**/*.{ts,tsx}", { query: "?raw", import: "default", eager: true });

/** Folders of the web app and what they may import of it, beside the package by its public names. */
const APP: Readonly<Record<string, readonly string[]>> = {
  tasks: ["tasks"],
  state: ["tasks", "state", "views"],
  parts: ["tasks", "state", "parts"],
  views: ["tasks", "state", "parts", "views"],
};

describe("the web app", () => {
  for (const [file, text] of Object.entries(app)) {
    const from = file.replace(/^.*\/app\//, "");
    it(`${from} imports the package by name and its own folders in order`, () => {
      const allowed = APP[from.split("/")[0]!] ?? ["state", "parts"];
      const wrong = [...text.matchAll(/(?:from|import)\s*\(?\s*["'](\.[^"']+)["']/g)]
        .map((match) => resolve(from, match[1]!))
        .filter((to) => !allowed.includes(to.split("/")[0]!));
      expect(wrong).toEqual([]);
    });
  }
});
