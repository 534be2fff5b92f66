/** The one word that names a format in every folder, document and option. */
export type FormatId = "pigweed" | "bpf" | "sched-ext" | "inspect" | "goroutines";
