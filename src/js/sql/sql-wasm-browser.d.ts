/** The build of sql.js that needs nothing of its host but WebAssembly. */
declare module "sql.js/dist/sql-wasm-browser.js" {
  const initSqlJs: import("sql.js").InitSqlJsStatic;
  export default initSqlJs;
}
