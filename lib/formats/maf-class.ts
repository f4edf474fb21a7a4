import { type AlterationText, variantClass } from '../cohort/index.ts';
import type { Rejected } from './rejected.ts';
import { Consequence, isTerm } from './vcf/consequence.ts';
import { changeOf } from './vcf/variant.ts';

/** What says of a class that it isn't known. */
const UNKNOWN: ReadonlySet<string> = new Set(['unknown', 'could_not_determine']);

/**
 * Variant_Classification of a MAF's row: as GDC writes it, whatever its letter case; where a program wrote Sequence Ontology's terms, what vcf2maf
 * makes of them; null where it isn't known; a name that nobody has as it stands.
 */
export function classOf(written: string | null, ref: string | null, alt: string | null): string | null {
  if (written === null || UNKNOWN.has(written.toLowerCase())) return null;
  const known = variantClass(written);
  if (known !== undefined) return known;
  const terms = written.split(/[&,;]/).map((term) => term.trim());
  if (!terms.some(isTerm)) return written;
  return new Consequence(terms.join('&')).classOf(changeOf({ position: 0, ref: bases(ref), alt: bases(alt) }));
}

function bases(allele: string | null): string {
  return allele === null || allele === '-' ? '' : allele;
}

interface Told {
  readonly line: number;
  rows: number;
}

/** Counts the rows whose class nobody has: whether they change the protein isn't known. */
export class UnknownClasses {
  readonly #told = new Map<string, Told>();

  look({ class: ofClass, line }: Pick<AlterationText, 'class' | 'line'>): void {
    if (ofClass === null || variantClass(ofClass) !== undefined) return;
    const known = this.#told.get(ofClass);
    if (known) known.rows += 1;
    else if (this.#told.size < MOST_CLASSES) this.#told.set(ofClass, { line, rows: 1 });
  }

  notes(): Rejected[] {
    return [...this.#told].map(([value, { line, rows }]) => ({
      line,
      rows,
      column: 'Variant_Classification',
      value: value.slice(0, 200),
      level: 'warning',
      rule: 'unknown-class',
      says: 'the class is none that a MAF has: whether such variants change the protein is not known, so that their genes are missing',
      remedy: 'Write it as in the GDC’s MAF (Missense_Mutation …), or name it under qualifying.classes.',
    }));
  }
}

/** Beyond these the column holds something else than classes. */
const MOST_CLASSES = 50;
