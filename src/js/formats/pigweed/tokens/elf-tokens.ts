import { arMembers, isAr } from "../../../base/ar.ts";
import { ElfFile, type ElfSection, isElf, SECTION_FLAG } from "../../../base/elf-file.ts";
import { isSnapshotError } from "../../../base/errors.ts";
import type { TokenEntry } from "./entry.ts";
import { IssueList } from "./issue-list.ts";
import type { TokenFile, TokenReadOptions } from "./token-database.ts";
import { removeWhitespace } from "./unicode.ts";
import { decodeSurrogateEscape } from "./utf8.ts";

/** Sections of tokenized strings, and of the tokenizer's own settings (specification section 15). */
const ENTRIES_SECTION = /^[\w.]*\.pw_tokenizer.entries(\.[_0-9]+)?$/;
const SETTINGS_SECTION = ".pw_tokenizer.info";

const ENTRY_MAGIC = 0xbaa9_8dee;
/** magic, token, domain length, string length: u32 little-endian each. */
const ENTRY_HEADER_BYTES = 16;
const SETTING_BYTES = 16;
const SETTING_NAME_BYTES = 12;
/** Sections may overlap; this many times the file's size is read of them. */
const MOST_OVERLAP = 4;

export function isElfOrArchive(bytes: Uint8Array): boolean {
  return isElf(bytes) || isAr(bytes);
}

/**
 * Reads the tokenized strings of an ELF file or static library, all domains. Bytes that are not UTF-8 become lone
 * surrogates. Damage ends a section with an issue; in strict mode it throws.
 * @throws SnapshotError in strict mode: `MalformedTokenDatabase`, `MalformedElf`
 */
export function readElfTokens(bytes: Uint8Array, options: TokenReadOptions = {}): TokenFile {
  const problems = new IssueList(options.name, options.strict ?? false);
  const entries: TokenEntry[] = [];
  for (const contents of selectContents(bytes, (name) => ENTRIES_SECTION.test(name), problems)) {
    for (const entry of readEntries(contents, problems)) entries.push(entry);
  }
  return { entries, issues: problems.issues };
}

/** Contents of the wanted sections of a file or of all members of a library. */
function* selectContents(
  bytes: Uint8Array,
  wanted: (name: string) => boolean,
  problems: IssueList,
): Generator<Uint8Array> {
  const budget = { left: MOST_OVERLAP * bytes.length };
  try {
    if (isAr(bytes)) {
      for (const member of arMembers(bytes)) {
        if (isElf(member.bytes)) yield* selectFromElf(member.bytes, wanted, problems, budget);
      }
    } else {
      yield* selectFromElf(bytes, wanted, problems, budget);
    }
  } catch (error) {
    if (!isSnapshotError(error)) throw error;
    problems.addError(error);
  }
}

/** Each range once: headers that point to the same bytes again and again cost nothing. */
function* selectFromElf(
  bytes: Uint8Array,
  wanted: (name: string) => boolean,
  problems: IssueList,
  budget: { left: number },
): Generator<Uint8Array> {
  const elf = new ElfFile(bytes);
  for (const issue of elf.issues) problems.addIssue(issue);
  const seen = new Set<string>();
  for (const section of elf.sections) {
    const range = `${section.offset} ${section.size}`;
    if (!wanted(section.name) || seen.has(range)) continue;
    seen.add(range);
    const contents = sectionContents(elf, section, problems);
    budget.left -= contents.length;
    if (budget.left < 0) {
      problems.add(
        "MalformedTokenDatabase",
        "reading an ELF file",
        "found sections that overlap many times",
        section.offset,
      );
      return;
    }
    yield contents;
  }
}

/** What the file has of a section, even if the section claims more. */
function sectionContents(elf: ElfFile, section: ElfSection, problems: IssueList): Uint8Array {
  try {
    return elf.contentsOf(section);
  } catch (error) {
    if (!isSnapshotError(error)) throw error;
    problems.addError(error);
    const isCompressed = (section.flags & SECTION_FLAG.compressed) !== 0;
    return isCompressed ? new Uint8Array(0) : elf.bytes.subarray(section.offset, section.offset + section.size);
  }
}

/** Reads the contents of one section of tokenized strings. */
export function readEntriesSection(contents: Uint8Array, options: TokenReadOptions = {}): TokenFile {
  const problems = new IssueList(options.name, options.strict ?? false);
  const entries = [...readEntries(contents, problems)];
  return { entries, issues: problems.issues };
}

function* readEntries(contents: Uint8Array, problems: IssueList): Generator<TokenEntry> {
  const view = new DataView(contents.buffer, contents.byteOffset, contents.length);
  const end = contents.length;
  const fail = (reason: string, at: number): void =>
    problems.add("MalformedTokenDatabase", "reading a section of tokenized strings", reason, at);
  for (let at = 0; end - at >= ENTRY_HEADER_BYTES; ) {
    const magic = view.getUint32(at, true);
    if (magic !== ENTRY_MAGIC) return fail(`found 0x${magic.toString(16).padStart(8, "0")}, expected 0xbaa98dee`, at);
    const domainAt = at + ENTRY_HEADER_BYTES;
    const stringAt = domainAt + view.getUint32(at + 8, true);
    const next = stringAt + view.getUint32(at + 12, true);
    if (next > end) return fail(`found an entry that ends at ${next}, expected ${end} at most`, at);
    if (!isTerminated(contents, domainAt, stringAt) || !isTerminated(contents, stringAt, next)) {
      return fail("found no NUL at the end of a domain or string", at);
    }
    yield {
      token: view.getUint32(at + 4, true),
      domain: removeWhitespace(decodeSurrogateEscape(contents, domainAt, stringAt - 1)),
      string: decodeSurrogateEscape(contents, stringAt, next - 1),
      removed: null,
    };
    at = next;
  }
}

function isTerminated(bytes: Uint8Array, start: number, end: number): boolean {
  return end > start && bytes[end - 1] === 0;
}

/** The tokenizer's settings in an ELF file: names (at most 12 bytes) and 32-bit values, in file order. */
export function readTokenizerSettings(bytes: Uint8Array): ReadonlyMap<string, number> {
  const settings = new Map<string, number>();
  const problems = new IssueList(undefined, false);
  for (const contents of selectContents(bytes, (name) => name === SETTINGS_SECTION, problems)) {
    const view = new DataView(contents.buffer, contents.byteOffset, contents.length);
    for (let at = 0; contents.length - at >= SETTING_BYTES; at += SETTING_BYTES) {
      const name = decodeSurrogateEscape(contents, at, at + SETTING_NAME_BYTES).replace(/\0+$/, "");
      settings.set(name, view.getUint32(at + SETTING_NAME_BYTES, true));
    }
  }
  return settings;
}
