import { type LogRecord, renderTime, type Scalar, type Snapshot } from "coldframe";
import type { CellTone, TableColumn, TableModel } from "../../state/types.ts";

const COLUMNS: readonly TableColumn[] = [
  { name: "time", width: 120, align: "end" },
  { name: "level", width: 64 },
  { name: "module", width: 90 },
  { name: "thread", width: 110 },
  { name: "text" },
  { name: "place", width: 180 },
];

const TONES: Readonly<Record<string, CellTone>> = {
  warning: "warn",
  error: "fault",
  critical: "fault",
  fatal: "fault",
  debug: "dim",
  trace: "dim",
};

/** Log records, built one at a time. */
export function logTable({ logs }: Snapshot): TableModel {
  let keptRow = -1;
  let kept: LogRecord | undefined;
  const at = (row: number): LogRecord => {
    if (row !== keptRow || kept === undefined) [keptRow, kept] = [row, logs.at(row)];
    return kept;
  };
  const place = ({ file, line }: LogRecord): string =>
    file === undefined ? "" : `${file}${line === undefined ? "" : `:${line}`}`;
  return {
    name: "logs",
    columns: COLUMNS,
    length: logs.length,
    scalar(row, column): Scalar {
      const record = at(row);
      const cells: readonly Scalar[] = [
        record.time ?? null,
        record.level ?? null,
        record.module ?? null,
        record.thread ?? null,
        record.text,
        place(record),
      ];
      return cells[column] ?? null;
    },
    text(row, column) {
      const { time } = at(row);
      return column === 0 && time !== undefined ? renderTime(time, logs) : undefined;
    },
    tone: (row, column) => (column === 1 || column === 4 ? TONES[at(row).level ?? ""] : undefined),
    detail(row) {
      const { time, level, module, thread, text, flags, dropped, tags } = at(row);
      const shown = {
        time: time === undefined ? undefined : renderTime(time, logs),
        level,
        module,
        thread,
        place: place(at(row)),
        flags,
        dropped,
        tags: tags?.join(", "),
        text,
      };
      const fields = Object.entries(shown).flatMap(([name, value]) =>
        value === undefined || value === "" ? [] : [{ name, value: String(value) }],
      );
      return {
        title: `log record ${row}`,
        fields,
        filter: level === undefined ? undefined : `level == '${level}'`,
        json: () => at(row),
      };
    },
  };
}
