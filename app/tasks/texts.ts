import { dump, toHtmlChunks, toJson } from "coldframe";
import type { Task } from "./task.ts";

export const report: Task<null, string> = {
  id: "report",
  what: "writing the report",
  run: ({ snapshots: [snapshot] }) => dump(snapshot!),
};

export const json: Task<null, string> = {
  id: "json",
  what: "writing JSON",
  run: ({ snapshots: [snapshot] }) => toJson(snapshot!),
};

/** A page that needs no script, no network and no other file. */
export const page: Task<string, Blob> = {
  id: "page",
  what: "writing the page",
  run: async ({ snapshots: [snapshot] }, title) =>
    new Blob([...(await toHtmlChunks(snapshot!, { title }))], { type: "text/html" }),
};
