#!/usr/bin/env python3
"""Writes the Unicode 14 tables that the Pigweed tokenizer needs.

    python3.11 scripts/gen-printable.py

Pigweed's tools ask Python whether text is printable and which characters are decimal digits, and the answer depends on
the Unicode version of the interpreter. The reference ran on Python 3.11 (Unicode 14.0), hosts of this library differ,
so the answer is a committed table. Only an interpreter with exactly that version may write it.
"""
import sys
import unicodedata

OUT = "src/js/formats/pigweed/tokens/committed/unicode14.generated.ts"


def base36(n: int) -> str:
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    text = ""
    while True:
        n, r = divmod(n, 36)
        text = digits[r] + text
        if n == 0:
            return text


def edges(test) -> list[int]:
    """Code points at which the answer of `test` changes, starting from false."""
    out, inside = [], False
    for c in range(0x110000):
        if test(chr(c)) != inside:
            inside = not inside
            out.append(c)
    return out


def deltas(values: list[int]) -> str:
    last, parts = 0, []
    for value in values:
        parts.append(base36(value - last))
        last = value
    return " ".join(parts)


def wrapped(name: str, doc: str, text: str) -> str:
    lines, line = [], ""
    for word in text.split(" "):
        if len(line) + len(word) > 108:
            lines.append(line)
            line = ""
        line += word + " "
    lines.append(line.rstrip())
    body = " +\n  ".join(f'"{part}"' for part in lines)
    return f"/** {doc} */\nexport const {name}: string =\n  {body};\n"


def main() -> None:
    if unicodedata.unidata_version != "14.0.0":
        sys.exit(f"needs Unicode 14.0.0, this interpreter has {unicodedata.unidata_version}")
    zeros = [c for c in range(0x110000) if unicodedata.category(chr(c)) == "Nd" and unicodedata.decimal(chr(c)) == 0]
    assert all(unicodedata.decimal(chr(z + i), -1) == i for z in zeros for i in range(10))
    with open(OUT, "w", encoding="utf-8") as file:
        file.write("// Written by scripts/gen-printable.py from Unicode 14.0.0. Do not edit.\n")
        file.write("// Base-36 differences between successive code points, blank-separated.\n\n")
        file.write(
            wrapped(
                "PRINTABLE_EDGES",
                "Code points at which printable text begins and ends, by turns. The blank U+0020 counts as printable.",
                deltas(edges(str.isprintable)),
            )
        )
        file.write("\n")
        file.write(wrapped("DECIMAL_ZEROS", "The zero of every run of ten decimal digits (category Nd).", deltas(zeros)))


if __name__ == "__main__":
    main()
