import type { Host } from "./host.ts";

/** Work shorter than this shows no bar. */
const QUIET_MS = 1000;
const REDRAW_MS = 100;
const BAR_WIDTH = 24;

/** Bytes with a binary unit and three significant digits: `9.31 MiB`. */
export function renderBytes(bytes: number): string {
  if (bytes < 1024) return `${Math.round(bytes)} B`;
  const units = ["KiB", "MiB", "GiB", "TiB"];
  let size = bytes / 1024;
  let unit = 0;
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1024;
    unit++;
  }
  const digits = size >= 100 ? 0 : size >= 10 ? 1 : 2;
  return `${(Math.round(size * 10 ** digits) / 10 ** digits).toFixed(digits)} ${units[unit]}`;
}

/** `7 s`, `3 min 20 s`, `2 h 5 min`. */
export function renderDuration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}

/** A line on stderr that is drawn over itself. Silent unless stderr is a terminal. */
export class ProgressBar {
  private readonly host: Host;
  private readonly label: string;
  private readonly start: number;
  private drawnAt: number | undefined;

  constructor(host: Host, label: string) {
    this.host = host;
    this.label = label;
    this.start = host.now();
  }

  /** @param totalBytes 0 when unknown: then only bytes and rate are shown. */
  update(doneBytes: number, totalBytes: number, stage: string = this.label): void {
    this.draw((elapsedMs) => renderProgress(stage, doneBytes, totalBytes, elapsedMs));
  }

  /** Progress in things rather than bytes. @param unit in the plural, e.g. `files` */
  count(done: number, total: number, unit: string): void {
    this.draw((elapsedMs) => renderCount(this.label, done, total, unit, elapsedMs));
  }

  /** Clears the line; call before anything else is printed. */
  end(): void {
    if (this.drawnAt !== undefined) this.host.stderr.write("\r\x1b[2K");
    this.drawnAt = undefined;
  }

  private draw(render: (elapsedMs: number) => string): void {
    if (this.host.stderr.isTTY !== true) return;
    const now = this.host.now();
    if (now - this.start < QUIET_MS) return;
    if (this.drawnAt !== undefined && now - this.drawnAt < REDRAW_MS) return;
    this.drawnAt = now;
    const width = Math.max(20, (this.host.stderr.columns ?? 80) - 1);
    this.host.stderr.write(`\r\x1b[2K${render(now - this.start).slice(0, width)}`);
  }
}

function renderCount(stage: string, done: number, total: number, unit: string, elapsedMs: number): string {
  const rate = elapsedMs > 0 ? done / (elapsedMs / 1000) : 0;
  const left = rate > 0 ? `, ${renderDuration(((total - done) / rate) * 1000)} left` : "";
  const part = total > 0 ? Math.min(1, done / total) : 0;
  return `${stage} ${renderBar(part)}  ${done} of ${total} ${unit}  ${Math.round(rate)}/s${left}`;
}

function renderBar(part: number): string {
  const filled = Math.round(part * BAR_WIDTH);
  const percent = `${Math.floor(part * 100)}`.padStart(3);
  return `${"█".repeat(filled)}${"░".repeat(BAR_WIDTH - filled)} ${percent} %`;
}

export function renderProgress(stage: string, doneBytes: number, totalBytes: number, elapsedMs: number): string {
  const rate = elapsedMs > 0 ? doneBytes / (elapsedMs / 1000) : 0;
  const speed = `${renderBytes(rate)}/s`;
  if (totalBytes <= 0) return `${stage}  ${renderBytes(doneBytes)}  ${speed}`;
  const left = rate > 0 ? `, ${renderDuration(((totalBytes - doneBytes) / rate) * 1000)} left` : "";
  const bar = renderBar(Math.min(1, doneBytes / totalBytes));
  return `${stage} ${bar}  ${renderBytes(doneBytes)} of ${renderBytes(totalBytes)}  ${speed}${left}`;
}
