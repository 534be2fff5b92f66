// One captured map against what bpftool prints of it.

/** Raw bytes of every entry, and the typed rendering that bpftool puts beside them. */
export async function compareMap({ snapshot, map, summary, listing, expectEqual }) {
  const { compileEntry, openCapturedBtf, renderEntries, TypeReader } = await import("../../dist/btf.js");
  const entries = listing === "" ? [] : JSON.parse(listing.replaceAll(/(?<=[:[,])-?\d{16,}(?=[,\]}])/g, '"$&"'));
  expectEqual(
    `${map.name}: entries`,
    map.chunks.reduce((sum, { count }) => sum + count, 0),
    entries.length,
  );
  const typed = map.btfValueTypeId !== 0;
  const reader = typed ? new TypeReader(await openCapturedBtf(snapshot, { id: map.btfId })) : undefined;
  const ours = map.chunks.flatMap((chunk) => rowsOf(map, chunk));
  const expected = new Map(entries.map((entry) => [hex(entry.key), entry]));
  for (const { key, values } of ours) {
    const entry = expected.get(key);
    const slots = entry?.values?.map(({ value }) => hex(value)) ?? [hex(entry?.value ?? [])];
    expectEqual(`${map.name}[${key}]`, values.join(" "), slots.join(" "));
  }
  if (reader === undefined || entries.length === 0 || entries[0].formatted === undefined) return;
  const perCpu = entries[0].values !== undefined;
  const isSection = map.btfKeyTypeId === 0;
  const shape = {
    valueTypeId: map.btfValueTypeId,
    ...(!isSection && { keyTypeId: map.btfKeyTypeId }),
    ...(perCpu && { cpus: snapshot.native.host.possibleCpus, cpuStride: Math.ceil(map.valueSize / 8) * 8 }),
  };
  const plan = compileEntry(reader, shape, { dialect: "bpftool" });
  const texts = map.chunks.flatMap((chunk) => {
    const bytes = {
      keys: chunk.keys,
      keyBytes: map.keySize,
      values: chunk.values,
      valueBytes: chunk.valueStride,
      count: chunk.count,
    };
    return [...renderEntries(reader, plan, bytes)]
      .map((piece) => Buffer.from(piece).toString())
      .join("")
      .trimEnd()
      .split("\n");
  });
  const formatted = [...listing.matchAll(/"formatted":(\{.*?\})\}(?=,\{"key":\["0x|\]\s*$)/g)].map((match) => match[1]);
  expectEqual(`${map.name}: typed`, texts.sort().join("\n"), formatted.sort().join("\n"));
  expectEqual(`${map.name}: error`, summary.maps.find(({ id }) => id === map.id).error, "");
}

function rowsOf(map, { keys, values, valueStride, count }) {
  const slot = Math.ceil(map.valueSize / 8) * 8;
  const cpus = valueStride > map.valueSize && valueStride % slot === 0 ? valueStride / slot : 1;
  const at = (bytes, from, size) => Buffer.from(bytes.subarray(from, from + size)).toString("hex");
  return Array.from({ length: count }, (_, ix) => ({
    key: at(keys, ix * map.keySize, map.keySize),
    values: Array.from({ length: cpus }, (_, cpu) => at(values, ix * valueStride + cpu * slot, map.valueSize)),
  }));
}

function hex(list) {
  return list.map((byte) => byte.slice(2)).join("");
}
