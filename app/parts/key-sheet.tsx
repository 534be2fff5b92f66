import type { JSX } from "preact";
import { COMMANDS, type Command } from "../state/commands.ts";

const GROUPS: readonly (readonly [Command["group"], string])[] = [
  ["open", "Files"],
  ["move", "Moving"],
  ["selection", "Selection"],
  ["look", "Look"],
];

const FIXED: readonly (readonly [string, string])[] = [
  ["1 … 9", "The views, by number"],
  ["↑ ↓ PgUp PgDn", "Through rows"],
  ["Home End", "First and last row"],
  ["→ Enter", "Open, go in"],
  ["← Backspace", "Close, go out"],
  ["Esc", "Leave a sheet or a field"],
];

export function KeySheet(): JSX.Element {
  return (
    <section class="sheet" aria-label="Keys">
      <h2>Keys</h2>
      {GROUPS.map(([group, title]) => (
        <div key={group}>
          <h3>{title}</h3>
          <dl class="keys">
            {COMMANDS.filter((command) => command.group === group && command.keys !== undefined).map(
              ({ id, title: does, keys }) => (
                <Row key={id} keys={keys!} does={does} />
              ),
            )}
            {group === "move" && FIXED.map(([keys, does]) => <Row key={keys} keys={keys} does={does} />)}
          </dl>
        </div>
      ))}
    </section>
  );
}

function Row({ keys, does }: { readonly keys: string; readonly does: string }): JSX.Element {
  return (
    <div>
      <dt>
        <kbd>{keys}</kbd>
      </dt>
      <dd>{does}</dd>
    </div>
  );
}
