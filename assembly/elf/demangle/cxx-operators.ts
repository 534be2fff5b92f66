/** Operators by their two letters, as one number (Itanium C++ ABI, section 5.1.3.1 and the vendors' additions). */
const CODES: StaticArray<u16> = [
  0x614e, 0x6153, 0x6161, 0x6164, 0x616e, 0x6174, 0x6177, 0x617a, 0x6363, 0x636c, 0x636d, 0x636f, 0x6456, 0x6461,
  0x6463, 0x6465, 0x646c, 0x6473, 0x6474, 0x6476, 0x654f, 0x656f, 0x6571, 0x6765, 0x6774, 0x6978, 0x6c53, 0x6c65,
  0x6c73, 0x6c74, 0x6d49, 0x6d4c, 0x6d69, 0x6d6c, 0x6d6d, 0x6e61, 0x6e65, 0x6e67, 0x6e74, 0x6e77, 0x6e78, 0x6f52,
  0x6f6f, 0x6f72, 0x704c, 0x706c, 0x706d, 0x7070, 0x7073, 0x7074, 0x7175, 0x724d, 0x7253, 0x7263, 0x726d, 0x7273,
  0x7363, 0x7373, 0x7374, 0x737a, 0x7465, 0x7469, 0x7477,
];
const SPELLINGS: StaticArray<string> = [
  "&=",
  "=",
  "&&",
  "&",
  "&",
  "alignof ",
  "co_await ",
  "alignof ",
  "const_cast",
  "()",
  ",",
  "~",
  "/=",
  "delete[] ",
  "dynamic_cast",
  "*",
  "delete ",
  ".*",
  ".",
  "/",
  "^=",
  "^",
  "==",
  ">=",
  ">",
  "[]",
  "<<=",
  "<=",
  "<<",
  "<",
  "-=",
  "*=",
  "-",
  "*",
  "--",
  "new[]",
  "!=",
  "-",
  "!",
  "new",
  "noexcept",
  "|=",
  "||",
  "|",
  "+=",
  "+",
  "->*",
  "++",
  "+",
  "->",
  "?",
  "%=",
  ">>=",
  "reinterpret_cast",
  "%",
  ">>",
  "static_cast",
  "<=>",
  "sizeof ",
  "sizeof ",
  "typeid ",
  "typeid ",
  "throw ",
];
/** Operands of each; 0 for those that expressions spell in a way of their own. */
const OPERANDS: StaticArray<u8> = [
  2, 2, 2, 1, 2, 1, 1, 1, 0, 0, 2, 1, 2, 0, 0, 1, 0, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 0, 2, 1, 1,
  0, 1, 2, 2, 2, 2, 2, 2, 1, 1, 2, 3, 2, 2, 0, 2, 2, 0, 2, 1, 1, 1, 1, 1,
];

/** Index of an operator, or -1. */
export function findOperator(first: u32, second: u32): i32 {
  const code = u16((first << 8) | second);
  for (let i = 0; i < CODES.length; i++) if (CODES[i] == code) return i;
  return -1;
}

export function operatorSpelling(index: u32): string {
  return SPELLINGS[index];
}

export function operatorOperands(index: u32): u32 {
  return u32(OPERANDS[index]);
}

export function isOperator(index: u32, first: u32, second: u32): bool {
  return CODES[index] == u16((first << 8) | second);
}
