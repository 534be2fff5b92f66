import "../rt";
import { allocate, mark, releaseTo } from "./arena";
import { ISSUES, issueCount } from "./issues";
import { index, LAYERS, layerCount, typeCount } from "./layers";
import { addLayer } from "./load";
import { buildNames, dropNames, findName, nextNamed } from "./names";
import { RUN, run, setOutput, setPlan } from "./render";
import { VERDICT } from "./verdict";
import { verifyBlob, verifyTypes } from "./verify";

// Every export of btf.wasm. One instance holds one chain of blobs (base first) for as long as its owner wants it.
// Twin of src/js/abi/btf.ts.

export function btf_abi_version(): u32 {
  return 1;
}

/** Room for a blob, a name or data. @returns its address, 0 where memory is refused. */
export function btf_reserve(bytes: u32): usize {
  return allocate(bytes);
}

export function btf_mark(): usize {
  return mark();
}

/** Gives back what was reserved after the mark. The caller keeps blobs, index and names below it. */
export function btf_release(to: usize): void {
  releaseTo(to);
}

/** Adds the blob at `ptr` (from `btf_reserve`) on top of the chain. @returns STATUS_…; issues are appended. */
export function btf_add(ptr: usize, bytes: u32): u32 {
  dropNames();
  return addLayer(ptr, bytes);
}

export function btf_layers(): usize {
  return LAYERS;
}

export function btf_layer_count(): u32 {
  return layerCount;
}

/** u32 per type, void included: address of its record. */
export function btf_index(): usize {
  return index;
}

export function btf_type_count(): u32 {
  return typeCount;
}

export function btf_issues(): usize {
  return ISSUES;
}

export function btf_issue_count(): u32 {
  return issueCount;
}

/** The kernel's verdict on header and sections of a blob. True = accepted; else see `btf_verdict`. */
export function btf_verify_blob(ptr: usize, bytes: u32, split: bool): bool {
  return verifyBlob(ptr, bytes, split);
}

/** The kernel's verdict on the types of the chain. */
export function btf_verify_types(): bool {
  return verifyTypes();
}

export function btf_verdict(): usize {
  return VERDICT;
}

/** Builds the name index if it is not there. False where memory is refused. */
export function btf_build_names(): bool {
  return buildNames();
}

/** Lowest id of that name among the kinds of the mask, or 0. */
export function btf_find(name: usize, length: u32, kinds: u32): u32 {
  return findName(name, length, kinds);
}

/** Next id of the same name, or 0. */
export function btf_find_next(id: u32, kinds: u32): u32 {
  return nextNamed(id, kinds);
}

// -- rendering -----------------------------------------------------------------------------------------------------------

/** The program to run and what its literals are relative to. */
export function btf_set_plan(program: usize, pool: usize, dataBigEndian: bool): void {
  setPlan(program, pool, dataBigEndian);
}

/** Where text and fixes go. The next `btf_run` starts at the beginning of both. */
export function btf_set_output(start: usize, bytes: u32, fixTable: usize, fixCount: u32): void {
  setOutput(start, bytes, fixTable, fixCount);
}

/** Renders up to `count` entries of fixed sizes. @returns entries done; see `btf_run_result`. */
export function btf_run(keys: usize, keyBytes: u32, values: usize, valueBytes: u32, count: u32): u32 {
  return run(keys, keyBytes, values, valueBytes, count);
}

/** u32 words: entries done, bytes written, fixes written, values beyond the data. */
export function btf_run_result(): usize {
  return RUN;
}
