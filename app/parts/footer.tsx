import { VERSION } from "coldframe";
import type { JSX } from "preact";
import { useStore } from "../state/context.ts";

declare const CORE_SHA256: string;

/** What answers here, and that it answers here only. */
export function Footer(): JSX.Element {
  const { notice, radix, current } = useStore();
  return (
    <footer class="foot">
      <span class="notice" role="status" aria-live="polite">
        {notice.value}
      </span>
      <span>{current.value === undefined ? "" : `opened in ${Math.round(current.value.openedInMs)} ms`}</span>
      <span>{`integers: ${radix.value}`}</span>
      <span
        title={`SHA-256 of core.wasm: ${CORE_SHA256}`}
      >{`coldframe ${VERSION}, core ${CORE_SHA256.slice(0, 12)}`}</span>
      <strong>nothing leaves this page</strong>
    </footer>
  );
}
