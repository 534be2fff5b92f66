import type { ActionExplanation, ActionOutcome, ExplainedStep } from "coldframe/triage";
import type { JSX } from "preact";
import { useStore } from "../../state/context.ts";
import type { RuleRun, ShownOutcome } from "../../tasks/rules.ts";

const TITLES: Readonly<Record<ActionOutcome["status"], string>> = {
  fired: "Fired",
  pending: "True, but not for long enough",
  failed: "Could not be judged",
  measured: "Measured",
  missing: "Need what is not in the snapshot",
  quiet: "Did not fire",
  ignored: "Left out by themselves",
};
const ORDER: readonly ActionOutcome["status"][] = [
  "fired",
  "pending",
  "failed",
  "measured",
  "missing",
  "quiet",
  "ignored",
];
const TONES: Readonly<Record<string, string>> = { fired: "fault", pending: "warn", failed: "warn", measured: "name" };

/** What became of every rule, those that fired first, each with its explanation. */
export function Outcomes({ run }: { readonly run: RuleRun }): JSX.Element {
  const { outcomes: all, plugins, explanations, problem } = run;
  if (all === undefined) return <p class="fault">{problem ?? "The rules could not be read."}</p>;
  const extra = plugins.flatMap(({ displayName, errors, warnings }) =>
    [...errors, ...warnings].map((line) => `${displayName}: ${line}`),
  );
  return (
    <>
      {ORDER.map((status) => {
        const outcomes = all.filter((outcome) => outcome.status === status);
        if (outcomes.length === 0) return null;
        return (
          <details key={status} class="outcomes" open={status === "fired" || status === "measured"}>
            <summary>
              <h2 class={TONES[status] ?? ""}>{`${TITLES[status]} (${outcomes.length})`}</h2>
            </summary>
            {outcomes.map((outcome) => (
              <Outcome
                key={`${outcome.namespace}::${outcome.action}`}
                outcome={outcome}
                explanation={explanations.find(
                  (one) => one.namespace === outcome.namespace && one.action === outcome.action,
                )}
              />
            ))}
          </details>
        );
      })}
      {extra.length > 0 && (
        <>
          <h2>Seen without a rule</h2>
          <ul class="findings">
            {extra.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </>
      )}
      {all.length === 0 && <p class="dim">The rules have no actions for this snapshot.</p>}
    </>
  );
}

interface OutcomeProps {
  readonly outcome: ShownOutcome;
  readonly explanation: ActionExplanation | undefined;
}

function Outcome({ outcome, explanation }: OutcomeProps): JSX.Element {
  const store = useStore();
  const { namespace, action, type, severity, text } = outcome;
  return (
    <details class="outcome">
      <summary
        onClick={() => {
          store.detail.value = {
            title: `${namespace}::${action}`,
            fields: [
              { name: "kind", value: `${type}${severity === undefined ? "" : `, ${severity}`}` },
              { name: "status", value: outcome.status },
              { name: "says", value: text ?? "" },
              ...(explanation?.needs ?? []).map((need) => ({ name: "needs", value: need })),
            ],
            json: () => ({ ...outcome, explanation }),
          };
        }}
      >
        <code>{action}</code> {text ?? ""} <span class="dim">{namespace}</span>
      </summary>
      {explanation !== undefined && <Steps step={explanation.step} depth={0} />}
    </details>
  );
}

const DEEPEST = 12;

/** Every sub-expression with its value; selectors with what they found. */
function Steps({ step, depth }: { readonly step: ExplainedStep; readonly depth: number }): JSX.Element {
  return (
    <ul class="steps">
      <li>
        <code>{step.text}</code> <span class="dim">=</span> <code class="name">{step.value}</code>
        {step.note !== undefined && <span class="dim">{` ${step.note}`}</span>}
        {step.selectors?.map(({ selector, found, omitted }) => (
          <ul key={selector} class="steps">
            <li>
              <span class="dim">selects </span>
              <code>{selector}</code>
              {found.length === 0 && <span class="warn"> found nothing</span>}
              <ul class="steps">
                {found.map(({ value, from }, ix) => (
                  <li key={ix}>
                    <code class="name">{value}</code> <span class="dim">{`from ${from}`}</span>
                  </li>
                ))}
                {omitted > 0 && <li class="dim">{`${omitted} more`}</li>}
              </ul>
            </li>
          </ul>
        ))}
        {depth < DEEPEST && step.steps.map((inner, ix) => <Steps key={ix} step={inner} depth={depth + 1} />)}
        {step.omitted > 0 && <span class="dim">{`${step.omitted} further steps`}</span>}
      </li>
    </ul>
  );
}
