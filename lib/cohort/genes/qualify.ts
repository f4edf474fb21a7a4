import type { Definition } from '../definition/schema.ts';
import { MISSING } from '../values/frame.ts';
import type { Alteration } from '../values/record.ts';

/** Variant_Classification of what changes the protein or its splicing. */
const PROTEIN_CHANGING_OR_SPLICE: ReadonlySet<string> = new Set([
  'Missense_Mutation',
  'Nonsense_Mutation',
  'Nonstop_Mutation',
  'Frame_Shift_Del',
  'Frame_Shift_Ins',
  'In_Frame_Del',
  'In_Frame_Ins',
  'Splice_Site',
  'Translation_Start_Site',
]);

/**
 * Whether an alteration counts: 0, 1, or 2 where what the definition asks for isn't known of it. Several filters that a row names by `;` or
 * `,` all have to pass. Class, filter and share of reads are asked of mutations only.
 */
export function qualifier({ filters, minVaf, classes }: Definition['qualifying']): (alteration: Alteration) => number {
  const passing = filters === 'any' ? undefined : new Set(filters);
  const among =
    classes === 'any'
      ? undefined
      : classes === 'protein-changing-or-splice'
        ? PROTEIN_CHANGING_OR_SPLICE
        : new Set(classes);
  const all = (...parts: readonly number[]): number => (parts.includes(0) ? 0 : parts.includes(MISSING) ? MISSING : 1);
  return ({ kind, class: ofClass, filter, alleleFraction, value }) => {
    if (kind === 'copy number' && value === null) return MISSING; // the cell holds nothing
    if (kind !== 'mutation') return 1;
    return all(
      among ? known(ofClass, (value) => among.has(value)) : 1,
      passing ? known(filter, (value) => value.split(/[;,]/).every((part) => passing.has(part.trim()))) : 1,
      minVaf > 0 ? known(alleleFraction, (value) => value >= minVaf) : 1,
    );
  };
}

function known<T>(value: T | null, holds: (value: T) => boolean): number {
  return value === null ? MISSING : holds(value) ? 1 : 0;
}
