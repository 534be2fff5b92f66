import "./rt";

/** Bumped whenever an export, a status code or a record layout changes. Twin of src/js/abi/layout.ts. */
export function abi_version(): u32 {
  return 1;
}
