import { listChildren, renderValue, type Snapshot } from "coldframe";
import type { Place } from "./place.ts";

export interface Hit {
  readonly title: string;
  /** Which part of the snapshot. */
  readonly where: string;
  readonly place: Place;
}

const MOST = 200;
const SLICE_MS = 10;
/** Values looked at; a map of a million entries has its own filter. */
const VALUES = 50_000;
const PAGE = 500;

/** Everything that is text: facts, issues, names and frames of stacks, logs, values. Told in pieces as it is found. */
export async function searchAll(
  snapshot: Snapshot,
  text: string,
  signal: AbortSignal,
  tell: (hits: readonly Hit[]) => void,
): Promise<void> {
  const hits: Hit[] = [];
  let until = performance.now() + SLICE_MS;
  for (const step of steps(snapshot, text.toLowerCase())) {
    if (step !== undefined) hits.push(step);
    if (hits.length >= MOST) break;
    if (performance.now() < until) continue;
    tell([...hits]);
    await new Promise((resolve) => setTimeout(resolve, 0));
    signal.throwIfAborted();
    until = performance.now() + SLICE_MS;
  }
  tell(hits);
}

/** One step for each thing looked at; undefined where it does not match. */
function* steps(snapshot: Snapshot, needle: string): Generator<Hit | undefined> {
  const has = (text: string): boolean => text.toLowerCase().includes(needle);
  for (const { key, value } of snapshot.facts) {
    yield has(`${key} ${value}`) ? { title: `${key}: ${value}`, where: "fact", place: { view: "facts" } } : undefined;
  }
  for (const { code, message } of snapshot.issues) {
    yield has(`${code} ${message}`) ? { title: message, where: `issue ${code}`, place: { view: "facts" } } : undefined;
  }
  yield* stackSteps(snapshot, has);
  for (let ix = 0; ix < snapshot.logs.length; ix++) {
    const { text } = snapshot.logs.at(ix);
    yield has(text) ? { title: text, where: `log ${ix}`, place: { view: "logs", item: String(ix) } } : undefined;
  }
  yield* valueSteps(snapshot, has);
}

function* stackSteps({ stacks }: Snapshot, has: (text: string) => boolean): Generator<Hit | undefined> {
  for (const { functionName, file, line } of stacks.frames) {
    const place = file === undefined ? "" : `${file}:${line ?? ""}`;
    yield has(`${functionName} ${place}`)
      ? { title: functionName || place, where: `function ${place}`, place: { view: "flame", item: functionName } }
      : undefined;
  }
  for (const [ix, { name, id, state, kind }] of stacks.contexts.entries()) {
    const title = `${kind} ${name}${id === undefined ? "" : ` ${id}`}`;
    yield has(`${title} ${state ?? ""}`)
      ? { title, where: state ?? kind, place: { view: "stacks", item: String(ix) } }
      : undefined;
  }
}

function* valueSteps(snapshot: Snapshot, has: (text: string) => boolean): Generator<Hit | undefined> {
  let looked = 0;
  const waiting: { path: string; from: number }[] = [{ path: "", from: 0 }];
  for (let next = waiting.pop(); next !== undefined && looked < VALUES; next = waiting.pop()) {
    const { children, total } = listChildren(snapshot, next.path, { from: next.from, count: PAGE });
    const rest = next.from + children.length;
    if (rest < total && children.length > 0) waiting.push({ path: next.path, from: rest });
    for (const { node, path, count } of children) {
      looked++;
      const shown = count === 0 || node.kind === "enum" ? renderValue(snapshot.values, node) : "";
      yield has(`${node.name} ${shown}`)
        ? {
            title: `${path}${shown === "" ? "" : ` = ${shown}`}`,
            where: node.typeName ?? node.kind,
            place: { view: "values", path },
          }
        : undefined;
      if (count > 0 && node.kind !== "pointer") waiting.push({ path, from: 0 });
    }
  }
}
