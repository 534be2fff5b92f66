import { useSignal } from "@preact/signals";
import {
  DEFAULT_SIGNATURE_RULES,
  GroupingComparison,
  groupKey,
  parseSignatureRules,
  type RegroupedSnapshots,
  type Signature,
  type SignatureRules,
  type SnapshotGroup,
  SnapshotGrouper,
  signatureOf,
} from "coldframe/identity";
import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { Table } from "../../parts/table.tsx";
import { TextEditor } from "../../parts/text-editor.tsx";
import { Toggle } from "../../parts/toggle.tsx";
import { useApp } from "../../state/context.ts";
import { recordTable } from "../../state/records.ts";
import type { Detail, Opened, TableModel } from "../../state/types.ts";
import type { ViewProps } from "../../state/views.ts";
import { errorReport } from "../../tasks/error-report.ts";
import { SignatureParts } from "./signature-parts.tsx";

const TYPING_MS = 250;

/** Which files are the same problem, why, and what would be if the rules were others. */
export function SignaturesView({ opened: current }: ViewProps): JSX.Element {
  const { store, actions } = useApp();
  const text = useSignal(PRETTY);
  const isEditing = useSignal(false);
  const problem = useSignal("");
  const rules = useSignal<SignatureRules>(parseSignatureRules(DEFAULT_SIGNATURE_RULES));
  useEffect(() => {
    const timer = setTimeout(() => {
      try {
        rules.value = parseSignatureRules(text.value);
        problem.value = "";
      } catch (error) {
        problem.value = errorReport(error).message;
      }
    }, TYPING_MS);
    return () => clearTimeout(timer);
  }, [text.value]);
  const all = store.opened.value;
  const before = useMemo(() => groupAll(all, DEFAULT), [all]);
  const now = useMemo(() => groupAll(all, rules.value), [all, rules.value]);
  const moved = useMemo(() => compare(all, before, now), [before, now]);
  const model = useMemo(() => groupsTable(now, (id) => actions.choose(id)), [now]);
  const signature = now.signatures.get(current.id);
  return (
    <>
      <div class="toolbar">
        <strong>{`${now.groups.length} group${now.groups.length === 1 ? "" : "s"} in ${all.length} file${all.length === 1 ? "" : "s"}`}</strong>
        <Toggle state={isEditing} label="edit the signature rules" />
        <span class={problem.value === "" ? "dim" : "fault"} role="status">
          {problem.value || (text.value === PRETTY ? "by the default rules" : movedText(moved))}
        </span>
      </div>
      {isEditing.value && <TextEditor text={text} label="Signature rules" kind="rules-json" />}
      <Table model={model} main />
      {signature !== undefined && (
        <div class="pane section explained" tabIndex={0} role="region" aria-label="Explanation of the signature">
          <h2>{`Why ${current.label} is ${signature.id.slice(0, 12)}`}</h2>
          <SignatureParts signature={signature} />
        </div>
      )}
    </>
  );
}

const PRETTY = JSON.stringify(JSON.parse(DEFAULT_SIGNATURE_RULES), null, 2);
const DEFAULT = parseSignatureRules(DEFAULT_SIGNATURE_RULES);

interface Grouping {
  readonly groups: readonly SnapshotGroup[];
  readonly members: ReadonlyMap<string, readonly Opened[]>;
  readonly signatures: ReadonlyMap<number, Signature>;
}

function groupAll(all: readonly Opened[], rules: SignatureRules): Grouping {
  const grouper = new SnapshotGrouper();
  const signatures = new Map<number, Signature>();
  const members = new Map<string, Opened[]>();
  for (const one of all) {
    const signature = signatureOf(one.snapshot, rules);
    signatures.set(one.id, signature);
    members.set(signature.id, [...(members.get(signature.id) ?? []), one]);
    const digest = {
      name: one.label,
      format: one.snapshot.format,
      facts: one.snapshot.facts,
      signature,
      contentHash: String(one.id),
    };
    grouper.add(digest);
  }
  return { groups: grouper.result(), members, signatures };
}

function groupsTable({ groups, members, signatures }: Grouping, choose: (id: number) => void): TableModel {
  const list = (counts: SnapshotGroup["versions"]): string =>
    counts.values.map(({ value, count }) => (count === 1 ? value : `${value} × ${count}`)).join(", ");
  return recordTable({
    name: "signature-groups",
    rows: groups,
    columns: [
      { name: "count", width: 60, align: "end", read: ({ count }) => BigInt(count) },
      { name: "title", read: ({ title }) => title },
      { name: "signature", width: 110, read: ({ signature }) => signature.slice(0, 12), tone: () => "name" },
      { name: "format", width: 90, read: ({ format }) => format },
      { name: "versions", width: 150, read: ({ versions }) => list(versions) },
      { name: "devices", width: 120, read: ({ devices }) => list(devices) },
      { name: "first", title: "first seen", width: 160, read: ({ firstSeen }) => firstSeen ?? null },
      { name: "last", title: "last seen", width: 160, read: ({ lastSeen }) => lastSeen ?? null },
    ],
    detail: (group): Detail => {
      const files = members.get(group.signature) ?? [];
      const signature = signatures.get(files[0]?.id ?? -1);
      return {
        title: group.title,
        fields: [
          { name: "signature", value: group.signature },
          { name: "rules", value: group.rules },
          { name: "files", value: String(group.count) },
          ...(group.duplicates > 0 ? [{ name: "copies", value: String(group.duplicates) }] : []),
        ],
        body: (
          <>
            <h3>Files</h3>
            <p class="stack">
              {files.map(({ id, label }) => (
                <button key={id} type="button" onClick={() => choose(id)}>
                  {label}
                </button>
              ))}
            </p>
            {signature !== undefined && <SignatureParts signature={signature} />}
          </>
        ),
        json: () => group,
      };
    },
    enter: (group) => choose(members.get(group.signature)?.[0]?.id ?? -1),
  });
}

function compare(all: readonly Opened[], before: Grouping, now: Grouping): RegroupedSnapshots {
  const comparison = new GroupingComparison();
  const nameOf = ({ id, snapshot: { format } }: Opened, { signatures }: Grouping) => {
    const signature = signatures.get(id)!;
    return { key: groupKey({ signature, format }), title: signature.title };
  };
  for (const one of all) comparison.add(nameOf(one, before), nameOf(one, now));
  return comparison.result();
}

function movedText({ kept, split, merged }: RegroupedSnapshots): string {
  const parts = [
    `${kept} groups as before`,
    ...split.map(({ title, shares }) => `"${title}" splits into ${shares.length}`),
    ...merged.map(({ title, shares }) => `"${title}" joins ${shares.length}`),
  ];
  return `against the default rules: ${parts.join("; ")}`;
}
