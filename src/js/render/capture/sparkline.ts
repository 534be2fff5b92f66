const BARS = "▁▂▃▄▅▆▇█";
const WIDTH = 60;

/**
 * Values as a row of bars, the largest full height; a longer series shows the largest of each piece. What is drawn is
 * rounded to doubles; figures beside it should not be.
 */
export function sparkline(values: readonly bigint[], width: number = WIDTH): string {
  const shown = squeeze(values, width);
  const most = Math.max(0, ...shown);
  if (most === 0) return BARS[0]!.repeat(shown.length);
  return shown.map((value) => BARS[value <= 0 ? 0 : Math.ceil((value * (BARS.length - 1)) / most)]).join("");
}

/** At most `width` numbers. */
function squeeze(values: readonly bigint[], width: number): readonly number[] {
  if (values.length <= width) return values.map(Number);
  return Array.from({ length: width }, (_, ix) => {
    const from = Math.floor((ix * values.length) / width);
    const to = Math.floor(((ix + 1) * values.length) / width);
    return values.slice(from, to).reduce((most, value) => Math.max(most, Number(value)), 0);
  });
}

const CHART_WIDTH = 240;
const CHART_HEIGHT = 32;

/**
 * Values as a small chart without style or script, in the colour of the text around it.
 * @param label what a screen reader says; letters and digits only.
 */
export function sparkSvg(values: readonly bigint[], label: string): string {
  const shown = squeeze(values, CHART_WIDTH);
  const most = Math.max(1, ...shown);
  const step = shown.length > 1 ? CHART_WIDTH / (shown.length - 1) : 0;
  const tenth = (value: number): number => Math.round(value * 10) / 10;
  const points = shown.map((value, ix) => {
    const height = (Math.max(0, value) / most) * (CHART_HEIGHT - 2);
    return `${tenth(ix * step)},${tenth(CHART_HEIGHT - 1 - height)}`;
  });
  const line = `<polyline fill="none" stroke="currentColor" stroke-width="1.5" points="${points.join(" ")}"/>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${CHART_WIDTH}" height="${CHART_HEIGHT}" viewBox="0 0 ${CHART_WIDTH} ${CHART_HEIGHT}" role="img" aria-label="${label}">${line}</svg>`;
}
