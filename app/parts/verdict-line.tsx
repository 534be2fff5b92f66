import { useSignal } from "@preact/signals";
import { type FactValue, findFact, type Snapshot } from "coldframe";
import type { SnapshotVerdict, VerdictPart } from "coldframe/verdict";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { useApp } from "../state/context.ts";
import type { Opened } from "../state/types.ts";
import { type Judgement, judgement } from "../tasks/judgement.ts";
import { PlaceLink } from "./place-link.tsx";

/** The answer: one sentence, what is missing from it, and the few facts that tell whether it is that problem again. */
export function VerdictLine({ opened }: { readonly opened: Opened }): JSX.Element {
  const { store, judgements } = useApp();
  const { snapshot } = opened;
  const found = judgements.of(opened).value;
  const judged = useSignal<{ readonly snapshot: Snapshot; readonly verdict: SnapshotVerdict } | undefined>(undefined);
  useEffect(() => {
    const controller = new AbortController();
    judgements
      .byRules(opened, store.ruleText.value, controller.signal)
      .then((verdict) => {
        if (!controller.signal.aborted) judged.value = verdict && { snapshot, verdict };
      })
      .catch(() => undefined);
    return () => controller.abort();
  }, [snapshot, store.ruleText.value]);
  if (typeof found !== "object") return <NotJudged opened={opened} problem={found} />;
  const said = judged.value?.snapshot === snapshot ? judged.value.verdict : found.verdict;
  return <Said opened={opened} said={said} signature={found.signature} />;
}

/** The view below is there already; the sentence takes a moment longer. */
function NotJudged({
  opened,
  problem,
}: {
  readonly opened: Opened;
  readonly problem: string | undefined;
}): JSX.Element {
  return (
    <section class="verdict" aria-label="Verdict">
      <h1 class={problem === undefined ? "dim" : "fault"}>{problem ?? `${opened.label}: ${judgement.what} …`}</h1>
    </section>
  );
}

interface SaidProps {
  readonly opened: Opened;
  readonly said: SnapshotVerdict;
  readonly signature: Judgement["signature"];
}

function Said({ opened, said, signature }: SaidProps): JSX.Element {
  const { actions } = useApp();
  return (
    <section class={`verdict ${said.severity}`} aria-label="Verdict">
      <h1>
        {said.parts.map((part, ix) => (
          <Part key={ix} part={part} />
        ))}
      </h1>
      {(said.inferred || said.missing.length > 0) && (
        <p class="verdict-notes">
          {said.inferred && (
            <span title={said.reasons.join("; ")}>{`Concluded, not read: ${said.reasons.join("; ")}. `}</span>
          )}
          {said.missing.map(({ what, why, supply, buildId }) => (
            <span key={what} class="missing">
              {`Missing: ${what} (${why}). `}
              {supply !== undefined && (
                <button type="button" onClick={() => actions.pickFiles(false)}>
                  {buildId === undefined
                    ? `drop ${SUPPLY[supply]}`
                    : `drop the ELF with build id ${buildId.slice(0, 12)}…`}
                </button>
              )}
            </span>
          ))}
        </p>
      )}
      <KeyFacts opened={opened} id={signature.id} />
    </section>
  );
}

/** Words between backticks are names of code. */
function Marked({ text }: { readonly text: string }): JSX.Element {
  const pieces = text.split("`");
  return (
    <>{pieces.map((piece, ix) => (ix % 2 === 1 && ix < pieces.length - 1 ? <code key={ix}>{piece}</code> : piece))}</>
  );
}

const SUPPLY = { symbols: "an ELF file", tokens: "the token database", btf: "the BTF file", rules: "rules" } as const;

function Part({ part }: { readonly part: VerdictPart }): JSX.Element {
  const { path, context } = part;
  const text = <Marked text={part.text} />;
  if (path !== undefined) return <PlaceLink place={{ view: "values", path }}>{text}</PlaceLink>;
  if (context !== undefined) return <PlaceLink place={{ view: "stacks", item: String(context) }}>{text}</PlaceLink>;
  return <>{text}</>;
}

const SHOWN = ["device", "version", "build-id", "arch", "time"] as const;

function KeyFacts({ opened, id }: { readonly opened: Opened; readonly id: string }): JSX.Element {
  const { store, judgements } = useApp();
  const { facts, format } = opened.snapshot;
  const same = store.opened.value.filter((one) => {
    const judged = judgements.of(one).value;
    return typeof judged === "object" && judged.signature.id === id;
  }).length;
  const shown = SHOWN.flatMap((key) => {
    const value = findFact(facts, key);
    return value === undefined ? [] : [{ key, value: key === "time" ? timeText(value) : String(value) }];
  });
  return (
    <dl class="key-facts">
      <Fact name="format" value={format} />
      {shown.map(({ key, value }) => (
        <Fact key={key} name={key} value={value} />
      ))}
      <div>
        <dt>signature</dt>
        <dd>
          <PlaceLink place={{ view: "signatures" }}>{id.slice(0, 12)}</PlaceLink>
          {store.opened.value.length > 1 && ` (${same} of ${store.opened.value.length} files here)`}
        </dd>
      </div>
    </dl>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: string }): JSX.Element {
  return (
    <div>
      <dt>{name}</dt>
      <dd title={value}>{value.length > 40 ? `${value.slice(0, 39)}…` : value}</dd>
    </div>
  );
}

/** Nanoseconds since 1970 as a date; a date that is text already stays as it is. */
function timeText(value: FactValue): string {
  if (typeof value !== "bigint" || value < 0n || value > 253_402_300_799_000_000_000n) return String(value);
  return new Date(Number(value / 1_000_000n)).toISOString();
}
