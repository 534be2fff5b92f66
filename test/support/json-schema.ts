import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";

export interface SchemaCheck {
  /** What is wrong with a document; empty when nothing is. */
  errors(document: unknown): readonly string[];
  /** Corrupted copies of a valid document that the schema does not notice, by what was done to them. */
  blindTo(document: unknown): readonly string[];
}

/** A published schema of docs/json-schema. */
export function publishedSchema(file: string): SchemaCheck {
  const schema = JSON.parse(readFileSync(`docs/json-schema/${file}`, "utf8"));
  const validate = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true }).compile(schema);
  const errors = (document: unknown): readonly string[] =>
    validate(document) ? [] : validate.errors!.map(({ instancePath, message }) => `${instancePath} ${message}`);
  return {
    errors,
    blindTo: (document) =>
      [...corruptions(document)].filter(([, copy]) => errors(copy).length === 0).map(([what]) => what),
  };
}

/** Every value replaced by one of a type that is never right: an array that holds an array. */
function* corruptions(document: unknown, path = "", top = document): Generator<readonly [string, unknown]> {
  if (path !== "") yield [path, replaced(top, path.split("/").slice(1), [[null]])];
  if (typeof document !== "object" || document === null) return;
  for (const [key, value] of Object.entries(document)) yield* corruptions(value, `${path}/${key}`, top);
}

function replaced(document: unknown, path: readonly string[], by: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return by;
  if (Array.isArray(document))
    return document.map((item, ix) => (String(ix) === key ? replaced(item, rest, by) : item));
  return Object.fromEntries(
    Object.entries(document as object).map(([k, value]) => [k, k === key ? replaced(value, rest, by) : value]),
  );
}
