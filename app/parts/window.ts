import type { RefObject } from "preact";
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

/** Browsers cap the height of an element near 2^24 px; beyond this a scroll position stands for a share of the rows. */
const TALLEST = 12_000_000;

/** A window over many rows of one height: which to draw, where, and how to bring one into sight. */
export interface RowWindow {
  readonly ref: RefObject<HTMLDivElement | null>;
  /** First row to draw. */
  readonly first: number;
  /** Rows that fit, and one more at each end. */
  readonly count: number;
  /** Where the first row stands, in px from the top of the spacer. */
  readonly top: number;
  /** Height of the spacer in px. */
  readonly height: number;
  /** Rows of one page. */
  readonly page: number;
  onScroll(): void;
  reveal(row: number): void;
}

export function useRowWindow(rows: number, rowHeight: number): RowWindow {
  const ref = useRef<HTMLDivElement | null>(null);
  const [scrollTop, setScrollTop] = useState(0);
  const [viewport, setViewport] = useState(400);
  useLayoutEffect(() => {
    const element = ref.current;
    if (element === null) return;
    const measure = (): void => setViewport(element.clientHeight);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const whole = rows * rowHeight;
  const height = Math.min(whole, TALLEST);
  const travel = Math.max(1, height - viewport);
  const scale = height === whole ? 1 : (whole - viewport) / travel;
  useEffect(() => {
    // Fewer rows than before: the browser moves the position without a scroll event of its own.
    if (ref.current !== null && ref.current.scrollTop !== scrollTop) setScrollTop(ref.current.scrollTop);
  }, [height]);
  const onScroll = useCallback(() => {
    if (ref.current !== null) setScrollTop(ref.current.scrollTop);
  }, []);
  const at = Math.min(scrollTop, travel) * scale;
  const first = Math.max(0, Math.min(Math.floor(at / rowHeight), rows - 1));
  const count = Math.min(rows - first, Math.ceil(viewport / rowHeight) + 1);
  const reveal = (row: number): void => {
    const element = ref.current;
    if (element === null) return;
    const here = element.scrollTop * scale;
    const [start, end] = [row * rowHeight, (row + 1) * rowHeight];
    if (start < here) element.scrollTop = start / scale;
    else if (end > here + element.clientHeight) element.scrollTop = (end - element.clientHeight) / scale;
  };
  const page = Math.max(1, Math.floor(viewport / rowHeight) - 1);
  return { ref, first, count, top: Math.min(scrollTop, travel) - (at % rowHeight), height, page, onScroll, reveal };
}

/** The row that a key leads to; undefined for a key that does not move. */
export function moveBy(key: string, row: number, rows: number, page: number): number | undefined {
  const targets: Readonly<Record<string, number>> = {
    ArrowDown: row + 1,
    ArrowUp: row - 1,
    PageDown: row + page,
    PageUp: row - page,
    Home: 0,
    End: rows - 1,
  };
  const target = targets[key];
  return target === undefined ? undefined : Math.max(0, Math.min(rows - 1, target));
}
