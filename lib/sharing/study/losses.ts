import type { ResultTable } from '../../result/index.ts';

/** Something that a rule held back at a site. */
export interface Withheld {
  readonly site: string;
  readonly what: string;
  readonly rule: string;
}

const WHY: ReadonlyMap<string, string> = new Map([
  ['k', 'fewer patients than a cell may have'],
  ['grid', 'fewer at risk or leaving than a step of a curve may have'],
  ['share', 'more of a term than may be one patient’s'],
]);

/** The table of what was withheld and why. */
export function columnsOfWithheld(rows: readonly Withheld[]): ResultTable {
  return {
    id: 'withheld',
    title: 'Withheld',
    columns: [
      { key: 'site', label: 'Site', format: 'text' },
      { key: 'what', label: 'What', format: 'text' },
      { key: 'why', label: 'Why', format: 'text' },
    ],
    rows: rows.map(({ site, what, rule }) => ({ site, what, why: WHY.get(rule) ?? rule })),
    notes: [],
  };
}
