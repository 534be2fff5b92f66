/**
 * The script of the flame page, as text: it draws on a canvas, zooms on click and keeps a table of functions for who
 * cannot see the drawing. A change needs the new hash below; a test compares them.
 */
export const PAGE_SCRIPT: string = `"use strict";
const data = JSON.parse(document.getElementById("flame").textContent);
const { names, name, parent, self, total, fill } = data;
const before = data.before;
const n = parent.length;
const children = Array.from({ length: n }, () => []);
for (let i = 1; i < n; i++) children[parent[i]].push(i);
const byWidth = (a, b) => total[b] - total[a] || (names[name[a]] < names[name[b]] ? -1 : 1);
const byName = (a, b) => (names[name[a]] < names[name[b]] ? -1 : names[name[a]] > names[name[b]] ? 1 : 0);
const canvas = document.querySelector("canvas");
const pen = canvas.getContext("2d");
const status = document.getElementById("status");
const search = document.getElementById("search");
const order = document.getElementById("order");
const ROW = 19;
let focus = 0;
let boxes = [];
let pattern = null;
function layOut() {
  const width = canvas.clientWidth;
  const chain = [];
  for (let i = focus; i >= 0; i = parent[i]) chain.unshift(i);
  boxes = chain.map((node, depth) => ({ node, depth, x: 0, w: width }));
  const whole = total[focus] || 1;
  for (let at = boxes.length - 1; at < boxes.length; at++) {
    const box = boxes[at];
    let x = box.x;
    for (const child of children[box.node]) {
      const w = (total[child] / whole) * width;
      if (w >= 0.4) boxes.push({ node: child, depth: box.depth + 1, x, w });
      x += Math.max(0, w);
    }
  }
  const rows = boxes.reduce((most, box) => Math.max(most, box.depth), 0) + 1;
  canvas.style.height = rows * ROW + "px";
  const scale = window.devicePixelRatio || 1;
  canvas.width = width * scale;
  canvas.height = rows * ROW * scale;
  pen.setTransform(scale, 0, 0, scale, 0, 0);
}
function draw() {
  layOut();
  pen.clearRect(0, 0, canvas.width, canvas.height);
  pen.font = "12px ui-monospace,Menlo,Consolas,monospace";
  pen.textBaseline = "middle";
  for (const { node, depth, x, w } of boxes) {
    const text = names[name[node]];
    pen.globalAlpha = pattern && !pattern.test(text) ? 0.25 : 1;
    pen.fillStyle = fill[node];
    pen.fillRect(x, depth * ROW, Math.max(w - 0.5, 0.4), ROW - 1);
    const room = Math.floor((w - 6) / 7.2);
    if (room < 3) continue;
    pen.fillStyle = "#111";
    pen.fillText(text.length > room ? text.slice(0, room - 1) + "\\u2026" : text, x + 3, depth * ROW + ROW / 2);
  }
  pen.globalAlpha = 1;
}
function tell(node) {
  const share = total[0] ? ((total[node] / total[0]) * 100).toFixed(1) : "0";
  const change = before ? ", before " + before[node] + " (" + (total[node] >= before[node] ? "+" : "") + (total[node] - before[node]) + ")" : "";
  status.textContent = names[name[node]] + " \\u2014 " + total[node] + " (" + share + " %), " + self[node] + " in itself" + change;
}
function boxAt(event) {
  const at = canvas.getBoundingClientRect();
  const x = event.clientX - at.left;
  const row = Math.floor((event.clientY - at.top) / ROW);
  return boxes.find((box) => box.depth === row && x >= box.x && x < box.x + box.w);
}
function goTo(node) {
  focus = node;
  tell(node);
  draw();
}
function sortAll() {
  for (const list of children) list.sort(order.value === "name" ? byName : byWidth);
  draw();
}
canvas.addEventListener("mousemove", (event) => { const box = boxAt(event); if (box) tell(box.node); });
canvas.addEventListener("click", (event) => { const box = boxAt(event); if (box) goTo(box.node); });
canvas.addEventListener("keydown", (event) => {
  const kin = focus === 0 ? [0] : children[parent[focus]];
  const at = kin.indexOf(focus);
  const next = { ArrowUp: parent[focus], ArrowDown: children[focus][0], ArrowLeft: kin[at - 1], ArrowRight: kin[at + 1], Escape: 0 }[event.key];
  if (next === undefined || next < 0) return;
  event.preventDefault();
  goTo(next);
});
search.addEventListener("input", () => {
  try { pattern = search.value === "" ? null : new RegExp(search.value, "i"); } catch { pattern = null; }
  for (const row of document.querySelectorAll("tbody tr")) row.hidden = pattern !== null && !pattern.test(row.cells[2].textContent);
  draw();
});
order.addEventListener("change", sortAll);
document.getElementById("reset").addEventListener("click", () => goTo(0));
window.addEventListener("resize", draw);
sortAll();
tell(0);
`;

/** SHA-256 of `PAGE_SCRIPT` in base64: the only script that the page's own policy lets run. */
export const PAGE_SCRIPT_HASH = "wq+LzdApX+7Ue1AVNKJG1Qyalt1gCXXYptIG3GHD8yA=";

export const PAGE_STYLE: string =
  ":root{color-scheme:light}*{box-sizing:border-box}body{margin:0;padding:16px;background:#fff;color:#1a1c1e;font:14px/1.5 system-ui,sans-serif}" +
  "h1{font-size:18px;margin:0 0 8px}form{display:flex;gap:8px;flex-wrap:wrap;margin:0 0 8px}input,select,button{font:inherit;padding:2px 8px}" +
  "canvas{display:block;width:100%;cursor:pointer}canvas:focus-visible{outline:2px solid #0b57a4}#status{min-height:1.5em;font-family:ui-monospace,Menlo,Consolas,monospace;font-size:12.5px;overflow-wrap:anywhere}" +
  "table{border-collapse:collapse;margin-top:16px}th,td{text-align:left;padding:1px 16px 1px 0;font-family:ui-monospace,Menlo,Consolas,monospace;font-size:12.5px;overflow-wrap:anywhere}td.n,th.n{text-align:right}th{color:#5c636a}";

/** SHA-256 of `PAGE_STYLE` in base64. */
export const PAGE_STYLE_HASH = "MxDqi9pT7XGDbE9yRszMiZFoP4GoT2nzfjyXIbb+MyE=";
