import type { Rejected } from './rejected.ts';

/** Mutation_Status of what is no somatic variant, in lower case, and how it is told. cBioPortal's importer passes over the last three, too. */
const LEFT_OUT: ReadonlyMap<string, Pick<Rejected, 'rule' | 'says'>> = new Map([
  ['germline', { rule: 'germline', says: 'variants that the file calls germline are left out' }],
  ['loh', { rule: 'left-out-loh', says: 'variants that the file calls a loss of heterozygosity are left out' }],
  ['none', { rule: 'left-out-reference', says: 'rows of which the file says that there is no variant are left out' }],
  ['wildtype', { rule: 'left-out-reference', says: 'rows that the file calls wild type are left out' }],
]);

/** Leaves out what a MAF's Mutation_Status doesn't call somatic, and counts it. What says nothing is somatic, as the file is one of somatic variants. */
export class NotSomatic {
  readonly #counts = new Map<string, { readonly line: number; rows: number }>();

  /** Whether the row is left out. */
  takes(line: number, status: string): boolean {
    const name = status.toLowerCase();
    if (!LEFT_OUT.has(name)) return false;
    const known = this.#counts.get(name);
    if (known) known.rows += 1;
    else this.#counts.set(name, { line, rows: 1 });
    return true;
  }

  notes(): Rejected[] {
    return [...this.#counts].map(([name, { line, rows }]) => ({
      line,
      rows,
      column: 'Mutation_Status',
      level: 'warning',
      ...LEFT_OUT.get(name)!,
      remedy: 'None, if they are.',
    }));
  }
}
