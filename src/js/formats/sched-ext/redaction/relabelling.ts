import { encodeUtf8, toHexString } from "../../../base/bytes.ts";
import { SnapshotError } from "../../../base/errors.ts";
import { hmacSha256 } from "../../../base/hmac.ts";

export interface RedactOptions {
  /** Secret of at least 16 random bytes. The same key gives the same names, so that several dumps can be joined. */
  readonly key: Uint8Array;
  /** Hide names of types, members and enum variants, too. Default false: they are the scheduler's source, not its users'. */
  readonly types?: boolean | undefined;
}

const KEY_BYTES = 16;
const NAME_DIGITS = 10;
/** From here on an integer is taken for a kernel address, whatever the field is called. */
const KERNEL_FROM = 0xffff_0000_0000_0000n;
/** The last addresses are error numbers: -1 is a count that is not there. */
const ERRORS_FROM = 0xffff_ffff_ffff_f000n;
const PAGE_BITS = 12n;
const OFFSET_MASK = 0xfffn;
const KERNEL_LABEL = 0xffff_f000_0000_0000n;
const USER_LABEL = 0x7000_0000_0000n;
/** Values of `schema`, `origin`, `source`, `sched_class`, `lock_slowpath_match`, `bss_latch_state`, `cast_annotation`. */
const WORDS =
  /^(?:single|dual|degraded|(?:local|bypass) cpu \d{1,6}|global node \d{1,6}|user|live|bss_snapshot|fair|rt|dl|idle|stop|ext|queued_spin_lock_slowpath|mutex_lock_slowpath|rwsem_down_(?:read|write)_slowpath|triggered|not_triggered|out_of_bounds|not_resolved|sdt_alloc|cast→(?:arena|kernel)(?: \(sdt_alloc\))?)$/;
const SECTIONS = /\.(?:bss|data|rodata)$/;

/** New names for names and addresses: equal ones stay equal, and nothing leads back. */
export class Relabelling {
  private readonly key: Uint8Array;
  private readonly names = new Map<string, string>();
  /** Number of each page of addresses, in order of appearance. */
  private readonly pages = new Map<string, bigint>();

  /** @throws SnapshotError `UsageError` for a key that is too short to keep a secret. */
  constructor({ key }: RedactOptions) {
    if (key.length < KEY_BYTES)
      throw new SnapshotError(
        "UsageError",
        `redacting: the key has ${key.length} bytes, at least ${KEY_BYTES} are needed`,
      );
    this.key = key;
  }

  /** @param what becomes the start of the new name. */
  name(what: string, name: string): string {
    if (name === "") return "";
    let found = this.names.get(name);
    if (found === undefined) {
      found = toHexString(hmacSha256(this.key, encodeUtf8(name))).slice(0, NAME_DIGITS);
      this.names.set(name, found);
    }
    return `${what}-${found}`;
  }

  /** A map's name: its object and section stay recognisable, so that variables are found. */
  mapName(name: string): string {
    const section = SECTIONS.exec(name)?.[0] ?? "";
    const object = name.slice(0, name.length - section.length);
    return `${this.name("name", object)}${section}`;
  }

  /** A word of the format itself; what is none counts as text. */
  word(text: string): string {
    return WORDS.test(text) ? text : this.text(text);
  }

  /** Anything else that people wrote. */
  text(text: string): string {
    return text === "" ? "" : `${this.name("text", text)} (${text.length} characters)`;
  }

  /** An address keeps its place in its page, and its half of the address space. */
  address(address: bigint): bigint {
    const isKernel = address >= KERNEL_FROM;
    if (address === 0n || address >= ERRORS_FROM) return address;
    const page = this.pageOf(`${address >> PAGE_BITS}`);
    // The low half alone is how allocators name the same place.
    this.pages.set(`low ${(address & 0xffff_ffffn) >> PAGE_BITS}`, page);
    return (isKernel ? KERNEL_LABEL : USER_LABEL) + (page << PAGE_BITS) + (address & OFFSET_MASK);
  }

  /** The low 32 bits of an address. */
  lowAddress(low: bigint): bigint {
    if (low === 0n) return low;
    return (this.pageOf(`low ${low >> PAGE_BITS}`) << PAGE_BITS) + (low & OFFSET_MASK);
  }

  /** An integer of a field that is not known to hold addresses. */
  integer(value: bigint): bigint {
    const unsigned = BigInt.asUintN(64, value);
    if (unsigned < KERNEL_FROM || unsigned >= ERRORS_FROM) return value;
    const label = this.address(unsigned);
    return value < 0n ? BigInt.asIntN(64, label) : label;
  }

  private pageOf(key: string): bigint {
    let page = this.pages.get(key);
    if (page === undefined) {
      page = BigInt(this.pages.size + 1);
      this.pages.set(key, page);
    }
    return page;
  }
}
