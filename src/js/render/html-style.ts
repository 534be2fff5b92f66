/** The style sheet of the single-file page. A change needs the new hash below; a test compares them. */
export const STYLE: string =
  ":root{color-scheme:light dark;--ink:#1a1c1e;--dim:#5c636a;--page:#fff;--line:#d9dde1;--soft:#f4f6f8;--fault:#b3261e;--warn:#8a5300;--name:#0b57a4}" +
  "@media(prefers-color-scheme:dark){:root{--ink:#e3e5e8;--dim:#9aa2ab;--page:#15181b;--line:#33393f;--soft:#1d2125;--fault:#ff897d;--warn:#f2b866;--name:#8ab8ff}}" +
  "*{box-sizing:border-box}body{margin:0 auto;max-width:1280px;padding:16px;background:var(--page);color:var(--ink);font:14px/1.5 system-ui,sans-serif}" +
  "h1{font-size:20px;margin:0 0 4px}h2{font-size:16px;margin:24px 0 8px;border-bottom:1px solid var(--line)}nav a{margin-right:12px}a{color:var(--name)}" +
  "pre,code,td,th,summary,li{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:12.5px}pre{overflow:auto;background:var(--soft);padding:12px;margin:0}" +
  ".scroll{overflow-x:auto}table{border-collapse:collapse}th,td{text-align:left;vertical-align:top;padding:1px 12px 1px 0;white-space:pre-wrap;overflow-wrap:anywhere}th{color:var(--dim);font-weight:600}" +
  "td.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}.dim{color:var(--dim)}.name{color:var(--name)}.error,.fatal,.critical{color:var(--fault);font-weight:600}.warning{color:var(--warn)}" +
  "details{margin-left:16px}details.top{margin-left:0}summary{cursor:pointer}li{list-style:none}ul{margin:0;padding-left:16px}footer{margin-top:32px;color:var(--dim);font-size:12px}" +
  "@media print{details>*{display:block}nav{display:none}}";

/** SHA-256 of `STYLE` in base64: the only style that the page's own policy lets in. */
export const STYLE_HASH = "q9US42+P3hgB0zC0VXHLNDQ+WD6y/OrTtwnx2R0IOLs=";
