/** The text of the module that holds the rule packs of `dir`. */
export function renderRulePacks(dir?: string): string;
