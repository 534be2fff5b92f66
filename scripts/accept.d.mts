export function runAcceptance(
  format: string,
  dir: string,
  options?: { readonly emit?: string; readonly print?: (line: string) => void },
): Promise<{ passed: number; failed: number }>;
export function toText(value: unknown): string | undefined;
