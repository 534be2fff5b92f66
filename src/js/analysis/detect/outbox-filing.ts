import { isSnapshotError, SnapshotError } from "../../base/errors.ts";
import { type JsonObject, type JsonValue, parseJson, renderJson } from "../../base/json.ts";
import { type Filing, type PendingReport, tooManyPending } from "./report.ts";

/**
 * Sends one report. @returns nothing if it was sent, why it failed and is to be tried again, or why it never will be
 * taken
 */
export type SendReport = (report: PendingReport) => Promise<string | { readonly refused: string } | undefined>;

/** Where accepted reports wait: files, objects, rows. Every call has taken effect for good when its promise is kept. */
export interface OutboxStore {
  /** Ids of what waits, oldest first. */
  list(): Promise<readonly string[]>;
  /** Undefined if nothing of this id waits. */
  read(id: string): Promise<string | undefined>;
  /** All or nothing: a reader never sees half a text. */
  put(id: string, text: string): Promise<void>;
  /** Not an error if nothing of this id waits. */
  remove(id: string): Promise<void>;
}

export interface OutboxOptions {
  readonly store: OutboxStore;
  readonly send: SendReport;
  /** Reports that may wait before further ones are refused. */
  readonly max?: number;
  /** Keeps what will never be taken, if it is to be kept. */
  readonly keepRefused?: (report: PendingReport, reason: string) => Promise<void>;
}

/** Reports that may wait in an outbox. */
export const MAX_OUTBOX = 1_000;

/**
 * Files through a durable outbox: a report is accepted when it is in there, and leaves it when it has been sent. So
 * each is sent at least once, and exactly once if `send` itself takes it out in one step (a rename).
 */
export class OutboxFiling implements Filing {
  private readonly options: OutboxOptions;

  constructor(options: OutboxOptions) {
    this.options = options;
  }

  async accept(report: PendingReport): Promise<void> {
    const { store, max = MAX_OUTBOX } = this.options;
    if ((await store.list()).length >= max) throw new SnapshotError("FilingFailed", tooManyPending(max));
    try {
      await store.put(report.id, renderPendingReport(report));
    } catch (error) {
      throw new SnapshotError("FilingFailed", `keeping the report ${report.id}: ${textOf(error)}`, { cause: error });
    }
  }

  async pending(): Promise<readonly PendingReport[]> {
    const reports: PendingReport[] = [];
    for (const id of await this.options.store.list()) {
      const report = await this.read(id);
      if (typeof report === "object") reports.push(report);
    }
    return reports;
  }

  async flush(): Promise<readonly string[]> {
    const { store, send } = this.options;
    const failures: string[] = [];
    for (const id of await store.list()) {
      const report = await this.read(id);
      if (report === undefined) continue;
      if (typeof report === "string") {
        failures.push(report);
        continue;
      }
      const failure = await send(report);
      // What is behind it would most likely fail too: it is tried at the next flush.
      if (typeof failure === "string") return [...failures, failure];
      if (failure !== undefined) {
        failures.push(failure.refused);
        await this.options.keepRefused?.(report, failure.refused);
      }
      await store.remove(id);
    }
    return failures;
  }

  /** The report, nothing if it has gone, or why it cannot be read: it stays where it is. */
  private async read(id: string): Promise<PendingReport | string | undefined> {
    const text = await this.options.store.read(id);
    if (text === undefined) return undefined;
    try {
      return parsePendingReport(text);
    } catch (error) {
      if (!isSnapshotError(error)) throw error;
      return `the waiting report ${id} cannot be read: ${error.message}`;
    }
  }
}

/** One line of JSON; its form is docs/json-schema/detect-report.schema.json. */
export function renderPendingReport(report: PendingReport): string {
  return `${renderJson(report)}\n`;
}

/** @throws SnapshotError `MalformedState`, `MalformedJson`, `NewerSchema` */
export function parsePendingReport(text: string): PendingReport {
  const root = parseJson(text);
  const members: JsonObject = root instanceof Map ? (root as JsonObject) : new Map();
  const schema = members.get("schema");
  if (typeof schema === "bigint" && schema > 1n) {
    const fields = { found: Number(schema), supported: 1 };
    throw new SnapshotError("NewerSchema", `reading a report: schema ${schema}, expected 1`, { fields });
  }
  const inner = members.get("report");
  const report: JsonObject = inner instanceof Map ? (inner as JsonObject) : new Map();
  const snapshot = members.get("snapshot");
  return {
    schema: 1,
    id: textAt(members, "id"),
    throttleKey: textAt(members, "throttleKey"),
    detectedAt: integerAt(members, "detectedAt"),
    rule: textAt(members, "rule"),
    ...(typeof snapshot === "string" && { snapshot }),
    report: {
      program_name: textAt(report, "program_name"),
      program_uptime: integerAt(report, "program_uptime"),
      crash_signature: textAt(report, "crash_signature"),
      is_fatal: report.get("is_fatal") === true,
    },
  };
}

function textAt(members: JsonObject, name: string): string {
  return expect(members, name, (value): value is string => typeof value === "string", "a text");
}

function integerAt(members: JsonObject, name: string): bigint {
  return expect(members, name, (value): value is bigint => typeof value === "bigint", "an integer");
}

function expect<T extends JsonValue>(
  members: JsonObject,
  name: string,
  is: (value: JsonValue) => value is T,
  kind: string,
): T {
  const value = members.get(name);
  if (value !== undefined && is(value)) return value;
  const reason = `"${name}" is not ${kind}`;
  throw new SnapshotError("MalformedState", `reading a report: ${reason}`, { fields: { reason } });
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
