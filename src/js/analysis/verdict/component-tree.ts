import { findFact } from "../../model/facts.ts";
import type { Snapshot } from "../../model/snapshot.ts";
import { countOf, type SnapshotVerdict, shorten, VerdictBuilder, type VerdictOptions } from "./verdict.ts";

/** A tree of components: what the rules say of it. Without rules nothing is judged. */
export function componentsVerdict({ facts }: Snapshot, { rules }: VerdictOptions): SnapshotVerdict {
  const sentence = new VerdictBuilder();
  if (rules !== undefined) sayRules(sentence, rules);
  sayComponents(sentence, facts, rules === undefined);
  const reason = findFact(facts, "reason");
  if (typeof reason === "string") sentence.say(`; last reboot: ${shorten(reason)}`);
  const version = findFact(facts, "version");
  if (typeof version === "string") sentence.say(`; version ${shorten(version, 60)}`);
  sentence.say(".");
  if (rules !== undefined) return sentence.build(rules.fired.length > 0 ? "failure" : "normal");
  sentence.lack({ what: "a judgement", why: "no rules were given", supply: "rules" });
  return sentence.build("unknown");
}

function sayRules(sentence: VerdictBuilder, { total, fired }: NonNullable<VerdictOptions["rules"]>): void {
  sentence.say(`${fired.length} of ${countOf(total, "rule")} fired`);
  if (fired[0] !== undefined) sentence.say(`: ${shorten(fired[0])}`);
  if (fired.length > 1) sentence.say(` (and ${fired.length - 1} more)`);
  sentence.say("; ");
}

function sayComponents(sentence: VerdictBuilder, facts: Snapshot["facts"], first: boolean): void {
  const components = findFact(facts, "inspect.components");
  const trees = findFact(facts, "inspect.trees");
  if (typeof components !== "bigint") {
    sentence.say(first ? "Nothing is known of the components" : "nothing is known of the components");
    return;
  }
  sentence.say(countOf(components, "component"));
  if (typeof trees === "bigint" && trees !== components) sentence.say(`, ${countOf(trees, "tree")}`);
}
