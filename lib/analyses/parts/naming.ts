/** What endpoints are usually called; any other keeps the name that the definition gives it. */
const ENDPOINTS: Readonly<Record<string, string>> = {
  os: 'Overall survival',
  dfs: 'Disease-free survival',
  rfs: 'Recurrence-free survival',
  pfs: 'Progression-free survival',
  efs: 'Event-free survival',
  mfs: 'Metastasis-free survival',
  dss: 'Disease-specific survival',
  css: 'Cancer-specific survival',
  dfi: 'Disease-free interval',
  pfi: 'Progression-free interval',
  ttp: 'Time to progression',
};

/** An endpoint's name as a title begins. */
export function endpointTitle(name: string): string {
  const key = name.toLowerCase();
  return Object.hasOwn(ENDPOINTS, key) ? ENDPOINTS[key]! : name;
}

const ALTERED = /^\s*altered\(\s*(["'])([^"']+)\1\s*\)\s*$/;

/** Labels of an expression that is false or true: `altered("KRAS")` reads `KRAS wild type` and `KRAS altered`. */
export function booleanLabels(expression: string): [string, string] {
  const gene = ALTERED.exec(expression)?.[2];
  return gene === undefined ? [`${expression}: no`, `${expression}: yes`] : [`${gene} wild type`, `${gene} altered`];
}

/** What an expression is about, for titles and columns: the gene of `altered("KRAS")`, else the text itself. */
export function expressionTitle(expression: string): string {
  return ALTERED.exec(expression)?.[2] ?? expression.trim();
}
