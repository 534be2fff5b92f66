import type { Action, RuleFile, RuleSet } from "./rules.ts";

/** Which actions to run. Source: specs/triage.md section 5. */
export type TagDirective =
  | { readonly kind: "AllowAll" }
  | { readonly kind: "Include"; readonly tags: readonly string[] }
  | { readonly kind: "Exclude"; readonly tags: readonly string[] };

/** A list of tags to run wins over one to leave out. */
export function tagDirective(include: readonly string[], exclude: readonly string[]): TagDirective {
  if (include.length > 0) return { kind: "Include", tags: include };
  return exclude.length > 0 ? { kind: "Exclude", tags: exclude } : { kind: "AllowAll" };
}

/** The rules with only the actions that a directive lets through. Snapshot actions have no tag. */
export function filterByTags(rules: RuleSet, directive: TagDirective): RuleSet {
  if (directive.kind === "AllowAll") return rules;
  const files = new Map<string, RuleFile>();
  for (const [namespace, file] of rules.files) {
    const actions = [...file.actions].filter(([, action]) => isKept(action, directive));
    files.set(namespace, { ...file, actions: new Map(actions) });
  }
  return { ...rules, files };
}

function isKept(action: Action, directive: Exclude<TagDirective, { kind: "AllowAll" }>): boolean {
  const tag = action.type === "Snapshot" ? undefined : action.tag;
  const isListed = tag !== undefined && directive.tags.includes(tag);
  return directive.kind === "Include" ? isListed : !isListed;
}
