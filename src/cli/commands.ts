import type { Command } from "./command.ts";
import { bench } from "./commands/bench.ts";
import { btf } from "./commands/btf.ts";
import { capture } from "./commands/capture.ts";
import { check } from "./commands/check.ts";
import { completion } from "./commands/completion.ts";
import { detect } from "./commands/detect.ts";
import { detokenize } from "./commands/detokenize.ts";
import { diff } from "./commands/diff.ts";
import { dump } from "./commands/dump.ts";
import { encode } from "./commands/encode.ts";
import { flame } from "./commands/flame.ts";
import { get } from "./commands/get.ts";
import { goroutines } from "./commands/goroutines.ts";
import { group } from "./commands/group.ts";
import { help } from "./commands/help.ts";
import { info } from "./commands/info.ts";
import { ls } from "./commands/ls.ts";
import { query } from "./commands/query.ts";
import { redact } from "./commands/redact.ts";
import { serve } from "./commands/serve.ts";
import { signature } from "./commands/signature.ts";
import { symbolize } from "./commands/symbolize.ts";
import { triage } from "./commands/triage.ts";
import { ui } from "./commands/ui.ts";

/** Every verb, in the order of the help. A new verb is one file in commands/ and one line here. */
export const COMMANDS: readonly Command[] = [
  dump,
  ui,
  info,
  ls,
  get,
  detokenize,
  encode,
  symbolize,
  btf,
  capture,
  check,
  triage,
  detect,
  redact,
  signature,
  group,
  diff,
  goroutines,
  flame,
  query,
  serve,
  bench,
  completion(() => COMMANDS),
  help(() => COMMANDS),
];
