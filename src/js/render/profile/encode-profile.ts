import type { Location, Sample } from "../../analysis/profile/samples.ts";
import type { Frame } from "../../model/stacks.ts";
import { ProtobufWriter } from "./protobuf-writer.ts";
import type { ReportHeader } from "./report.ts";

/** Field numbers of perftools.profiles.Profile; a test compares them with proto/goroutines/profile.proto. */
export const PROFILE_FIELDS = {
  Profile: {
    sample_type: 1,
    sample: 2,
    mapping: 3,
    location: 4,
    function: 5,
    string_table: 6,
    time_nanos: 9,
    period_type: 11,
    period: 12,
  },
  ValueType: { type: 1, unit: 2 },
  Sample: { location_id: 1, value: 2, label: 3 },
  Label: { key: 1, str: 2 },
  Mapping: {
    id: 1,
    filename: 5,
    build_id: 6,
    has_functions: 7,
    has_filenames: 8,
    has_line_numbers: 9,
    has_inline_frames: 10,
  },
  Location: { id: 1, mapping_id: 2, address: 3, line: 4 },
  Line: { function_id: 1, line: 2 },
  Function: { id: 1, name: 2, system_name: 3, filename: 4 },
} as const;

const F = PROFILE_FIELDS;

/**
 * Samples as a pprof profile, not compressed: what `go tool pprof` and speedscope read. Frames without an address (text
 * dumps have none) get none; frames of one location stay one location.
 */
export function encodeProfile(samples: readonly Sample[], header: ReportHeader = {}): Uint8Array<ArrayBuffer> {
  const encoder = new ProfileEncoder(header);
  for (const sample of samples) encoder.addSample(sample);
  return encoder.finish();
}

class ProfileEncoder {
  private readonly profile = new ProtobufWriter();
  private readonly locations = new Map<Location, number>();
  private readonly functions = new Map<string, number>();
  private readonly mappings = new Map<string, number>();
  private readonly strings = new Map<string, number>([["", 0]]);
  private readonly tail = new ProtobufWriter();
  private readonly header: ReportHeader;

  constructor(header: ReportHeader) {
    this.header = header;
    const type = this.valueType(header.type ?? "goroutine");
    this.profile.message(F.Profile.sample_type, type);
    this.profile.message(F.Profile.period_type, type);
    this.profile.integer(F.Profile.period, 1);
    this.profile.integer(F.Profile.time_nanos, header.timeNs ?? 0n);
  }

  addSample({ locations, labels, value }: Sample): void {
    const sample = new ProtobufWriter();
    sample.packed(
      F.Sample.location_id,
      locations.map((location) => this.location(location)),
    );
    sample.packed(F.Sample.value, [value]);
    for (const [key, text] of labels) {
      const label = new ProtobufWriter();
      label.integer(F.Label.key, this.string(key));
      label.integer(F.Label.str, this.string(text));
      sample.message(F.Sample.label, label);
    }
    this.profile.message(F.Profile.sample, sample);
  }

  finish(): Uint8Array<ArrayBuffer> {
    const body = [this.profile.finish(), this.tail.finish()];
    const strings = new ProtobufWriter();
    for (const text of this.strings.keys()) strings.text(F.Profile.string_table, text);
    body.push(strings.finish());
    const out = new Uint8Array(body.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of body) {
      out.set(part, at);
      at += part.length;
    }
    return out;
  }

  private valueType(type: string): ProtobufWriter {
    const message = new ProtobufWriter();
    message.integer(F.ValueType.type, this.string(type));
    message.integer(F.ValueType.unit, this.string("count"));
    return message;
  }

  private location(location: Location): number {
    const known = this.locations.get(location);
    if (known !== undefined) return known;
    const id = this.locations.size + 1;
    this.locations.set(location, id);
    const message = new ProtobufWriter();
    const outer = location.lines.at(-1)!;
    message.integer(F.Location.id, id);
    message.integer(F.Location.mapping_id, this.mapping(outer.module ?? ""));
    message.integer(F.Location.address, outer.address ?? 0n);
    for (const frame of location.lines)
      if (frame.functionName !== "") message.message(F.Location.line, this.line(frame));
    this.tail.message(F.Profile.location, message);
    return id;
  }

  private line(frame: Frame): ProtobufWriter {
    const message = new ProtobufWriter();
    message.integer(F.Line.function_id, this.function(frame));
    message.integer(F.Line.line, frame.line ?? 0);
    return message;
  }

  private function({ functionName, file }: Frame): number {
    const key = `${functionName}\0${file ?? ""}`;
    const known = this.functions.get(key);
    if (known !== undefined) return known;
    const id = this.functions.size + 1;
    this.functions.set(key, id);
    const message = new ProtobufWriter();
    message.integer(F.Function.id, id);
    message.integer(F.Function.name, this.string(functionName));
    message.integer(F.Function.system_name, this.string(functionName));
    message.integer(F.Function.filename, this.string(file ?? ""));
    this.tail.message(F.Profile.function, message);
    return id;
  }

  private mapping(filename: string): number {
    const name = filename === "" ? (this.header.file ?? "") : filename;
    const known = this.mappings.get(name);
    if (known !== undefined) return known;
    const id = this.mappings.size + 1;
    this.mappings.set(name, id);
    const message = new ProtobufWriter();
    message.integer(F.Mapping.id, id);
    message.integer(F.Mapping.filename, this.string(name));
    if (id === 1) message.integer(F.Mapping.build_id, this.string(this.header.buildId ?? ""));
    for (const field of ["has_functions", "has_filenames", "has_line_numbers", "has_inline_frames"] as const) {
      message.integer(F.Mapping[field], 1);
    }
    this.tail.message(F.Profile.mapping, message);
    return id;
  }

  private string(text: string): number {
    let ix = this.strings.get(text);
    if (ix === undefined) {
      ix = this.strings.size;
      this.strings.set(text, ix);
    }
    return ix;
  }
}
