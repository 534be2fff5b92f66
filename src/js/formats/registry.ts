import { goroutines } from "./goroutines/plugin.ts";
import { inspect } from "./inspect/plugin.ts";
import { pigweed } from "./pigweed/plugin.ts";
import type { FormatPlugin } from "./plugin.ts";
import { schedExt } from "./sched-ext/plugin.ts";

/** Every format. Order has no meaning: the highest probe score wins. */
export const FORMATS: readonly FormatPlugin[] = [inspect, goroutines, pigweed, schedExt];
