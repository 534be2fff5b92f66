import { NO_LOGS } from "../../model/logs.ts";
import { NO_VALUES } from "../../model/values.ts";
import type { FormatPlugin } from "../plugin.ts";
import { decodeGoroutines } from "./decode.ts";
import { probeGoroutines } from "./probe.ts";

export const goroutines: FormatPlugin = {
  id: "goroutines",
  title: "Goroutine dumps and profiles of Go processes",
  severalFiles: "together",
  probe: probeGoroutines,
  decode: decodeGoroutines,
  attach: () => ({ values: NO_VALUES, logs: NO_LOGS }),
};
