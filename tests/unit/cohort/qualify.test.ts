import { describe, expect, it } from 'vitest';
import { qualifier } from '../../../lib/cohort/genes/qualify.ts';
import type { Alteration, Definition } from '../../../lib/cohort/index.ts';

const mutation = (ofClass: string | null): Alteration =>
  ({ kind: 'mutation', class: ofClass, filter: 'PASS', alleleFraction: 0.3, value: null }) as Alteration;
const by = (classes: Definition['qualifying']['classes'], ofClass: string | null): number =>
  qualifier({ filters: 'any', minVaf: 0, classes })(mutation(ofClass));

const [NO, YES, MISSING] = [0, 1, 2];

describe('Whether a mutation counts', () => {
  it('is told by its class where that is known, and missing where it is not', () => {
    const asked = ['Missense_Mutation', 'Splice_Site', 'Silent', "3'UTR", 'pathogenic', null] as const;
    expect(asked.map((ofClass) => by('protein-changing-or-splice', ofClass))).toEqual([
      YES,
      YES,
      NO,
      NO,
      MISSING,
      MISSING,
    ]);
  });

  it('asks a list for its names, however they are spelt', () => {
    expect(by(['pathogenic', 'missense_mutation'], 'pathogenic')).toBe(YES);
    expect(by(['pathogenic', 'missense_mutation'], 'Missense_Mutation')).toBe(YES);
    expect(by(['pathogenic', 'missense_mutation'], 'Silent')).toBe(NO);
    expect(by('any', 'pathogenic')).toBe(YES);
  });
});
