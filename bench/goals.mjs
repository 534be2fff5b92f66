// The floors and goals of a run, and what was reached: a table of the report.

const JS_RIVALS = ["protobufjs", "@bufbuild/protobuf", "pbf", "protobuf-ts", "google-protobuf"];

/** Times as fast as the fastest contestant whose name begins so, at least `floor`; `goal` is what is hoped for. */
const SPEED = [
  { story: "logs16 decode", against: ["protobufjs"], floor: 12, goal: 25 },
  { story: "logs16 decode", against: ["@bufbuild/protobuf"], floor: 15, goal: 28 },
  { story: "logs16 decode", against: ["pbf"], floor: 10, goal: 18 },
  { story: "logs16 decode + every field", against: ["protobufjs"], floor: 10, goal: 20 },
  { story: "logs16 decode + every field", against: ["@bufbuild/protobuf"], floor: 12, goal: 24 },
  { story: "logs16 decode + every field", against: ["pbf"], floor: 8, goal: 15 },
  { story: "pprof decode", against: ["protobufjs"], floor: 10, goal: 17 },
  { story: "pprof decode", against: ["@bufbuild/protobuf"], floor: 12, goal: 25 },
  { story: "pprof decode", against: ["pbf"], floor: 4, goal: 10 },
  { story: "threads16 decode", against: JS_RIVALS, floor: 2.2, goal: 5 },
  { story: "fleet decode", against: JS_RIVALS, floor: 5, goal: 10 },
  { story: "logs16 decode", against: ["same rows"], floor: 1.3, goal: 1.8 },
  { story: "logs16 decode + one field", against: ["same rows"], floor: 2, goal: 4 },
  ...["logs16", "threads16", "pprof", "fleet"].map((name) => {
    return { story: `${name} decode`, against: ["native libprotobuf"], floor: 1, goal: 1.5 };
  }),
  { story: "cold logs16 first decode", against: JS_RIVALS, floor: 5, goal: 10 },
  { story: "fleet pool", ours: ["coldframe, pool of 2"], against: ["coldframe, pool of 1"], floor: 1.4, goal: 1.9 },
  {
    story: "fleet pool, what the machine allows",
    ours: ["two processes side by side, per half"],
    against: ["one process"],
    floor: 1.4,
    goal: 1.9,
  },
];
const OURS = ["coldframe", "coldframe, rows in place"];

/** Lines of a table; none without a story that has a goal. */
export function goalTable(stories) {
  const rows = [...SPEED.flatMap((goal) => speedRow(stories, goal)), ...memoryRows(stories)];
  if (rows.length === 0) return [];
  return ["| story | against | floor | goal | rows copied out | rows in place |", "|---|---|---|---|---|---|", ...rows];
}

function speedRow(stories, { story: name, ours = OURS, against, floor, goal }) {
  const story = stories.find((one) => one.name === name || one.name.startsWith(`${name}:`));
  if (story === undefined) return [];
  const rivals = story.contestants.filter((one) => against.some((prefix) => one.name.startsWith(prefix)));
  if (rivals.length === 0) return [];
  const rival = rivals.reduce((least, one) => (one.median_ms < least.median_ms ? one : least));
  const cells = ours.map((who) => {
    const found = story.contestants.find((one) => one.name === who);
    return found === undefined ? "–" : verdict(rival.median_ms / found.median_ms, floor, goal);
  });
  return [`| ${name} | ${rival.name} | ${floor} × | ${goal} × | ${[...cells, "–"].slice(0, 2).join(" | ")} |`];
}

function verdict(ratio, floor, goal) {
  const word =
    ratio >= goal ? "" : ratio >= floor ? `, ${percent(ratio, goal)} below the goal` : ", **below the floor**";
  return `${ratio.toFixed(ratio < 10 ? 2 : 1)} ×${word}`;
}

function percent(ratio, goal) {
  return `${((1 - ratio / goal) * 100).toFixed(0)} %`;
}

/** Less is better here. */
function memoryRows(stories) {
  const story = stories.find(({ name }) => name === "logs128 decode");
  const [copied, inPlace] = OURS.map((who) => story?.contestants.find(({ name }) => name === who)?.retained_bytes);
  const rivals = story?.contestants.filter(({ name }) => name.startsWith("protobufjs")) ?? [];
  const theirs = Math.min(...rivals.map((one) => one.retained_bytes ?? Number.POSITIVE_INFINITY));
  if (copied === undefined || !Number.isFinite(theirs)) return [];
  const part = (bytes, of) => `${(bytes / of).toFixed(2)} ×`;
  const cells = (of) => `${part(copied, of)} | ${part(inPlace, of)}`;
  return [
    `| logs128 kept | the input | ≤ 2.5 × | ≤ 1.6 × | ${cells(story.bytes)} |`,
    `| logs128 kept | the best protobufjs | ≤ 0.33 × | – | ${cells(theirs)} |`,
  ];
}
