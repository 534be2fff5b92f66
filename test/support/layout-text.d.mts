export interface ParsedLayout {
  readonly members: readonly { readonly name: string; readonly at: number; readonly bits: number }[];
  readonly size: number;
  readonly lines: number;
  readonly count: number;
}
export function parseLayoutText(text: string): ParsedLayout;
