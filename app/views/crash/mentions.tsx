import type { JSX } from "preact";

/** Addresses in a sentence stand out, and can be told apart from words. */
export function Mentions({ text }: { readonly text: string }): JSX.Element {
  const pieces = text.split(/(0x[0-9a-fA-F]+)/);
  return <>{pieces.map((piece, ix) => (ix % 2 === 1 ? <code key={ix}>{piece}</code> : piece))}</>;
}
