import type { CpuReport, CrashFinding } from "coldframe/pigweed";
import type { JSX } from "preact";
import { hexText } from "../../state/numbers.ts";

export function Registers({
  cpu,
  findings,
}: {
  readonly cpu: CpuReport;
  readonly findings: readonly CrashFinding[];
}): JSX.Element {
  const explained = new Set(findings.filter(({ severity }) => severity === "warning").map(({ about }) => about));
  return (
    <section class="section">
      <h2>Registers</h2>
      <table class="plain-table">
        <tbody>
          {cpu.registers.map(({ name, value, symbol }) => (
            <tr key={name}>
              <th scope="row" class={explained.has(name) ? "warn" : ""}>
                {name}
              </th>
              <td class="hex-value">{hexText(BigInt(value))}</td>
              <td>
                {symbol !== undefined && (
                  <>
                    {symbol.name}
                    {symbol.file !== undefined && (
                      <span class="dim">{` ${symbol.file}${symbol.line === undefined ? "" : `:${symbol.line}`}`}</span>
                    )}
                  </>
                )}
                {value === 0xffff_ffff && symbol === undefined && <span class="dim">not captured</span>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
