import { type FlameTree, flamePath, functionTotals } from "coldframe/goroutines";
import type { Detail, TableModel } from "../../state/types.ts";

/** Functions with what is in them and below them: the flame graph for who cannot see it. */
export function functionTable(tree: FlameTree, enter: (name: string) => void): TableModel {
  const rows = functionTotals(tree);
  const whole = tree.total[0] ?? 0;
  return {
    name: "functions",
    columns: [
      { name: "total", width: 90, align: "end" },
      { name: "share", width: 80, align: "end" },
      { name: "self", width: 90, align: "end" },
      { name: "function" },
    ],
    length: rows.length,
    scalar(row, column) {
      const { name, self, total } = rows[row]!;
      return [BigInt(total), whole === 0 ? 0 : total / whole, BigInt(self), name][column] ?? null;
    },
    text: (row, column) => (column === 1 ? shareText(rows[row]!.total, whole) : undefined),
    detail(row) {
      const { name, self, total } = rows[row]!;
      return {
        title: name,
        fields: [
          { name: "total", value: `${total} (${shareText(total, whole)})` },
          { name: "self", value: String(self) },
          { name: "Enter", value: "shows it between its callers and callees" },
        ],
        filter: `function == '${name.replaceAll("'", "\\'")}'`,
        json: () => rows[row],
      };
    },
    enter: (row) => enter(rows[row]!.name),
  };
}

export function nodeDetail(tree: FlameTree, node: number): Detail {
  const path = flamePath(tree, node);
  const [total, self, whole] = [tree.total[node]!, tree.self[node]!, tree.total[0] ?? 0];
  const before = tree.before?.[node];
  return {
    title: tree.names[tree.name[node]!]!,
    fields: [
      { name: "total", value: `${total.toLocaleString("en")} (${shareText(total, whole)})` },
      { name: "self", value: self.toLocaleString("en") },
      ...(before === undefined
        ? []
        : [{ name: "before", value: `${before} (${total >= before ? "+" : ""}${total - before})` }]),
      { name: "called by", value: path.slice(0, -1).reverse().join("\n") || "nothing: it is outermost" },
    ],
    folded: () => `${path.map((name) => name.replace(/[;\n]/g, " ")).join(";")} ${total}\n`,
    json: () => ({ path, total, self, ...(before !== undefined && { before }) }),
  };
}

function shareText(part: number, whole: number): string {
  return whole === 0 ? "" : `${((100 * part) / whole).toFixed(1)} %`;
}
