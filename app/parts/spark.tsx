import type { JSX } from "preact";

export interface SparkProps {
  readonly points: readonly number[];
  readonly label: string;
  readonly width?: number;
  readonly height?: number;
}

/** A small line over samples in time; its numbers stand beside it as text. */
export function Spark({ points, label, width = 120, height = 28 }: SparkProps): JSX.Element {
  const most = Math.max(...points, 0);
  const least = Math.min(...points, 0);
  const span = most - least || 1;
  const x = (ix: number): number => (points.length < 2 ? width / 2 : (ix / (points.length - 1)) * (width - 2) + 1);
  const y = (value: number): number => height - 2 - ((value - least) / span) * (height - 4);
  const line = points.map((value, ix) => `${ix === 0 ? "M" : "L"}${x(ix).toFixed(1)} ${y(value).toFixed(1)}`).join("");
  return (
    <svg class="spark" role="img" aria-label={label} width={width} height={height} viewBox={`0 0 ${width} ${height}`}>
      {points.length > 1 && <path class="area" d={`${line}L${x(points.length - 1)} ${height}L${x(0)} ${height}Z`} />}
      <path d={points.length === 1 ? `M0 ${y(points[0]!)}H${width}` : line} />
    </svg>
  );
}
