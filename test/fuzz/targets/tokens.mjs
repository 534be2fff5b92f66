// Token databases of every kind, and messages against a good database.
import { readFileSync } from "node:fs";
import { encode, seedsIn } from "../seeds.mjs";

// biome-ignore lint/suspicious/noTemplateCurlyInString: the syntax of nested tokens
const MESSAGES = ["$AAAAAA==", "${kind}#00000001", "$16d9fa5c text $x", "%s %d %f %lld %%", "0x010203", "@", "$${d}$"];

export async function targets({ internals }) {
  const { decodeUtf8Lossy, pigweed } = internals;
  const bytes = Uint8Array.from(readFileSync("test/golden/pigweed/db/main.csv"));
  const good = pigweed.loadTokens([{ name: "main.csv", bytes }]);
  const tokens = good.entries.slice(0, 100);
  const messages = () => [
    ...encode(...MESSAGES),
    ...tokens.map(({ token }) =>
      Uint8Array.of(token & 255, (token >> 8) & 255, (token >> 16) & 255, token >>> 24, 7, 3),
    ),
  ];
  const kind = (name) => ({
    name: `token database ${name}`,
    seeds: () => seedsIn("test/golden/pigweed/db"),
    run(input) {
      const database = pigweed.mergeTokens([pigweed.readTokenFile({ name, bytes: input })]);
      pigweed.detokenizeText(messages()[0], database);
      pigweed.encodeCsvTokens(database.entries);
      pigweed.encodeBinaryTokens(database.entries);
    },
  });
  return [
    kind("a.csv"),
    {
      name: "token sections",
      seeds: () => [...seedsIn("test/golden/pigweed/db", /elf$/), ...seedsIn("test/golden/pigweed/artifacts")],
      run: (input) => {
        pigweed.readElfTokens(input, { name: "fuzz" });
      },
    },
    kind("a.json"),
    {
      name: "token messages",
      seeds: messages,
      run(input) {
        pigweed.detokenizeBytes(input, good, { showErrors: true });
        pigweed.detokenizeText(input, good);
        pigweed.formatMessage(decodeUtf8Lossy(input.subarray(0, 40)), input.subarray(40), { showErrors: true });
        pigweed.parseMessage(decodeUtf8Lossy(input));
      },
    },
  ];
}
