/**
 * Names as Go's linker writes them: `import/path.(*Type).Method`, `main.main.func1`, `gopkg.in/yaml%2ev3.f`,
 * `main.f[go.shape.struct { a int }]`.
 */

/** Where the import path ends: at the first dot after the last slash that is not inside type arguments. */
function packageEnd(name: string): number {
  const bracket = name.indexOf("[");
  const plain = bracket < 0 ? name : name.slice(0, bracket);
  return name.indexOf(".", plain.lastIndexOf("/") + 1);
}

/** Undoes the linker's escapes in an import path (`%2e` for a dot in the last element). */
function decodePath(path: string): string {
  return path.replace(/%([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** Import path of a function, decoded; `""` where a name has none (`panic`, C functions). */
export function packageOf(name: string): string {
  const end = packageEnd(name);
  return end < 0 ? "" : decodePath(name.slice(0, end));
}

/** The name as people write it: the import path decoded, the rest untouched. */
export function displayGoName(name: string): string {
  if (!name.includes("%")) return name;
  const end = packageEnd(name);
  return end < 0 ? name : decodePath(name.slice(0, end)) + name.slice(end);
}

/** True for packages of Go's standard library and runtime: their first path element has no dot and is not `main`. */
export function isStandardPackage(path: string): boolean {
  if (path === "main" || path === "") return false;
  const slash = path.indexOf("/");
  return !(slash < 0 ? path : path.slice(0, slash)).includes(".");
}
