import { decodeUtf8Lossy } from "../../base/bytes.ts";
import { probeKernelText } from "./kernel-text/probe.ts";

const SCHEMA = /"schema"\s*:\s*"(?:single|dual|degraded)"/;
/** Names that no other kind of document has at its top. */
const MEMBERS = /"(?:maps|late|bss_latch_state|is_placeholder|scx_walker_unavailable|active_map_kvas|vcpu_regs)"\s*:/;

/** Looks for the kernel's text, the schema of a dump or of the first report of a series. */
export function probeSchedExt(head: Uint8Array): number {
  const text = decodeUtf8Lossy(head).trimStart();
  if (!/^\ufeff?(?:\{|\[\s*[{\]])/.test(text)) return probeKernelText(text);
  const isSeries = text.startsWith("[");
  if (isSeries && !/^\[\s*\{\s*"(?:tag|report)"\s*:/.test(text)) return 0;
  if (!SCHEMA.test(text)) return !isSeries && MEMBERS.test(text) ? 30 : 0;
  return MEMBERS.test(text) ? 97 : 85;
}
