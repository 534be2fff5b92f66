export function renderErrorsPage(): Promise<string>;
export function renderLimitsPage(): string;
export function renderFunctionsPage(): Promise<string>;
export function renderRulePacksPage(): string;
