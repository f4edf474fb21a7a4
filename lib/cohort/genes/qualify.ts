import type { Definition } from '../definition/schema.ts';
import { MISSING } from '../values/frame.ts';
import type { Alteration } from '../values/record.ts';
import { changesProtein, variantClass } from './classes.ts';

/**
 * Whether an alteration counts: 0, 1, or 2 where what the definition asks for isn't known of it. Several filters that a row names by `;` or
 * `,` all have to pass. Class, filter and share of reads are asked of mutations only.
 */
export function qualifier({ filters, minVaf, classes }: Definition['qualifying']): (alteration: Alteration) => number {
  const passing = filters === 'any' ? undefined : new Set(filters);
  const among = Array.isArray(classes) ? new Set(classes.map((name) => variantClass(name) ?? name)) : undefined;
  const ofClasses = (ofClass: string): boolean | undefined => (among ? among.has(ofClass) : changesProtein(ofClass));
  const all = (...parts: readonly number[]): number => (parts.includes(0) ? 0 : parts.includes(MISSING) ? MISSING : 1);
  return ({ kind, class: ofClass, filter, alleleFraction, value }) => {
    if (kind === 'copy number' && value === null) return MISSING; // the cell holds nothing
    if (kind !== 'mutation') return 1;
    return all(
      classes === 'any' ? 1 : known(ofClass, ofClasses),
      passing ? known(filter, (value) => value.split(/[;,]/).every((part) => passing.has(part.trim()))) : 1,
      minVaf > 0 ? known(alleleFraction, (value) => value >= minVaf) : 1,
    );
  };
}

function known<T>(value: T | null, holds: (value: T) => boolean | undefined): number {
  const does = value === null ? undefined : holds(value);
  return does === undefined ? MISSING : does ? 1 : 0;
}
