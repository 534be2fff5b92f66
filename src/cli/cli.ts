#!/usr/bin/env node
import { SnapshotError } from "../js/index.ts";
import { COMMANDS } from "./commands.ts";
import { EXIT } from "./exit.ts";
import { runCli } from "./main.ts";

/** How long a verb may take to tidy up after an interrupt. */
const GRACE_MS = 2000;

const interrupt = new AbortController();

function onSignal(): void {
  if (interrupt.signal.aborted) process.exit(EXIT.interrupted);
  interrupt.abort(new SnapshotError("Cancelled", "interrupted"));
  setTimeout(() => process.exit(EXIT.interrupted), GRACE_MS).unref();
}

process.on("SIGINT", onSignal);
process.on("SIGTERM", onSignal);

const host = {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  cwd: process.cwd(),
  now: () => performance.now(),
};
const status = await runCli(process.argv.slice(2), host, COMMANDS, interrupt.signal);
process.exit(status);
