/** A pprof profile with its references resolved. Plain and cloneable. Indices are into the arrays here; -1 is none. */
export interface ProfileTables {
  readonly sampleTypes: readonly SampleType[];
  /** Index into `sampleTypes` of the values that are shown. */
  readonly shownType: number;
  /** The type the producer names as the default, often empty. */
  readonly defaultType: string;
  readonly samples: ProfileSamples;
  readonly locations: readonly ProfileLocation[];
  readonly functions: readonly ProfileFunction[];
  readonly mappings: readonly ProfileMapping[];
  readonly timeNanos: bigint;
  readonly durationNanos: bigint;
  readonly periodType?: SampleType;
  readonly period: bigint;
  readonly comments: readonly string[];
  readonly dropFrames: string;
  readonly keepFrames: string;
  readonly docUrl: string;
}

export interface SampleType {
  readonly type: string;
  readonly unit: string;
}

/** Columns; sample s has the locations `locationEnd[s-1] … locationEnd[s]`, leaf first. */
export interface ProfileSamples {
  readonly locationEnd: Uint32Array;
  readonly locations: Int32Array;
  /** `sampleTypes.length` per sample. */
  readonly values: BigInt64Array;
  readonly labels: readonly (readonly ProfileLabel[])[];
}

export interface ProfileLabel {
  readonly key: string;
  readonly text?: string;
  readonly number?: bigint;
  readonly unit?: string;
}

export interface ProfileLocation {
  readonly id: bigint;
  readonly mapping: number;
  readonly address: bigint;
  readonly lines: readonly ProfileLine[];
  readonly isFolded: boolean;
}

export interface ProfileLine {
  readonly function: number;
  readonly line: bigint;
  readonly column: bigint;
}

export interface ProfileFunction {
  readonly name: string;
  readonly systemName: string;
  readonly filename: string;
  readonly startLine: bigint;
}

export interface ProfileMapping {
  readonly id: bigint;
  readonly start: bigint;
  readonly limit: bigint;
  readonly offset: bigint;
  readonly filename: string;
  readonly buildId: string;
  readonly hasFunctions: boolean;
  readonly hasFilenames: boolean;
  readonly hasLineNumbers: boolean;
  readonly hasInlineFrames: boolean;
}
