// Reports of a run: Markdown tables, and a comparison of two runs.

export function renderMarkdown({ machine, stories }) {
  const lines = [
    `${machine.cpu}, ${machine.cores} cores, Node ${machine.node}, ${machine.date}, load ${machine.load.toFixed(2)} at the end.`,
    "Medians in ms [min–max]; MB = 10^6 bytes of input; every contestant gave the same checksum first.",
  ];
  for (const story of stories) {
    const ours = story.contestants[0].median_ms;
    lines.push("", `### ${story.name} (${(story.bytes / 1e6).toFixed(1)} MB)`, "");
    lines.push("| contestant | ms | MB/s | coldframe is faster by | memory at the end, MB | kept, MB |");
    lines.push("|---|---|---|---|---|---|");
    for (const c of story.contestants) {
      const times = `${c.median_ms.toFixed(2)} [${c.min_ms.toFixed(2)}–${c.max_ms.toFixed(2)}]`;
      const ratio = (c.median_ms / ours).toFixed(c.median_ms / ours < 10 ? 2 : 1);
      lines.push(
        `| ${c.name} | ${times} | ${c.mb_per_s} | ${ratio} | ${megabytes(c.peak_bytes)} | ${megabytes(c.retained_bytes)} |`,
      );
    }
  }
  return `${lines.join("\n")}\n`;
}

/** Before and after, by the ratio to the slowest contestant that is not ours, so that the machine's mood cancels out. */
export function compareReports(before, after) {
  const lines = ["| story | contestant | before, ms | after, ms | change |", "|---|---|---|---|---|"];
  for (const story of after.stories) {
    const old = before.stories.find((s) => s.name === story.name);
    for (const c of story.contestants.filter((one) => one.name.startsWith("coldframe"))) {
      const was = old?.contestants.find((one) => one.name === c.name);
      const change = was === undefined ? "new" : `${((c.median_ms / was.median_ms - 1) * 100).toFixed(0)} %`;
      lines.push(
        `| ${story.name} | ${c.name} | ${was?.median_ms.toFixed(2) ?? "–"} | ${c.median_ms.toFixed(2)} | ${change} |`,
      );
    }
  }
  return lines.join("\n");
}

function megabytes(bytes) {
  return bytes === undefined ? "–" : (bytes / 1e6).toFixed(1);
}
