import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { useApp } from "../state/context.ts";
import { InputBytes } from "../state/input-bytes.ts";
import { bytesText } from "../state/numbers.ts";
import { go } from "../state/store.ts";
import type { Opened } from "../state/types.ts";
import { byteOwner } from "../tasks/byte-owner.ts";
import { errorReport } from "../tasks/error-report.ts";
import { moveBy, useRowWindow } from "./window.ts";

const PER_ROW = 16;
const ROW_HEIGHT = 18;

/** The bytes of the files as they were decoded. The selected value is marked; a click asks which value a byte is of. */
export function HexPane({ opened }: { readonly opened: Opened }): JSX.Element {
  const { store, analyses } = useApp();
  const reader = useMemo(() => new InputBytes(), []);
  const all = useSignal<readonly (Uint8Array | undefined)[]>([]);
  const origin = store.detail.value?.origin;
  const input = useSignal(0);
  useEffect(() => {
    all.value = [];
    reader.of(opened).then((bytes) => {
      all.value = bytes;
    });
  }, [opened]);
  useEffect(() => {
    if (origin !== undefined) input.value = origin.input;
  }, [origin]);
  const bytes = all.value[input.value];
  const view = useRowWindow(Math.ceil((bytes?.length ?? 0) / PER_ROW), ROW_HEIGHT);
  useEffect(() => {
    if (origin === undefined || bytes === undefined) return;
    const row = Math.floor(origin.offset / PER_ROW);
    // With the rows around it, where there are some.
    view.reveal(Math.max(0, row - 1));
    view.reveal(Math.min(row + 2, Math.ceil(bytes.length / PER_ROW) - 1));
  }, [origin, bytes]);
  const cursor = useSignal(0);
  const ask = (offset: number): void => {
    cursor.value = offset;
    analyses.run(byteOwner, [opened], { input: input.value, offset }).then(
      (owner) => {
        if (owner !== undefined) go(store, { view: "values", path: owner.path });
        else
          store.notice.value = `No value of this snapshot names byte ${offset}: it is structure, padding, or was skipped.`;
      },
      (error: unknown) => {
        store.notice.value = errorReport(error).message;
      },
    );
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === "Enter") ask(cursor.value);
    const rows = Math.ceil((bytes?.length ?? 0) / PER_ROW);
    const row = moveBy(event.key, Math.floor(cursor.value / PER_ROW), rows, view.page);
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : undefined;
    if (row === undefined && step === undefined) return;
    event.preventDefault();
    const target = step === undefined ? row! * PER_ROW + (cursor.value % PER_ROW) : cursor.value + step;
    cursor.value = Math.max(0, Math.min((bytes?.length ?? 1) - 1, target));
    view.reveal(Math.floor(cursor.value / PER_ROW));
  };
  const rows = Array.from({ length: Math.max(0, view.count) }, (_, ix) => view.first + ix);
  const mark = origin?.input === input.value ? origin : undefined;
  return (
    <section class="hex" aria-label="Bytes">
      <header class="hex-head">
        <strong>Bytes</strong>
        <select
          aria-label="File"
          value={input.value}
          onChange={(event) => {
            input.value = Number(event.currentTarget.value);
          }}
        >
          {opened.snapshot.inputs.map(({ name, byteLength }, ix) => (
            <option key={ix} value={ix}>{`${name}, ${bytesText(byteLength)}`}</option>
          ))}
        </select>
        <span class="dim" role="status">
          {mark === undefined
            ? "The selection has no bytes of its own. Click a byte to find its value."
            : `${opened.snapshot.inputs.length > 0 ? "selected" : ""} bytes ${mark.offset} to ${mark.offset + mark.length - 1} (${mark.length})`}
        </span>
        <button
          type="button"
          onClick={() => {
            store.bytesShown.value = false;
          }}
        >
          close
        </button>
      </header>
      <div
        class="hex-rows"
        ref={view.ref}
        onScroll={view.onScroll}
        onKeyDown={onKeyDown}
        tabIndex={0}
        role="group"
        aria-label={`Bytes around ${cursor.value}; Enter finds the value of a byte`}
      >
        <div class="table-spacer" style={{ height: `${view.height}px` }}>
          <div class="table-window" style={{ transform: `translateY(${view.top}px)` }}>
            {bytes !== undefined &&
              rows.map((row, slot) => (
                <HexRow key={slot} bytes={bytes} at={row * PER_ROW} mark={mark} cursor={cursor.value} onPick={ask} />
              ))}
          </div>
        </div>
      </div>
    </section>
  );
}

interface HexRowProps {
  readonly bytes: Uint8Array;
  readonly at: number;
  readonly mark: { readonly offset: number; readonly length: number } | undefined;
  readonly cursor: number;
  onPick(offset: number): void;
}

function HexRow({ bytes, at, mark, cursor, onPick }: HexRowProps): JSX.Element {
  const slice = bytes.subarray(at, at + PER_ROW);
  const classOf = (offset: number): string => {
    const marked = mark !== undefined && offset >= mark.offset && offset < mark.offset + mark.length;
    return `${marked ? "marked" : ""}${offset === cursor ? " cursor" : ""}`;
  };
  return (
    <div class="hex-row" style={{ height: `${ROW_HEIGHT}px` }}>
      <span class="dim">{at.toString(16).padStart(8, "0")}</span>
      <span class="hex-bytes">
        {Array.from(slice, (byte, ix) => (
          <span key={ix} class={classOf(at + ix)} onClick={() => onPick(at + ix)}>
            {byte.toString(16).padStart(2, "0")}
          </span>
        ))}
      </span>
      <span class="hex-text">
        {Array.from(slice, (byte, ix) => (
          <span key={ix} class={classOf(at + ix)} onClick={() => onPick(at + ix)}>
            {byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : "·"}
          </span>
        ))}
      </span>
    </div>
  );
}
