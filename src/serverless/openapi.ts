import { ERROR_CODES } from "../js/error-codes.ts";
import { VERSION } from "../js/index.ts";
import { PARTS } from "./request-body.ts";
import { ROUTES, type Route } from "./routes.ts";

type Document = Readonly<Record<string, unknown>>;

const STATUSES: readonly (readonly [status: string, description: string])[] = [
  ["400", "A parameter or part is missing, unknown or malformed."],
  ["404", "The path, the snapshot or the symbols asked for are not there; `available` lists what is."],
  ["406", "No type of the header `accept` is offered."],
  ["413", "A limit was hit; `limit` has its name, what it allows and what it met."],
  ["422", "Nothing in the body could be read; `offset` is where reading ended, where there is such a place."],
  ["429", "Too many requests; the header `retry-after` says when to come again."],
  ["500", "A bug."],
];

/** The endpoint as an OpenAPI 3.1 document; docs/openapi.json is this. */
export function openApiDocument(): Document {
  return {
    openapi: "3.1.0",
    info: {
      title: "coldframe",
      version: VERSION,
      summary: "Opens snapshots: crashes, BPF captures, failure dumps, component trees, goroutines.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    paths: Object.fromEntries(ROUTES.map((route) => [`/v1/${route.name}`, { post: operation(route) }])),
    components: { schemas: { Error: ERROR_SCHEMA } },
  };
}

const ERROR_SCHEMA: Document = {
  type: "object",
  required: ["error"],
  properties: {
    error: {
      type: "object",
      required: ["code", "message"],
      properties: {
        code: { type: "string", enum: Object.keys(ERROR_CODES) },
        message: { type: "string" },
        fields: { type: "object" },
        offset: { type: "integer", minimum: 0 },
        path: { type: "string" },
        available: { type: "array", items: { type: "string" } },
        limit: {
          type: "object",
          required: ["name", "max", "actual"],
          properties: { name: { type: "string" }, max: { type: "number" }, actual: { type: "number" } },
        },
      },
    },
  },
};

function operation(route: Route): Document {
  const errors = STATUSES.map(([status, description]) => [
    status,
    { description, content: { "application/json": { schema: { $ref: "#/components/schemas/Error" } } } },
  ]);
  const content = route.offers.map((type) => [
    type,
    { schema: { type: type === "application/json" ? "object" : "string" } },
  ]);
  return {
    operationId: route.name,
    summary: route.summary,
    parameters: Object.entries(route.query).map(([name, { summary, required = false }]) => ({
      name,
      in: "query",
      required,
      description: summary,
      schema: { type: "string" },
    })),
    requestBody: { required: true, content: bodies(route) },
    responses: {
      "200": {
        description: "What could be read; `issues` say what could not.",
        content: Object.fromEntries(content),
      },
      ...Object.fromEntries(errors),
    },
  };
}

function bodies({ parts }: Route): Document {
  const properties = Object.fromEntries(
    parts.map((part) => [
      part,
      { type: "array", description: PARTS[part], items: { type: "string", format: "binary" } },
    ]),
  );
  return {
    "application/octet-stream": { schema: { type: "string", format: "binary", description: PARTS.file } },
    "multipart/form-data": { schema: { type: "object", required: ["file"], properties } },
  };
}
