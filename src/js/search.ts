/** Find a name, a number, an address or bytes in everything a snapshot holds. */
export {
  type SearchMatch,
  type SearchOptions,
  type SearchResult,
  type SearchTarget,
  search,
} from "./analysis/search.ts";
export { type Visit, type WalkOptions, walkTree } from "./view/tree-walk.ts";
