import type { Core } from "../../abi/core.ts";
import { decodeMessage } from "../../abi/decode.ts";
import type { Message } from "../../abi/rows.ts";
import { compileSchema } from "../../abi/schema.ts";
import { NONE } from "../../base/brand.ts";
import { Int32Column, Uint32Column } from "../../base/columns.ts";
import type { Issue } from "../../base/issue.ts";
import type { Limits } from "../../base/limits.ts";
import type { ProfileLabel, ProfileLocation, ProfileSamples, ProfileTables, SampleType } from "./profile-tables.ts";
import { SCHEMA } from "./schema.generated.ts";

const PROFILE = "perftools.profiles.Profile";
const TWO_32 = 0x1_0000_0000;
/** Above this the high word makes a number inexact; such ids are compared as bigint. */
const SAFE_HIGH = 0x20_0000;

export interface ReadProfile {
  readonly tables: ProfileTables;
  readonly issues: readonly Issue[];
}

/** Reads an uncompressed profile. Never throws for bad bytes: what refers to something missing is noted and left out. */
export function readProfile(core: Core, bytes: Uint8Array, limits: Limits): ReadProfile {
  const schema = compileSchema(SCHEMA, [PROFILE]);
  const { root, issues } = decodeMessage(core, schema, PROFILE, bytes, { lenient: true, limits });
  const reader = new ProfileReader(root, limits.issues);
  return { tables: reader.read(), issues: [...issues, ...reader.issues] };
}

class ProfileReader {
  readonly issues: Issue[] = [];
  private readonly root: Message;
  private readonly strings: readonly string[];
  private readonly maxIssues: number;
  private readonly locationIds = new Map<number | bigint, number>();

  constructor(root: Message, maxIssues: number) {
    this.root = root;
    this.strings = root.texts("string_table");
    this.maxIssues = maxIssues;
  }

  read(): ProfileTables {
    const { root } = this;
    const functionIds = new Map<bigint, number>();
    const functions = [...root.messages("function")].map((message, ix) => {
      functionIds.set(message.u64("id"), ix);
      return {
        name: this.string(message, "name"),
        systemName: this.string(message, "system_name"),
        filename: this.string(message, "filename"),
        startLine: message.i64("start_line"),
      };
    });
    const { mappings, mappingIds } = this.readMappings();
    const locations = [...root.messages("location")].map((m, ix) => this.readLocation(m, ix, functionIds, mappingIds));
    const sampleTypes = [...root.messages("sample_type")].map((message) => this.sampleType(message));
    const periodType = root.message("period_type");
    return {
      sampleTypes,
      shownType: this.shownType(sampleTypes),
      defaultType: this.string(root, "default_sample_type"),
      samples: this.readSamples(sampleTypes.length),
      locations,
      functions,
      mappings,
      timeNanos: root.i64("time_nanos"),
      durationNanos: root.i64("duration_nanos"),
      ...(periodType !== undefined && { periodType: this.sampleType(periodType) }),
      period: root.i64("period"),
      comments: root.i64s("comment").map((ix) => this.strings[Number(ix)] ?? ""),
      dropFrames: this.string(root, "drop_frames"),
      keepFrames: this.string(root, "keep_frames"),
      docUrl: this.string(root, "doc_url"),
    };
  }

  private readMappings(): { mappings: ProfileTables["mappings"]; mappingIds: ReadonlyMap<bigint, number> } {
    const mappingIds = new Map<bigint, number>();
    const mappings = [...this.root.messages("mapping")].map((message, ix) => {
      mappingIds.set(message.u64("id"), ix);
      return {
        id: message.u64("id"),
        start: message.u64("memory_start"),
        limit: message.u64("memory_limit"),
        offset: message.u64("file_offset"),
        filename: this.string(message, "filename"),
        buildId: this.string(message, "build_id"),
        hasFunctions: message.bool("has_functions"),
        hasFilenames: message.bool("has_filenames"),
        hasLineNumbers: message.bool("has_line_numbers"),
        hasInlineFrames: message.bool("has_inline_frames"),
      };
    });
    return { mappings, mappingIds };
  }

  private readLocation(
    message: Message,
    ix: number,
    functionIds: ReadonlyMap<bigint, number>,
    mappingIds: ReadonlyMap<bigint, number>,
  ): ProfileLocation {
    const id = message.u64("id");
    this.locationIds.set(id <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(id) : id, ix);
    const mappingId = message.u64("mapping_id");
    const mapping = mappingIds.get(mappingId) ?? NONE;
    if (mapping === NONE && mappingId !== 0n) this.dangling(message, "mapping", mappingId);
    const lines = [...message.messages("line")].map((line) => {
      const functionId = line.u64("function_id");
      const fn = functionIds.get(functionId) ?? NONE;
      if (fn === NONE && functionId !== 0n) this.dangling(line, "function", functionId);
      return { function: fn, line: line.i64("line"), column: line.i64("column") };
    });
    return { id, mapping, address: message.u64("address"), lines, isFolded: message.bool("is_folded") };
  }

  private readSamples(types: number): ProfileSamples {
    const list = this.root.messages("sample");
    const locations = new Int32Column(list.length * 16);
    const locationEnd = new Uint32Column(list.length);
    const values = new BigInt64Array(list.length * types);
    const labels: (readonly ProfileLabel[])[] = [];
    for (const sample of list) {
      const row = locationEnd.length;
      this.readStack(sample, locations);
      locationEnd.push(locations.length);
      sample.i64s("value").forEach((value, type) => {
        if (type < types) values[row * types + type] = value;
      });
      labels.push(this.readLabels(sample));
    }
    return { locationEnd: locationEnd.take(), locations: locations.take(), values, labels };
  }

  private readStack(sample: Message, out: Int32Column): void {
    for (const { tape, from, count, narrow } of sample.runs("location_id")) {
      const stride = narrow ? 1 : 2;
      for (let at = from; at < from + stride * count; at += stride) {
        const key = locationKey(tape[at]!, narrow ? 0 : tape[at + 1]!);
        const ix = this.locationIds.get(key);
        if (ix === undefined) this.dangling(sample, "location", key);
        else out.push(ix);
      }
    }
  }

  private readLabels(sample: Message): readonly ProfileLabel[] {
    if (sample.count("label") === 0) return NO_LABELS;
    return [...sample.messages("label")].map((label) => {
      const unit = this.string(label, "num_unit");
      const key = this.string(label, "key");
      if (label.i64("str") !== 0n) return { key, text: this.string(label, "str") };
      return { key, number: label.i64("num"), ...(unit !== "" && { unit }) };
    });
  }

  /** The default type if it is named, else the last one, as `go tool pprof` chooses. */
  private shownType(types: readonly SampleType[]): number {
    const wanted = this.string(this.root, "default_sample_type");
    const named = types.findIndex(({ type }) => type === wanted);
    return named >= 0 ? named : Math.max(0, types.length - 1);
  }

  private sampleType(message: Message): SampleType {
    return { type: this.string(message, "type"), unit: this.string(message, "unit") };
  }

  private string(message: Message, name: string): string {
    const ix = message.i64(name);
    const text = ix >= 0n && ix < BigInt(this.strings.length) ? this.strings[Number(ix)] : undefined;
    if (text === undefined && ix !== 0n) this.dangling(message, "string", ix);
    return text ?? "";
  }

  private dangling(message: Message, what: string, id: bigint | number): void {
    if (this.issues.length >= this.maxIssues) return;
    this.issues.push({
      code: "DanglingReference",
      severity: "warning",
      message: `reading a profile: ${what} ${id} is not in the profile, at byte ${message.offset}`,
      offset: message.offset,
    });
  }
}

function locationKey(lo: number, hi: number): number | bigint {
  return hi < SAFE_HIGH ? hi * TWO_32 + lo : (BigInt(hi) << 32n) | BigInt(lo);
}

const NO_LABELS: readonly ProfileLabel[] = [];
