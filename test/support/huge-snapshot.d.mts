/** Bytes of the deterministic large snapshot with so many logs and threads (default 64). */
export function hugeSnapshot(logs: number, threads?: number): Uint8Array<ArrayBuffer>;
