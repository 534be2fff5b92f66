import { useSignal } from "@preact/signals";
import type { FlameTree } from "coldframe/goroutines";
import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { type FlameBox, FlameLayout } from "../state/flame-layout.ts";
import { type FlamePalette, paletteOf } from "../state/flame-palette.ts";

const ROW = 18;

export interface FlameCanvasProps {
  readonly tree: FlameTree;
  readonly label: string;
  /** Text that some nodes must have; the others are dimmed. */
  readonly search?: string;
  /** Drawn from the bottom up: callers of a function. */
  readonly upward?: boolean;
  readonly selected: number;
  onPick(node: number): void;
  onEnter?(node: number): void;
}

/** A flame graph, widest first. Click selects, double click or Enter makes a node the whole width, Backspace leaves. */
export function FlameCanvas({
  tree,
  label,
  search = "",
  upward = false,
  selected,
  onPick,
  onEnter,
}: FlameCanvasProps): JSX.Element {
  const canvas = useRef<HTMLCanvasElement | null>(null);
  const layout = useMemo(() => new FlameLayout(tree), [tree]);
  const zoom = useSignal(0);
  const width = useSignal(800);
  const scheme = useSignal(0);
  useEffect(() => {
    zoom.value = 0;
  }, [tree]);
  useLayoutEffect(() => {
    const element = canvas.current!;
    const measure = (): void => {
      width.value = Math.max(100, element.parentElement!.clientWidth);
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element.parentElement!);
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const onScheme = (): void => {
      scheme.value++;
    };
    dark.addEventListener("change", onScheme);
    return () => {
      observer.disconnect();
      dark.removeEventListener("change", onScheme);
    };
  }, []);
  const boxes = useMemo(() => layout.boxes(zoom.value, 0.5 / width.value), [layout, zoom.value, width.value]);
  const rows = boxes.reduce((most, { depth }) => Math.max(most, depth + 1), 1);
  useEffect(() => {
    draw(canvas.current!, {
      tree,
      boxes,
      rows,
      width: width.value,
      search: search.toLowerCase(),
      selected,
      upward,
      palette: paletteOf(canvas.current!),
    });
  }, [boxes, rows, width.value, search, selected, upward, scheme.value]);
  const boxAt = (event: MouseEvent): FlameBox | undefined => {
    const { left, top } = canvas.current!.getBoundingClientRect();
    const row = Math.floor((event.clientY - top) / ROW);
    const x = (event.clientX - left) / width.value;
    return boxes.find(
      (box) => (upward ? rows - 1 - box.depth : box.depth) === row && x >= box.left && x < box.left + box.width,
    );
  };
  const enter = (node: number): void => {
    zoom.value = node;
    onEnter?.(node);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const key = upward && event.key.startsWith("Arrow") ? (FLIPPED[event.key] ?? event.key) : event.key;
    const target = layout.step(selected, key);
    if (key === "Enter" && selected >= 0) enter(selected);
    else if (key === "Backspace") zoom.value = Math.max(0, tree.parent[zoom.value] ?? 0);
    else if (target !== undefined) onPick(target);
    else return;
    event.preventDefault();
  };
  return (
    <canvas
      ref={canvas}
      class="flame-canvas"
      role="img"
      aria-label={`${label}: ${tree.names[tree.name[Math.max(0, selected)]!]} is selected. The table has the same numbers.`}
      tabIndex={0}
      onClick={(event) => {
        const box = boxAt(event);
        if (box !== undefined) onPick(box.node);
      }}
      onDblClick={(event) => {
        const box = boxAt(event);
        if (box !== undefined) enter(box.node);
      }}
      onKeyDown={onKeyDown}
    />
  );
}

const FLIPPED: Readonly<Record<string, string>> = { ArrowUp: "ArrowDown", ArrowDown: "ArrowUp" };

interface Drawing {
  readonly tree: FlameTree;
  readonly boxes: readonly FlameBox[];
  readonly rows: number;
  readonly width: number;
  readonly search: string;
  readonly selected: number;
  readonly upward: boolean;
  readonly palette: FlamePalette;
}

function draw(canvas: HTMLCanvasElement, drawing: Drawing): void {
  const { boxes, rows, width, upward, palette } = drawing;
  const density = devicePixelRatio;
  canvas.width = width * density;
  canvas.height = rows * ROW * density;
  canvas.style.height = `${rows * ROW}px`;
  const context = canvas.getContext("2d")!;
  context.scale(density, density);
  context.clearRect(0, 0, width, rows * ROW);
  context.font = palette.font;
  context.textBaseline = "middle";
  for (const box of boxes) drawBox(context, box, (upward ? rows - 1 - box.depth : box.depth) * ROW, drawing);
}

const LEAST_TEXT = 24;

function drawBox(
  context: CanvasRenderingContext2D,
  box: FlameBox,
  y: number,
  { tree, width, search, selected, palette }: Drawing,
): void {
  const name = tree.names[tree.name[box.node]!]!;
  const [x, w] = [box.left * width, box.width * width];
  const isDim = box.isAbove || (search !== "" && !name.toLowerCase().includes(search));
  context.globalAlpha = isDim ? 0.35 : 1;
  context.fillStyle = palette.colour(tree, box.node);
  context.fillRect(x, y, Math.max(0.5, w - 1), ROW - 1);
  context.globalAlpha = 1;
  if (box.node === selected) {
    context.strokeStyle = palette.ink;
    context.lineWidth = 2;
    context.strokeRect(x + 1, y + 1, Math.max(1, w - 3), ROW - 3);
  }
  if (w < LEAST_TEXT) return;
  context.fillStyle = isDim ? palette.dim : palette.text;
  context.fillText(fitText(context, name, w - 8), x + 4, y + ROW / 2);
}

/** As much of the end of a name as fits: the end says which function it is. */
function fitText(context: CanvasRenderingContext2D, name: string, width: number): string {
  const each = context.measureText("m").width;
  const fits = Math.floor(width / each);
  const short = name.replace(/^.*\//, "");
  const text = name.length <= fits ? name : short;
  return text.length <= fits ? text : fits < 3 ? "" : `${text.slice(0, fits - 1)}…`;
}
