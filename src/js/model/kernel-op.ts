/** A read or write of kernel memory that a test asks its host for (specification, section 12). */
export interface KernelOpRequest {
  readonly request_id: number;
  readonly mode: "Hot" | "Cold";
  readonly direction: "Write" | "Read";
  /** At most 256 bytes of UTF-8. */
  readonly tag: string;
  readonly entries: readonly KernelOpEntry[];
}

export interface KernelOpEntry {
  readonly target: KernelOpTarget;
  readonly value: KernelOpValue;
}

export type KernelOpTarget =
  | { readonly Symbol: string }
  | { readonly Direct: bigint }
  | { readonly Kva: bigint }
  | { readonly PerCpuField: { readonly symbol: string; readonly field: string; readonly cpu: number } }
  | {
      readonly TaskField: { readonly pid: number; readonly expected_start_time_ns: bigint; readonly field: string };
    };

export type KernelOpValue =
  | { readonly U32: number }
  | { readonly U64: bigint }
  | { readonly Bytes: Uint8Array }
  | { readonly OrU32: number };

export interface KernelOpReply {
  readonly request_id: number;
  readonly success: boolean;
  /** At most 256 bytes of UTF-8. */
  readonly reason: string;
  readonly read_values: readonly KernelOpValue[];
}
