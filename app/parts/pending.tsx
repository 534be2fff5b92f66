import type { JSX } from "preact";
import type { TaskState } from "../state/use-task.ts";

/** What stands where a result will be: in words, with the reason where there is none. */
export function Pending({
  state: { problem },
  what,
}: {
  readonly state: TaskState<unknown>;
  readonly what: string;
}): JSX.Element {
  return (
    <p class={`pane pending ${problem === undefined ? "dim" : "fault"}`} role="status">
      {problem ?? `${what} …`}
    </p>
  );
}
