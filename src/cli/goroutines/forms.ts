import { asGoroutines, labelKeys } from "../../js/goroutines.ts";
import { type Snapshot, SnapshotError } from "../../js/index.ts";
import type { Call } from "../command.ts";

/** What a capture may hold of the same processes, each of another instant. */
export type Form = "stacks" | "profile" | "counts" | "race";

/**
 * Snapshots of one form: that of `--form`, else `preferred` where it is there, else the first; but one that knows the
 * labels of `--label` comes before one that does not. A log's dumps are of one form: all are kept.
 * @throws SnapshotError `UsageError` if there is nothing of the form that was asked for
 */
export function chooseForm(call: Call, found: readonly Snapshot[], preferred?: Form): readonly Snapshot[] {
  const forms = [...new Set(found.map((snapshot) => asGoroutines(snapshot).form))];
  const asked = call.options.last("form");
  if (asked !== undefined && !forms.some((form) => form === asked)) {
    throw new SnapshotError("UsageError", `--form ${asked}: the files hold ${forms.join(", ")}`);
  }
  const isFirst = forms.find((form) => form === preferred) ?? forms[0];
  const wanted = asked ?? formWithLabels(call, found, isFirst) ?? isFirst;
  const others = forms.filter((form) => form !== wanted);
  if (others.length === 0) return found;
  if (asked === undefined) {
    call.out.note(`showing the ${wanted} form; also there, of other instants (--form): ${others.join(", ")}`);
  }
  return found.filter((snapshot) => asGoroutines(snapshot).form === wanted);
}

function formWithLabels(call: Call, found: readonly Snapshot[], first: string | undefined): string | undefined {
  const keys = call.options.list("label").map((text) => text.replace(/=.*$/s, ""));
  if (keys.length === 0) return undefined;
  const knowing = found.filter(({ stacks }) => labelKeys(stacks).some(({ key }) => keys.includes(key)));
  const forms = knowing.map((snapshot) => asGoroutines(snapshot).form);
  return forms.find((form) => form === first) ?? forms[0];
}
