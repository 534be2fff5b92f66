import type { Command } from "../command.ts";
import { OPEN_OPTIONS, PROJECT_OPTIONS, TOKENS_OPTION } from "../option-specs.ts";

export const detect: Command = {
  name: "detect",
  summary: "watch for snapshots, judge them by rules and file reports, each once",
  operands: { usage: "[SOURCE…]", min: 0, completes: "directory" },
  options: {
    rules: {
      value: "RULES",
      summary: "rule file, bundle, directory, pattern, or built-in pack; may be repeated (default: all packs)",
      completes: "file",
    },
    "check-every": { value: "TIME", summary: "time between scans: 90s, 5m, 6h or Minutes(8) (default Minutes(8))" },
    "file-to": {
      value: "WHERE",
      summary: "directory, http(s) URL, or - (stdout); without it nothing is filed",
      completes: "directory",
    },
    state: { value: "DIR", summary: "what is kept between runs (default .coldframe-detect)", completes: "directory" },
    capture: { value: "COMMAND", summary: "run by sh before each scan; what it prints is a snapshot" },
    listen: { value: "[HOST:]PORT", summary: "take snapshots by HTTP POST (host default 127.0.0.1)" },
    once: { summary: "one scan, then end: for cron and timers" },
    "test-only": { summary: "lift the least intervals: a minute between scans, an hour between reports" },
    settle: { value: "TIME", summary: "leave files alone that changed within this time (default 2s)" },
    prefix: { value: "TEXT", summary: "what filed signatures begin with (default coldframe-detect-)" },
    product: { value: "NAME", summary: "run also the rule files that config.json has for this product" },
    compat: { summary: "behave as Fuchsia's Detect: rules see Inspect only, signatures are throttled as written" },
    legacy: { summary: "also read rule files and Inspect of 2021 and before" },
    ...TOKENS_OPTION,
    ...PROJECT_OPTIONS,
    ...OPEN_OPTIONS,
  },
  notes: [
    "SOURCE is a directory that receives snapshots. A file is judged once; a changed file is a new one.",
    "A directory and the outbox make sure that nothing is lost and nothing is filed twice, whenever the run is killed. HTTP has an Idempotency-Key and may repeat, as may stdout. docs/detect.md has the details.",
  ],
  examples: [
    ["coldframe detect --rules rules/ --check-every 5m --file-to reports/ incoming/", "watch a directory"],
    ["coldframe detect --once --rules rules/ --file-to https://example.org/reports incoming/", "one scan, from cron"],
    ["coldframe detect --capture 'adb shell iquery --all' --rules rules/", "only say what would be filed"],
  ],
  async run(call) {
    const { runDetect } = await import("../verbs/detect.ts");
    return runDetect(call);
  },
};
