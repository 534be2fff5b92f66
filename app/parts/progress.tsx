import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { useStore } from "../state/context.ts";
import { bytesText } from "../state/numbers.ts";

/** Shorter work shows nothing: a bar that flashes only disturbs. */
const PATIENCE_MS = 200;

/** What is being read, how far, how long yet; and a way to stop it. */
export function Progress(): JSX.Element | null {
  const { work } = useStore();
  const [isLong, setLong] = useState(false);
  const startedAt = work.value?.startedAt;
  useEffect(() => {
    setLong(false);
    if (startedAt === undefined) return;
    const timer = setTimeout(() => setLong(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [startedAt]);
  if (work.value === undefined || !isLong) return null;
  const { what, doneBytes, totalBytes, cancel } = work.value;
  const share = totalBytes === 0 ? 0 : Math.min(1, doneBytes / totalBytes);
  return (
    <section class="progress" aria-label="Progress">
      <span>{what}</span>
      <progress aria-label={what} max={1} value={share} />
      <span class="dim">{`${bytesText(doneBytes)} of ${bytesText(totalBytes)}${leftText(work.value.startedAt, share)}`}</span>
      <button type="button" onClick={cancel}>
        stop
      </button>
    </section>
  );
}

function leftText(startedAt: number, share: number): string {
  const passed = performance.now() - startedAt;
  if (share < 0.05 || passed < 1000) return "";
  return `, about ${Math.max(1, Math.round((passed / share - passed) / 1000))} s left`;
}
