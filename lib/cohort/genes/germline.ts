import type { Problem } from '../values/problem.ts';
import type { Alteration } from '../values/record.ts';

/** Filters by which callers say that a variant is germline: Mutect2's, and those of its forerunners that GDC's files still have. */
const GERMLINE: ReadonlySet<string> = new Set(['germline', 'germline_risk', 'alt_allele_in_normal', 'normal_artifact']);

interface Counting {
  readonly file: string;
  readonly alteration: Alteration | undefined;
}

/** Of each file the variants that count though a filter of theirs says that they are germline: nothing but `qualifying.filters` keeps them out. */
export function germlineByFilter(counting: readonly Counting[]): readonly Problem[] {
  const told = new Map<string, { line: number; rows: number; readonly filters: Set<string> }>();
  for (const { file, alteration } of counting) {
    if (alteration?.kind !== 'mutation' || alteration.filter === null) continue;
    const filters = alteration.filter.split(/[;,]/).map((name) => name.trim());
    const calls = filters.filter((name) => GERMLINE.has(name.toLowerCase()));
    if (calls.length === 0) continue;
    const known = told.get(file) ?? { line: alteration.line, rows: 0, filters: new Set<string>() };
    known.line = Math.min(known.line, alteration.line);
    known.rows += 1;
    for (const name of calls) known.filters.add(name);
    told.set(file, known);
  }
  return [...told].map(([file, { line, rows, filters }]) => ({
    rule: 'germline-counts',
    level: 'warning',
    file,
    line,
    value: [...filters].sort().join(', '),
    rows,
    says: 'variants that count bear a filter by which their caller says that they are germline',
    remedy: 'Say under qualifying which filters pass, as `filters: [PASS]`.',
  }));
}
