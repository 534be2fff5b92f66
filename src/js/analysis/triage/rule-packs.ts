import type { FormatId } from "../../base/format-id.ts";
import { RULE_PACK_TEXTS } from "./committed/rule-packs.generated.ts";
import type { RuleSource } from "./rules.ts";

/** Rules that come with coldframe, for one format. */
export interface RulePack {
  readonly name: string;
  readonly format: FormatId;
  readonly text: string;
}

export const RULE_PACKS: readonly RulePack[] = RULE_PACK_TEXTS;

/** Packs as rule files, for one format or for all. */
export function rulePackSources(format?: FormatId): readonly RuleSource[] {
  const packs = RULE_PACKS.filter((pack) => format === undefined || pack.format === format);
  return packs.map(({ name, text }) => ({ namespace: name, text, fileName: `builtin:${name}` }));
}
