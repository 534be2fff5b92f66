/** Adds all items at the end. `push(...items)` puts them on the stack, which a hostile input overflows. */
export function append<T>(list: T[], items: Iterable<T>): void {
  for (const item of items) list.push(item);
}
