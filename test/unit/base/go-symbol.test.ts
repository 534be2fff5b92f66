import { describe, expect, it } from "vitest";
import { displayGoName, isStandardPackage, packageOf } from "../../../src/js/base/go-symbol.ts";

describe("Go symbol names", () => {
  it.each([
    ["main.main", "main"],
    ["main.(*stack[...]).pop", "main"],
    ["net/http.(*conn).serve", "net/http"],
    ["example.com/shop/internal/dbg.Serve.func1", "example.com/shop/internal/dbg"],
    ["gopkg.in/yaml%2ev3.f", "gopkg.in/yaml.v3"],
    ["main.f[example.com/a/b.T]", "main"],
    ["main.main·dwrap·1", "main"],
    ["glob..func1", "glob"],
    ["panic", ""],
    ["", ""],
  ])("package of %j is %j", (name, path) => {
    expect(packageOf(name)).toBe(path);
  });

  it("shows import paths as people write them", () => {
    expect(displayGoName("gopkg.in/yaml%2ev3.(*T).M%20")).toBe("gopkg.in/yaml.v3.(*T).M%20");
    expect(displayGoName("main.main")).toBe("main.main");
  });

  it.each([
    ["runtime", true],
    ["net/http", true],
    ["internal/poll", true],
    ["main", false],
    ["", false],
    ["example.com/shop", false],
  ])("standard package %j: %s", (path, expected) => {
    expect(isStandardPackage(path)).toBe(expected);
  });
});
