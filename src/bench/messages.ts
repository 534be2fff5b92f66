/**
 * The messages of the workloads, with one spelling of names for all libraries. `Snapshot` has the field numbers of
 * pw.snapshot.Snapshot, `Profile` those of perftools.profiles.Profile.
 */
export const BENCH_PROTO: string = `syntax = "proto3";
package bench;

message Batch { repeated Snapshot items = 1; }

message Snapshot {
  repeated LogEntry logs = 1;
  Metadata metadata = 16;
  map<string, string> tags = 17;
  repeated Thread threads = 18;
}

message LogEntry {
  bytes message = 1;
  uint32 level = 2;
  uint32 flags = 3;
  int64 timestamp = 4;
  int64 elapsed = 5;
  uint32 dropped = 6;
  bytes module = 7;
  bytes file = 8;
  bytes thread = 9;
}

message Metadata {
  bytes reason = 1;
  bool fatal = 2;
  bytes project = 3;
  string version = 4;
  bytes build = 5;
  bytes device = 6;
  bytes uuid = 7;
  uint32 arch = 8;
}

message Thread {
  bytes name = 1;
  bool active = 2;
  uint32 state = 3;
  repeated uint64 backtrace = 4;
  repeated string symbols = 5;
  bytes stack = 6;
  uint64 start = 7;
  uint64 end = 8;
  uint64 pointer = 9;
  uint32 usage = 10;
  uint64 peak = 11;
  uint64 id = 12;
}

message Profile {
  repeated ValueType sampletype = 1;
  repeated Sample sample = 2;
  repeated Mapping mapping = 3;
  repeated Location location = 4;
  repeated Function function = 5;
  repeated string strings = 6;
  int64 dropframes = 7;
  int64 keepframes = 8;
  int64 time = 9;
  int64 duration = 10;
  ValueType periodtype = 11;
  int64 period = 12;
}

message ValueType {
  int64 type = 1;
  int64 unit = 2;
}

message Sample {
  repeated uint64 locations = 1;
  repeated int64 values = 2;
  repeated Label labels = 3;
}

message Label {
  int64 key = 1;
  int64 str = 2;
  int64 num = 3;
  int64 unit = 4;
}

message Mapping {
  uint64 id = 1;
  uint64 start = 2;
  uint64 limit = 3;
  uint64 offset = 4;
  int64 filename = 5;
  int64 build = 6;
  bool functions = 7;
}

message Location {
  uint64 id = 1;
  uint64 mapping = 2;
  uint64 address = 3;
  repeated Line lines = 4;
}

message Line {
  uint64 function = 1;
  int64 line = 2;
}

message Function {
  uint64 id = 1;
  int64 name = 2;
  int64 systemname = 3;
  int64 filename = 4;
  int64 startline = 5;
}
`;
