import { type JsonObject, type JsonValue, renderJson } from "../base/json.ts";

/** Why a sample has no scheduler statistics, in its serialized form. */
export type MissingStatsReason =
  | "NoSchedulerBinary"
  | "DuringFreeze"
  | "Cancelled"
  | "MutexPoisoned"
  | { readonly NoScheduler: { readonly reason: string } }
  | { readonly SchedulerError: { readonly errno: bigint; readonly args: JsonValue } }
  | { readonly MissingResp: { readonly args: JsonValue } }
  | { readonly RequestTooLarge: { readonly size: bigint; readonly max: bigint } }
  | { readonly ResponseTooLarge: { readonly size: bigint; readonly max: bigint } };

/** Statistics of one sample: a JSON document, or why there is none. */
export type SampleStats =
  | { readonly ok: true; readonly value: JsonValue }
  | { readonly ok: false; readonly reason: MissingStatsReason };

const BARE = ["NoSchedulerBinary", "DuringFreeze", "Cancelled", "MutexPoisoned"] as const;

/** Reads a serialized reason; what is not one becomes `NoScheduler` with its text. */
export function readMissingStatsReason(json: JsonValue): MissingStatsReason {
  if (typeof json === "string") return BARE.find((name) => name === json) ?? noScheduler(json);
  const [name, body] = json instanceof Map && json.size === 1 ? [...(json as JsonObject)][0]! : [];
  return (body instanceof Map ? readTagged(name, body) : undefined) ?? noScheduler(renderJson(json));
}

function noScheduler(reason: string): MissingStatsReason {
  return { NoScheduler: { reason } };
}

function readTagged(name: string | undefined, body: JsonObject): MissingStatsReason | undefined {
  const [reason, errno, size, max] = [body.get("reason"), body.get("errno"), body.get("size"), body.get("max")];
  const args = body.get("args") ?? null;
  if (name === "NoScheduler" && typeof reason === "string") return { NoScheduler: { reason } };
  if (name === "SchedulerError" && typeof errno === "bigint") return { SchedulerError: { errno, args } };
  if (name === "MissingResp") return { MissingResp: { args } };
  if (typeof size !== "bigint" || typeof max !== "bigint") return undefined;
  if (name === "RequestTooLarge") return { RequestTooLarge: { size, max } };
  if (name === "ResponseTooLarge") return { ResponseTooLarge: { size, max } };
  return undefined;
}

/** Reads the serialized `{"Ok": …}` or `{"Err": …}`. */
export function readSampleStats(json: JsonValue): SampleStats {
  if (json instanceof Map) {
    if (json.has("Ok")) return { ok: true, value: json.get("Ok") ?? null };
    if (json.has("Err")) return { ok: false, reason: readMissingStatsReason(json.get("Err") ?? null) };
  }
  return { ok: false, reason: noScheduler(renderJson(json)) };
}
