// Reads a layout as pahole prints it, or ours, which follows it: members with their places, and the summary.

const MEMBER = /^\s*(.*?)\s*\/\*\s*(\d+)(?::\s*(\d+))?\s+(\d+)\s*\*\/$/;
const BYTES_HOLE = /\/\* (?:XXX|hole of) (\d+) bytes?(?: hole)?/;

/** The declared name: last word of a declarator, or the one inside `(*name)`. */
function nameOf(declaration) {
  const text = declaration.replace(/:\d+;$|;$/g, "").replace(/\s*__attribute__\(\((?:[^()]|\([^()]*\))*\)\)/g, "");
  if (/^\}/.test(text)) return text.slice(1).trim();
  const pointer = /\(\s*\*+\s*(?:const\s+|volatile\s+)*(\w*)/.exec(text);
  if (pointer !== null && pointer[1] !== "") return pointer[1];
  return /(\w+)(?:\[\d*\])*$/.exec(text)?.[1] ?? "";
}

/** @returns {{ members: unknown[], size: number, lines: number, count: number }} places in bits, in order */
export function parseLayoutText(text) {
  const members = [];
  let summary = { size: -1, lines: -1, count: -1 };
  for (const line of text.split("\n")) {
    const total = /\/\* size: (\d+), cache ?lines: (\d+), members: (\d+)/.exec(line);
    if (total !== null && /^(\t|)\/\*/.test(line)) {
      summary = { size: Number(total[1]), lines: Number(total[2]), count: Number(total[3]) };
    }
    const match = MEMBER.exec(line);
    if (match === null || BYTES_HOLE.test(line)) continue;
    const [, declaration, byte, bit, size] = match;
    const width = /:(\d+);$/.exec(declaration)?.[1];
    const name = nameOf(declaration);
    if (width !== undefined) members.push({ name, at: Number(byte) * 8 + Number(bit ?? 0), bits: Number(width) });
    else members.push({ name, at: Number(byte) * 8, bits: Number(size) * 8 });
  }
  return { members, ...summary };
}
