import type { Signature } from "coldframe/identity";
import type { JSX } from "preact";

/** Every part of a signature with where it came from, what was dropped from it, and why. */
export function SignatureParts({ signature }: { readonly signature: Signature }): JSX.Element {
  const parts = signature.parts.filter(({ values, steps }) => values.length > 0 || steps.length > 0);
  return (
    <dl class="signature-parts">
      {parts.map(({ id, why, from, values, steps, counts }) => (
        <div key={id}>
          <dt>
            <code>{id}</code>
            {!counts && <span class="dim"> shown, does not count</span>}
          </dt>
          <dd>
            {values.length === 0 ? (
              <span class="dim">nothing captured</span>
            ) : (
              values.map((value, ix) => (
                <code key={ix} class="name line">
                  {value}
                </code>
              ))
            )}
            <span class="dim">{`${why}${from === undefined ? "" : ` (${from})`}`}</span>
            {steps.length > 0 && (
              <details>
                <summary class="dim">{`${steps.length} step${steps.length === 1 ? "" : "s"}`}</summary>
                <ul>
                  {steps.map(({ action, before, after, why: because }, ix) => (
                    <li key={ix}>
                      {action} <code>{before}</code>
                      {after !== undefined && (
                        <>
                          {" → "}
                          <code>{after}</code>
                        </>
                      )}
                      <span class="dim">{`: ${because}`}</span>
                    </li>
                  ))}
                </ul>
              </details>
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}
