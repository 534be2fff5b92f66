import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { type Filing, httpSender, MemoryFiling, OutboxFiling, renderPendingReport } from "../../js/detect.ts";
import type { Call } from "../command.ts";
import { DirectoryOutbox, moveDurably, writeDurably } from "./durable.ts";

/** How long an endpoint may take to answer, milliseconds. */
const HTTP_TIMEOUT = 30_000;

export interface OpenedFiling {
  readonly filing: Filing;
  /** For the first line of the log. */
  readonly description: string;
}

/** The filing that `--file-to` names, with its outbox below the state or, for a directory, below that. */
export async function openFiling(call: Call, stateDir: string): Promise<OpenedFiling> {
  const target = call.options.last("file-to");
  if (target === undefined) {
    return { filing: new MemoryFiling(async () => undefined), description: "filing is off" };
  }
  if (target === "-") return { filing: await stdoutFiling(call, stateDir), description: "filing to stdout" };
  if (/^https?:\/\//i.test(target)) {
    return { filing: await httpFiling(target, stateDir), description: `filing to ${new URL(target).origin}` };
  }
  return { filing: await directoryFiling(resolve(call.host.cwd, target)), description: `filing to ${target}` };
}

/** Exactly once: the outbox is below the directory, and leaving it is the rename that makes the report visible. */
async function directoryFiling(dir: string): Promise<OutboxFiling> {
  await mkdir(dir, { recursive: true });
  const store = await DirectoryOutbox.open(join(dir, ".outbox"));
  return new OutboxFiling({
    store,
    send: async ({ id }) => {
      try {
        await moveDurably(store.pathOf(id), join(dir, `${id}.json`));
        return undefined;
      } catch (error) {
        return error instanceof Error ? error.message : String(error);
      }
    },
  });
}

async function httpFiling(url: string, stateDir: string): Promise<OutboxFiling> {
  const store = await DirectoryOutbox.open(join(stateDir, "outbox"));
  const refused = join(stateDir, "refused");
  const post: Parameters<typeof httpSender>[0] = (to, init) =>
    fetch(to, { ...init, signal: AbortSignal.timeout(HTTP_TIMEOUT), redirect: "error" });
  return new OutboxFiling({
    store,
    send: httpSender(post, url, renderPendingReport),
    keepRefused: async (report) => {
      await mkdir(refused, { recursive: true, mode: 0o700 });
      await writeDurably(join(refused, `${report.id}.json`), renderPendingReport(report));
    },
  });
}

async function stdoutFiling({ out }: Call, stateDir: string): Promise<OutboxFiling> {
  const store = await DirectoryOutbox.open(join(stateDir, "outbox"));
  return new OutboxFiling({
    store,
    send: async (report) => {
      await out.text(renderPendingReport(report));
      return out.isClosed ? "the reader of stdout has gone away" : undefined;
    },
  });
}
