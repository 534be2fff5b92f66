import type { StackFinding, ThreadReport } from "coldframe/pigweed";
import type { JSX } from "preact";
import { hexText } from "../../state/numbers.ts";

const WORD = 4;
const SHOWN = 128;

/** The raw stack word by word, lowest address first; words that point into code are named. */
export function StackMemory({
  thread,
  finding,
}: {
  readonly thread: ThreadReport;
  readonly finding: StackFinding | undefined;
}): JSX.Element | null {
  const { rawStack, stack } = thread;
  if (rawStack.length === 0) return null;
  const view = new DataView(rawStack.buffer, rawStack.byteOffset, rawStack.byteLength);
  const words = Math.floor(rawStack.length / WORD);
  const named = new Map(finding?.candidates.map((candidate) => [candidate.offset, candidate]));
  return (
    <section class="section">
      <h2>{`Stack memory (${rawStack.length} bytes)`}</h2>
      <table class="plain-table">
        <tbody>
          {Array.from({ length: Math.min(words, SHOWN) }, (_, ix) => {
            const offset = ix * WORD;
            const candidate = named.get(offset);
            const address = stack.pointer === undefined ? undefined : stack.pointer + BigInt(offset);
            return (
              <tr key={ix}>
                <th scope="row" class="hex-value">
                  {address === undefined ? `+${offset}` : hexText(address)}
                </th>
                <td class="hex-value">{hexText(BigInt(view.getUint32(offset, true)))}</td>
                <td class={candidate?.confirmed === true ? "name" : "dim"}>
                  {candidate === undefined
                    ? ""
                    : `${candidate.symbol?.name ?? "points into code"}${candidate.confirmed ? ", in the backtrace" : ""}`}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {words > SHOWN && <p class="dim">{`${words - SHOWN} further words: the values tree has them all.`}</p>}
    </section>
  );
}
