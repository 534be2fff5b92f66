import { byteOwner } from "./byte-owner.ts";
import { differences } from "./differences.ts";
import { creations, flame, groups, links, pivot, waits } from "./goroutines.ts";
import { judgement } from "./judgement.ts";
import { databaseFile, query, tables } from "./queries.ts";
import { builtInRules, editedRules } from "./rules.ts";
import { inlineChain } from "./symbols.ts";
import type { Task } from "./task.ts";
import { json, page, report } from "./texts.ts";

/** Every task by its id: what the worker can be asked for. */
export const TASKS: readonly Task<never, unknown>[] = [
  judgement,
  groups,
  flame,
  waits,
  links,
  creations,
  pivot,
  tables,
  query,
  databaseFile,
  builtInRules,
  editedRules,
  differences,
  report,
  json,
  page,
  inlineChain,
  byteOwner,
];
