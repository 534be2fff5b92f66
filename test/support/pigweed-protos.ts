const texts = import.meta.glob<string>("../../proto/pigweed/**/*.proto", {
  query: "?raw",
  import: "default",
  eager: true,
});

/** The .proto files of the format by import path. */
export const PIGWEED_PROTOS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(texts).map(([path, text]) => [path.replace(/^.*proto\/pigweed\//, ""), text]),
);
