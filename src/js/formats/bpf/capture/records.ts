/**
 * A BPF capture as plain data: the messages of proto/coldframe/bpf.proto, entries gathered per map. Bytes are views of
 * the input. This is `native` of a snapshot of the format `bpf`.
 */
export interface BpfNative {
  readonly host: HostRecord;
  readonly btf: readonly BtfRecord[];
  readonly maps: readonly MapRecord[];
  readonly programs: readonly ProgramRecord[];
  readonly memory: readonly MemoryRecord[];
  readonly objects: readonly ObjectRecord[];
  readonly problems: readonly ProblemRecord[];
}

export interface HostRecord {
  readonly hostname: string;
  readonly kernelRelease: string;
  readonly kernelVersion: string;
  readonly machine: string;
  /** Nanoseconds since 1970 UTC; 0 = not known. */
  readonly capturedAtNs: bigint;
  readonly uptimeNs: bigint;
  /** In the order of the slots of a per-CPU value. */
  readonly possibleCpus: readonly number[];
  readonly bigEndian: boolean;
  /** 0 = not known. */
  readonly pointerSize: number;
  readonly producer: string;
  readonly tool: string;
  readonly command: string;
}

export interface BtfRecord {
  readonly id: number;
  readonly name: string;
  /** 0 = stands alone. */
  readonly baseId: number;
  /** Empty when the blob is only referred to. */
  readonly raw: Uint8Array;
  readonly sha256: string;
  readonly size: bigint;
  readonly rebuilt: boolean;
}

/** The kernel's own BTF is its first object. */
export const KERNEL_BTF_ID = 1;

export interface MapInfo {
  readonly id: number;
  readonly type: number;
  readonly name: string;
  readonly keySize: number;
  readonly valueSize: number;
  readonly maxEntries: number;
  readonly flags: number;
  readonly extra: bigint;
  readonly btfId: number;
  readonly btfKeyTypeId: number;
  readonly btfValueTypeId: number;
  readonly btfVmlinuxValueTypeId: number;
  readonly btfVmlinuxId: number;
  readonly frozen: boolean;
  readonly bytesMemlock: bigint;
  /** Address of the kernel's struct bpf_map; 0 = not known. */
  readonly address: bigint;
  readonly pinned: readonly string[];
  /** Why entries are missing; empty when they are all there. */
  readonly error: string;
  readonly entryCount: bigint;
}

export interface MapRecord extends MapInfo {
  readonly chunks: readonly EntryChunk[];
}

export interface EntryChunk {
  readonly count: number;
  readonly keys: Uint8Array;
  /** Of `keys` and `values` in the input. */
  readonly keysOffset: number;
  readonly values: Uint8Array;
  readonly valuesOffset: number;
  /** Bytes of one entry in `values`. */
  readonly valueStride: number;
  /** Entries of the chunk whose value could not be read, and the errno of each. */
  readonly unread: readonly number[];
  readonly unreadErrno: readonly number[];
}

export interface ProgramRecord {
  readonly id: number;
  readonly type: number;
  readonly typeName: string;
  readonly name: string;
  readonly tag: string;
  readonly gplCompatible: boolean;
  readonly loadedAt: bigint;
  readonly uid: number;
  readonly orphaned: boolean;
  readonly bytesXlated: bigint;
  readonly bytesJited: bigint;
  readonly bytesMemlock: bigint;
  readonly mapIds: readonly number[];
  readonly btfId: number;
  readonly runTimeNs: bigint;
  readonly runCount: bigint;
  readonly recursionMisses: bigint;
  readonly pinned: readonly string[];
  readonly holders: readonly { readonly pid: number; readonly comm: string }[];
}

export interface MemoryRecord {
  readonly address: bigint;
  readonly content: Uint8Array;
  readonly contentOffset: number;
  /** 0 = kernel memory, else the arena map whose user addresses these are. */
  readonly arenaMapId: number;
  readonly label: string;
}

export interface ObjectRecord {
  readonly name: string;
  readonly address: bigint;
  readonly btfId: number;
  /** 0 = look `typeName` up. */
  readonly typeId: number;
  readonly typeName: string;
}

export interface ProblemRecord {
  readonly subject: string;
  readonly message: string;
  readonly errno: number;
}

/** Characters of a name that the kernel keeps. Source: Linux include/uapi/linux/bpf.h, BPF_OBJ_NAME_LEN less its end. */
export const NAME_LENGTH = 15;

export const NO_HOST: HostRecord = {
  hostname: "",
  kernelRelease: "",
  kernelVersion: "",
  machine: "",
  capturedAtNs: 0n,
  uptimeNs: 0n,
  possibleCpus: [],
  bigEndian: false,
  pointerSize: 0,
  producer: "",
  tool: "",
  command: "",
};

export const NO_MAP: MapInfo = {
  id: 0,
  type: 0,
  name: "",
  keySize: 0,
  valueSize: 0,
  maxEntries: 0,
  flags: 0,
  extra: 0n,
  btfId: 0,
  btfKeyTypeId: 0,
  btfValueTypeId: 0,
  btfVmlinuxValueTypeId: 0,
  btfVmlinuxId: 0,
  frozen: false,
  bytesMemlock: 0n,
  address: 0n,
  pinned: [],
  error: "",
  entryCount: 0n,
};
