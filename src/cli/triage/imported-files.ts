import { stat } from "node:fs/promises";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { importsOf, isImportPath, namespaceOf, type RuleSource } from "../../js/triage.ts";
import type { Call } from "../command.ts";
import { readOptionFile } from "../option-files.ts";

/**
 * Rule files with those that they import: read from the directory of the importing file, for what they compute only.
 * What is not there either is for the loader to report, with its place.
 */
export async function withImported(call: Call, given: readonly RuleSource[]): Promise<readonly RuleSource[]> {
  const sources = [...given];
  const namespaces = new Set(given.map(({ namespace }) => namespace));
  const placeOf = ({ fileName = "" }: RuleSource): string => resolve(call.host.cwd, fileName);
  const places = new Set(given.map(placeOf));
  // The list grows as it is gone through: an imported file may import others.
  for (const source of sources) {
    if (source.fileName === undefined || !(await isFile(placeOf(source)))) continue;
    for (const target of importsOf(source)) {
      const isPath = isImportPath(target);
      if (!isPath && namespaces.has(target)) continue;
      const file = target.endsWith(".triage") ? target : `${target}.triage`;
      const path = isAbsolute(file) ? file : join(dirname(source.fileName), file);
      const place = resolve(call.host.cwd, path);
      if (places.has(place) || !(await isFile(place))) continue;
      const { bytes } = await readOptionFile(call, path);
      const namespace = namespaceOf(path);
      sources.push({ namespace, text: new TextDecoder().decode(bytes), fileName: path, isImported: true });
      namespaces.add(namespace);
      places.add(place);
    }
  }
  return sources;
}

async function isFile(place: string): Promise<boolean> {
  return (await stat(place).catch(() => undefined))?.isFile() === true;
}
