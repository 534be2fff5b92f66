import type { JSX } from "preact";
import { bytesText } from "../../state/numbers.ts";
import type { ViewProps } from "../../state/views.ts";

const SHOWN = 500;

/** What could not be read first, then what is known of the whole. */
export function FactsView({ opened }: ViewProps): JSX.Element {
  const { facts, issues, inputs } = opened.snapshot;
  return (
    <div class="pane section" tabIndex={0} role="region" aria-label="Facts and issues">
      <h2>{issues.length === 0 ? "No issues: everything was read" : `Issues (${issues.length})`}</h2>
      {issues.length > 0 && (
        <table class="plain-table">
          <thead>
            <tr>
              <th>Severity</th>
              <th>Code</th>
              <th class="number">Byte</th>
              <th>Where</th>
              <th>What</th>
            </tr>
          </thead>
          <tbody>
            {issues.slice(0, SHOWN).map(({ severity, code, offset, path, input, message }, ix) => (
              <tr key={ix}>
                <td class={severity === "error" ? "fault" : severity === "warning" ? "warn" : "dim"}>{severity}</td>
                <td>{code}</td>
                <td class="number">{offset ?? ""}</td>
                <td>{[path, input].filter((part) => part !== undefined).join(" in ")}</td>
                <td>{message}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {issues.length > SHOWN && <p class="dim">{issues.length - SHOWN} further issues</p>}
      <h2>Facts</h2>
      <table class="plain-table">
        <tbody>
          {facts.map(({ key, value, unit, origin }) => (
            <tr key={key}>
              <th scope="row">{key}</th>
              <td>{`${value}${unit === undefined ? "" : ` ${unit}`}`}</td>
              <td class="dim">{origin ?? ""}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <h2>Read from</h2>
      <table class="plain-table">
        <tbody>
          {inputs.map(({ name, byteLength }, ix) => (
            <tr key={ix}>
              <th scope="row">{name}</th>
              <td class="number">{bytesText(byteLength)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
