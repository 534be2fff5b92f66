import { SnapshotError } from "../base/errors.ts";

export interface ProtoToken {
  readonly kind: "word" | "number" | "string" | "symbol" | "end";
  /** As written; of a string, its value. */
  readonly text: string;
  readonly line: number;
  readonly column: number;
}

const TOKEN =
  /(?<blank>[ \t\r\n\f\v]+|\/\/[^\n]*|\/\*[\s\S]*?\*\/)|(?<word>[A-Za-z_]\w*)|(?<number>0[xX][0-9a-fA-F]+|\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)|(?<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|(?<symbol>[{}()[\]<>;=,.:+\-/])/y;

/**
 * Cuts `.proto` text into tokens; comments and blanks are dropped.
 * @throws SnapshotError `MalformedProto` with file, line and column (both from 1).
 */
export function tokenizeProto(text: string, file: string): ProtoToken[] {
  const tokens: ProtoToken[] = [];
  let line = 1;
  let lineStart = 0;
  TOKEN.lastIndex = 0;
  for (let at = 0; at < text.length; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    const column = at - lineStart + 1;
    if (match === null) throw malformedProto(file, { line, column }, `unexpected ${JSON.stringify(text[at])}`);
    const { blank, word, number, string } = match.groups ?? {};
    if (blank !== undefined) {
      for (let nl = blank.indexOf("\n"); nl >= 0; nl = blank.indexOf("\n", nl + 1)) {
        line++;
        lineStart = at + nl + 1;
      }
      continue;
    }
    const kind =
      word !== undefined ? "word" : number !== undefined ? "number" : string !== undefined ? "string" : "symbol";
    tokens.push({ kind, text: kind === "string" ? unquote(match[0]) : match[0], line, column });
  }
  tokens.push({ kind: "end", text: "the end of the file", line, column: text.length - lineStart + 1 });
  return tokens;
}

export function malformedProto(file: string, at: { line: number; column: number }, what: string): SnapshotError {
  return new SnapshotError("MalformedProto", `reading ${file}: ${what}, at line ${at.line}, column ${at.column}`, {
    fields: { file, line: at.line, column: at.column },
  });
}

function unquote(text: string): string {
  return text.slice(1, -1).replace(/\\(.)/g, "$1");
}
