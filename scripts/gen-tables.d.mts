/** docs/tables.md as it should be. */
export function renderTablesPage(): Promise<string>;
