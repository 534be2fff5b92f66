// JSON texts cut into the texts of their parts, so that nothing of how numbers are written is lost.

/** Texts of the elements of an array. */
export function splitArray(text) {
  return splitParts(text.trim());
}

/** Text of each member of an object by key. */
export function splitObject(text) {
  return new Map(
    splitParts(text.trim()).map((member) => {
      const end = stringEnd(member, 0) + 1;
      return [JSON.parse(member.slice(0, end)), member.slice(member.indexOf(":", end) + 1).trim()];
    }),
  );
}

function splitParts(text) {
  const parts = [];
  let depth = 0;
  let start = 1;
  for (let at = 1; at < text.length; at++) {
    const c = text[at];
    if (c === '"') at = stringEnd(text, at);
    else if (c === "[" || c === "{") depth++;
    else if (depth > 0 && (c === "]" || c === "}")) depth--;
    else if (depth === 0 && (c === "," || c === "]" || c === "}")) {
      const part = text.slice(start, at).trim();
      if (part !== "") parts.push(part);
      start = at + 1;
    }
  }
  return parts;
}

function stringEnd(text, open) {
  let at = open + 1;
  while (text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at;
}
