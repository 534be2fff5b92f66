/**
 * Every error and issue code, in one table. docs/errors.md is compared with it by a test.
 * A code is a stable promise: it is never renamed and never reused for something else.
 */
export type ErrorFamily = "input" | "lookup" | "environment" | "usage" | "bug";

export interface ErrorCodeRow {
  readonly family: ErrorFamily;
  /** When it is raised, as one sentence for docs/errors.md. */
  readonly when: string;
  /** Names of the entries of `fields`. */
  readonly fields: readonly string[];
}

export const ERROR_CODES = {
  // -- every format ------------------------------------------------------------------------------------------------
  UnknownFormat: { family: "input", when: "No format recognises the content.", fields: ["candidates"] },
  AmbiguousFormat: {
    family: "input",
    when: "Several formats recognise the content equally well.",
    fields: ["candidates"],
  },
  LimitExceeded: {
    family: "input",
    when: "A limit of docs/limits.md was reached; what was read so far is kept.",
    fields: [],
  },
  NewerSchema: {
    family: "input",
    when: "A serialized form is newer than this version reads.",
    fields: ["found", "supported"],
  },
  Unsupported: {
    family: "input",
    when: "The content uses a feature that this version does not read.",
    fields: ["feature"],
  },
  Cancelled: { family: "usage", when: "The caller's signal stopped the work.", fields: [] },
  WrongFormat: {
    family: "usage",
    when: "A call for one format was given a snapshot of another.",
    fields: ["expected", "actual"],
  },
  UsageError: { family: "usage", when: "An option, argument or combination of them is wrong.", fields: [] },
  FileNotReadable: { family: "usage", when: "A file or directory could not be read.", fields: ["file", "reason"] },
  MalformedJson: { family: "input", when: "Text is not JSON (RFC 8259).", fields: ["found"] },
  MalformedText: { family: "input", when: "Text that should be UTF-8 is not.", fields: [] },
  // -- containers --------------------------------------------------------------------------------------------------
  CorruptGzip: { family: "input", when: "Gzip input is damaged or incomplete.", fields: ["reason"] },
  CorruptZstd: { family: "input", when: "Zstandard input is damaged or incomplete.", fields: ["reason"] },
  CorruptZip: {
    family: "input",
    when: "A zip archive or an entry of it is damaged or incomplete.",
    fields: ["reason"],
  },
  SkippedEntry: { family: "input", when: "A file of an archive or directory was left out.", fields: ["reason"] },
  FurtherSnapshots: {
    family: "input",
    when: "The input holds more snapshots than the call returns.",
    fields: ["count"],
  },
  // -- endpoint ----------------------------------------------------------------------------------------------------
  UnknownRoute: { family: "lookup", when: "The endpoint has no such path.", fields: [] },
  MethodNotAllowed: { family: "usage", when: "The endpoint does not answer this method.", fields: [] },
  NotAcceptable: { family: "usage", when: "The endpoint cannot answer in a type that the client accepts.", fields: [] },
  RateLimited: {
    family: "usage",
    when: "Too many requests, from one client or at once.",
    fields: ["seconds"],
  },
  HostRefused: {
    family: "usage",
    when: "A request names another host than the one the local server is for.",
    fields: [],
  },
  // -- protobuf wire -----------------------------------------------------------------------------------------------
  TruncatedMessage: { family: "input", when: "A message ends in the middle of a field.", fields: ["at"] },
  LengthBeyondEnd: {
    family: "input",
    when: "A length runs past the end of what holds it.",
    fields: ["at", "length", "remaining"],
  },
  VarintTooLong: { family: "input", when: "A varint has more than ten bytes.", fields: ["at"] },
  FieldNumberZero: { family: "input", when: "A key has field number 0 or one above 2^29-1.", fields: ["at"] },
  InvalidWireType: { family: "input", when: "A key has wire type 6 or 7.", fields: ["at", "wireType"] },
  StrayEndGroup: { family: "input", when: "An end-group tag has no matching start.", fields: ["at"] },
  UnterminatedGroup: { family: "input", when: "A group has no end-group tag.", fields: ["at"] },
  InvalidUtf8: { family: "input", when: "A string field is not valid UTF-8.", fields: ["at"] },
  PackedLengthMismatch: {
    family: "input",
    when: "A packed field's length is not a whole number of elements.",
    fields: ["at"],
  },
  // -- schemas -----------------------------------------------------------------------------------------------------
  MalformedProto: {
    family: "input",
    when: "A .proto file or descriptor set is not valid.",
    fields: ["file", "line", "column"],
  },
  ProtoNotFound: { family: "lookup", when: "An imported .proto file was not given.", fields: ["file"] },
  MessageNotFound: { family: "lookup", when: "A schema has no message of that name.", fields: ["name"] },
  ValueOutOfRange: {
    family: "input",
    when: "A JSON value does not fit the field it is for.",
    fields: ["expected", "found"],
  },
  MissingMember: { family: "input", when: "A JSON object lacks a member that its format requires.", fields: ["name"] },
  DuplicateMember: {
    family: "input",
    when: "A JSON object has a member of its format twice; the last one counts.",
    fields: ["name"],
  },
  UnknownSchema: {
    family: "input",
    when: "A document does not say which kind it is, or says an unknown one.",
    fields: [],
  },
  CaptureIncomplete: {
    family: "environment",
    when: "Something was not captured, or only in part; the message says why. Only ever an issue.",
    fields: [],
  },
  PointerNotFollowed: {
    family: "lookup",
    when: "A pointer's target was not captured, for the reason given.",
    fields: [],
  },
  // -- traversal ---------------------------------------------------------------------------------------------------
  PathNotFound: {
    family: "lookup",
    when: "A path names something that is not there.",
    fields: ["component", "walked", "problem"],
  },
  MalformedPath: { family: "usage", when: "A path is not well formed.", fields: ["component"] },
  // -- ELF, DWARF and symbols --------------------------------------------------------------------------------------
  MalformedElf: {
    family: "input",
    when: "An ELF file, one of its sections or a static library is not well formed.",
    fields: ["reason"],
  },
  MalformedBuildId: {
    family: "input",
    when: "An ELF file has a build id section or note that is not one GNU build id.",
    fields: ["reason"],
  },
  MalformedDwarf: {
    family: "input",
    when: "Debug information is damaged; names and lines outside the damage are kept.",
    fields: ["section"],
  },
  MalformedSymbolMap: { family: "input", when: "A kallsyms or System.map file has no symbol line.", fields: [] },
  BuildIdMismatch: {
    family: "lookup",
    when: "Symbols belong to another build than the snapshot.",
    fields: ["wanted", "found"],
  },
  ArtifactNotFound: {
    family: "lookup",
    when: "No file among the artifacts has the snapshot's build id.",
    fields: ["wanted"],
  },
  // -- inspect -----------------------------------------------------------------------------------------------------
  MalformedInspect: {
    family: "input",
    when: "A file of an Inspect snapshot is not what its name promises.",
    fields: [],
  },
  UnreadableTree: {
    family: "input",
    when: "An element of inspect.json is not an Inspect tree; the others are kept.",
    fields: [],
  },
  // -- pigweed -----------------------------------------------------------------------------------------------------
  UnknownEnumValue: { family: "input", when: "A field holds a number that its enum does not name.", fields: [] },
  InvalidTimestamp: { family: "input", when: "A clock has a tick of no length.", fields: [] },
  TimeOutOfRange: { family: "input", when: "A time is beyond what its report can print.", fields: [] },
  // -- pigweed tokens ----------------------------------------------------------------------------------------------
  MalformedTokenDatabase: { family: "input", when: "A token database is not of its format.", fields: ["reason"] },
  MalformedTokenEntry: {
    family: "input",
    when: "A row or entry of a token database is not valid and was left out.",
    fields: ["reason"],
  },
  UnknownTokenBase: {
    family: "input",
    when: "A token in text names a base other than 8, 10, 16 or 64.",
    fields: ["base"],
  },
  StarArgumentFailed: {
    family: "input",
    when: "A width or precision of a tokenized message is an argument that cannot be used.",
    fields: ["format"],
  },
  UnknownToken: { family: "lookup", when: "A token is not in the database.", fields: [] },
  MalformedTrace: { family: "input", when: "A record of trace data is not well formed.", fields: [] },
  DuplicateMetric: {
    family: "input",
    when: "Two metrics have one name, or one is named as another's group.",
    fields: [],
  },
  LogOutOfSequence: { family: "input", when: "A packet of a log stream is older than the one before.", fields: [] },
  UnencodableText: { family: "input", when: "Decoded text holds what UTF-8 cannot express.", fields: [] },
  // -- goroutines --------------------------------------------------------------------------------------------------
  TruncatedDump: {
    family: "input",
    when: "A goroutine dump stops before its end: there are at least as many goroutines as were read.",
    fields: [],
  },
  UnreadLines: { family: "input", when: "Lines of a text belong to nothing that is known.", fields: [] },
  StackCut: { family: "input", when: "A stack was cut by the system that wrote it.", fields: [] },
  StackUnavailable: { family: "input", when: "The system that wrote a dump could not read a stack.", fields: [] },
  RepeatedGoroutine: {
    family: "input",
    when: "A goroutine was printed more than once; its longest stack is kept.",
    fields: [],
  },
  CountMismatch: { family: "input", when: "A stated total differs from what was read.", fields: [] },
  OtherProfile: { family: "input", when: "A profile counts something else than goroutines.", fields: [] },
  DanglingReference: { family: "input", when: "A profile refers to something that it does not hold.", fields: [] },
  NoGoroutines: { family: "input", when: "An input holds nothing that can be read as goroutines.", fields: [] },
  DifferentInstants: {
    family: "input",
    when: "Forms of one process were captured one after another, so their totals differ.",
    fields: [],
  },
  MalformedManifest: { family: "input", when: "A capture's manifest is not one.", fields: [] },
  MalformedReportSpec: { family: "usage", when: "A report spec file is not one.", fields: [] },
  InvalidQuery: { family: "usage", when: "A query is not valid SQL, or fails.", fields: ["sql"] },
  CaptureFailed: { family: "environment", when: "A process could not be captured.", fields: ["kind"] },
  // -- captured maps: the variants of specs/sched-ext section 6; fields are named as they are serialized -------------
  MapNotFound: {
    family: "lookup",
    when: "No captured map has that name, or the active filter does not admit it.",
    fields: ["requested", "available"],
  },
  VarNotFound: { family: "lookup", when: "No global section has that variable.", fields: ["requested", "available"] },
  AmbiguousVar: {
    family: "lookup",
    when: "Several global sections have that variable and none is known to be the active one.",
    fields: ["requested", "found_in"],
  },
  FieldNotFound: {
    family: "lookup",
    when: "A struct has no member of that name.",
    fields: ["requested", "walked", "component", "available"],
  },
  NotAStruct: {
    family: "lookup",
    when: "A path goes on below something without members.",
    fields: ["requested", "walked", "component", "kind"],
  },
  TypeMismatch: {
    family: "lookup",
    when: "A value is not of the type that was asked for.",
    fields: ["expected", "actual", "requested"],
  },
  IndexOutOfRange: {
    family: "lookup",
    when: "An entry or element beyond the last was asked for.",
    fields: ["map", "index", "len"],
  },
  PerCpuSlot: {
    family: "lookup",
    when: "A CPU has no slot in a per-CPU entry, or its slot was not mapped.",
    fields: ["map", "cpu", "len", "unmapped"],
  },
  NoMatch: {
    family: "lookup",
    when: "No entry satisfies the predicate, or there is nothing to aggregate.",
    fields: ["map", "op", "len", "available_keys"],
  },
  EmptyPathComponent: { family: "usage", when: "A path has an empty component.", fields: ["requested"] },
  PerCpuNotNarrowed: {
    family: "usage",
    when: "A value of a per-CPU entry was asked for without saying which CPU.",
    fields: ["map"],
  },
  NoRendered: {
    family: "lookup",
    when: "A key or value has no rendering because its BTF type was not known at capture.",
    fields: ["map", "side"],
  },
  PlaceholderSample: {
    family: "lookup",
    when: "A sample of a series is a placeholder for a failed capture.",
    fields: ["tag", "reason"],
  },
  MissingStats: { family: "lookup", when: "A sample has no scheduler statistics.", fields: ["tag", "reason"] },
  HostFieldUnavailable: { family: "lookup", when: "A sample has no row for that CPU.", fields: ["tag", "cpu"] },
  PlaceholderSnapshot: {
    family: "lookup",
    when: "The capture failed; the report is a placeholder without maps.",
    fields: ["tag"],
  },
  NoActiveScheduler: {
    family: "lookup",
    when: "The running scheduler's copy of the maps cannot be told from the others.",
    fields: ["reason"],
  },
  ActiveFilterExcludedMaps: {
    family: "lookup",
    when: "All maps of the active object were excluded by the list of live map addresses.",
    fields: ["requested", "active_obj", "excluded_maps", "whitelist_kvas"],
  },
  WalkerDriftedWithinPhase: {
    family: "lookup",
    when: "The identity of the running scheduler changed within one phase of a series.",
    fields: ["phase", "pinned_kvas", "sample_kvas", "requested"],
  },
  ProjectionFailed: { family: "usage", when: "A picker chose no candidate or one out of range.", fields: ["reason"] },
  MapRenderIncomplete: {
    family: "lookup",
    when: "A map's contents are missing because reading them failed at capture.",
    fields: ["map", "error"],
  },
  // -- BTF and BPF captures ----------------------------------------------------------------------------------------
  MalformedBtf: {
    family: "input",
    when: "A BTF blob is damaged; the types before the damage are kept.",
    fields: ["typeId", "reason"],
  },
  BtfBaseMismatch: {
    family: "input",
    when: "A split BTF does not fit the base it was given.",
    fields: ["typeName", "reason"],
  },
  ToolFailed: {
    family: "environment",
    when: "A program that a capture is made with is not there, or failed; the message has its own words.",
    fields: ["tool", "reason"],
  },
  MalformedCapture: {
    family: "input",
    when: "A BPF capture, or a listing to be made one, is not well formed; the records that are well formed are kept.",
    fields: ["reason"],
  },
  TypeNotFound: { family: "lookup", when: "BTF has no type of that name or id.", fields: ["name"] },
  TypeCycle: { family: "input", when: "A chain of BTF types does not end.", fields: ["typeId"] },
  TypeWithoutSize: {
    family: "input",
    when: "Bytes cannot be read as a type that has no size: void, a function or a forward declaration.",
    fields: ["typeId"],
  },
  TypeMissing: { family: "input", when: "Bytes have no type: the capture holds no BTF for them.", fields: ["btfId"] },
  ValueNotRead: { family: "input", when: "The kernel refused to give an entry's value.", fields: ["errno"] },
  NullPointer: { family: "lookup", when: "A path leads through a pointer that is null.", fields: ["component"] },
  UnmappedAddress: {
    family: "lookup",
    when: "A pointer leads to memory that was not captured.",
    fields: ["address", "length"],
  },
  PointerCycle: { family: "lookup", when: "Following pointers leads back to where it began.", fields: ["address"] },
  MalformedAssertions: {
    family: "usage",
    when: "A file of assertions is not of its form; the path says where.",
    fields: ["reason"],
  },
  // -- bridge and wire of captures -----------------------------------------------------------------------------------
  WatchLimitReached: {
    family: "usage",
    when: "Every watchpoint that callers may use is taken.",
    fields: ["symbol", "cap"],
  },
  WatchUnavailable: { family: "usage", when: "A bridge has nobody who arms watchpoints.", fields: ["symbol"] },
  WatchRefused: { family: "environment", when: "The host refused a watchpoint.", fields: ["symbol", "reason"] },
  NoActiveBridge: { family: "usage", when: "A capture was asked for, but no bridge is installed.", fields: [] },
  MalformedFrame: { family: "input", when: "A frame or its payload is not of the wire format.", fields: ["type"] },
  TransportFailed: { family: "environment", when: "A byte stream to the host ended or failed.", fields: ["reason"] },
  // -- rules and expressions ---------------------------------------------------------------------------------------
  MalformedRegex: {
    family: "usage",
    when: "A regular expression is not one of the Rust regex syntax, or too large.",
    fields: ["reason"],
  },
  ExpressionSyntax: {
    family: "usage",
    when: "An expression of the rule language is not well formed.",
    fields: ["line", "column", "found", "expected", "report"],
  },
  SelectorSyntax: {
    family: "usage",
    when: "A selector of the rule language is not well formed.",
    fields: ["found", "expected"],
  },
  FilingFailed: { family: "environment", when: "A report could not be accepted for filing.", fields: [] },
  MalformedState: { family: "input", when: "The kept state of a detector is not well formed.", fields: ["reason"] },
  MalformedFilter: { family: "usage", when: "A condition over facts is not well formed.", fields: ["expected"] },
  InvalidRules: {
    family: "usage",
    when: "A rule file is not valid; the whole set of rules is refused.",
    fields: ["file", "line", "column"],
  },
  // -- environment -------------------------------------------------------------------------------------------------
  WasmUnavailable: {
    family: "environment",
    when: "The host cannot compile or instantiate the core.",
    fields: ["reason"],
  },
  AbiMismatch: {
    family: "environment",
    when: "The core and this library are of different ABI versions.",
    fields: ["expected", "found"],
  },
  WorkerTimeout: { family: "environment", when: "A worker did not answer in time.", fields: ["timeoutMs"] },
  WorkerFailed: { family: "environment", when: "A worker could not be started or died.", fields: ["reason"] },
  // -- ours --------------------------------------------------------------------------------------------------------
  InternalError: { family: "bug", when: "A bug of coldframe: please report it.", fields: ["call"] },
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;
