import { type Frame, framesOf, type Snapshot, type StackContext } from "coldframe";
import type { JSX } from "preact";
import { durationText, hexText } from "../../state/numbers.ts";
import type { Detail, DetailField } from "../../state/types.ts";

/** All about one goroutine, thread, CPU or task. */
export function contextDetail(snapshot: Snapshot, context: StackContext): Detail {
  const { stacks } = snapshot;
  const frames = framesOf(stacks, context.stack);
  const {
    kind,
    name,
    id,
    state,
    count,
    process,
    labels = {},
    waitAtLeastNs,
    creator,
    traits = [],
    registers = [],
  } = context;
  const shown: Readonly<Record<string, string | undefined>> = {
    id: id === undefined ? undefined : String(id),
    process,
    state: context.stateInferred === true ? `${state} (concluded from the stack)` : state,
    "waits at least": waitAtLeastNs === undefined ? undefined : durationText(waitAtLeastNs),
    count: count === 1n ? undefined : String(count),
    "created by":
      creator === undefined
        ? undefined
        : `${stacks.frames[creator.frame]!.functionName}${creator.id === undefined ? "" : ` in ${creator.id}`}`,
    traits: traits.join(", "),
    labels: Object.entries(labels)
      .map(([key, value]) => `${key}=${value}`)
      .join(" "),
    ...context.attributes,
  };
  const fields: DetailField[] = Object.entries(shown).flatMap(([key, value]) =>
    value === undefined || value === "" ? [] : [{ name: key, value }],
  );
  return {
    title: name === "" ? `${kind} ${id ?? ""}` : name,
    fields,
    body: (
      <>
        <h3>Stack, innermost first</h3>
        <FrameList frames={frames} />
        {registers.length > 0 && <h3>Registers</h3>}
        <dl class="fields">
          {registers.map((register) => (
            <div key={register.name}>
              <dt>{register.name}</dt>
              <dd>{hexText(register.value)}</dd>
            </div>
          ))}
        </dl>
      </>
    ),
    filter: state === undefined ? undefined : `state == '${state.replaceAll("'", "\\'")}'`,
    folded: () => foldedLine(frames, count),
    json: () => ({ ...context, frames }),
  };
}

export function FrameList({ frames }: { readonly frames: readonly Frame[] }): JSX.Element {
  if (frames.length === 0) return <p class="dim">no frames were captured</p>;
  return (
    <ol class="frame-list">
      {frames.map((frame, ix) => (
        <li key={ix} class={frame.synthetic === true ? "dim" : ""}>
          <span class={frame.inlined === true ? "dim" : "name"}>
            {frame.functionName || (frame.address === undefined ? "?" : hexText(frame.address))}
          </span>
          <span class="dim">{placeText(frame)}</span>
        </li>
      ))}
    </ol>
  );
}

function placeText({ file, line, module, inlined }: Frame): string {
  const place = file === undefined ? (module ?? "") : `${file}${line === undefined ? "" : `:${line}`}`;
  return inlined === true ? `${place} (inlined)` : place;
}

/** `outer;…;inner count`, what flame graph tools read. */
export function foldedLine(frames: readonly Frame[], count: bigint): string {
  const names = frames.map(({ functionName, address }) =>
    (functionName || (address === undefined ? "?" : hexText(address))).replace(/[;\n]/g, " "),
  );
  return `${names.reverse().join(";")} ${count}\n`;
}
