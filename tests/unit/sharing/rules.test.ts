import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  atomsOf,
  largestShare,
  ledgerHolds,
  ledgerOf,
  type StudyAnalysis,
  satisfies,
  scoreStatistic,
  smallAtoms,
  tooFew,
} from '../../../lib/sharing/index.ts';

const LIMITS = {
  k: 5,
  patients: 30,
  events: 10,
  perEvent: 5,
  perPatient: 10,
  score: 25,
  share: 0.3333,
  ledger: 0.3333,
};

const people = (from: number, to: number): Set<string> =>
  new Set(Array.from({ length: to - from }, (_, i) => `p${from + i}`));

describe('Sets of patients whose sums were sent', () => {
  it('fall apart into one patient where two tables differ by one', () => {
    expect(atomsOf([people(0, 70), people(0, 69)]).sort()).toEqual([1, 69]);
    expect(smallAtoms([people(0, 70), people(0, 69)], 5)).toBe(1);
  });

  it('may be the same, apart, or differ by k or more', () => {
    expect(smallAtoms([people(0, 70), people(0, 70)], 5)).toBe(0);
    expect(smallAtoms([people(0, 40), people(40, 80)], 5)).toBe(0);
    expect(smallAtoms([people(0, 70), people(0, 65)], 5)).toBe(0);
  });

  it('are cut by three where no two would tell', () => {
    const sets = [people(0, 40), people(20, 60), people(34, 46)];
    expect(atomsOf(sets).sort((a, b) => a - b)).toEqual([6, 6, 14, 14, 20]);
    expect(smallAtoms([people(0, 40), people(20, 60), people(37, 46)], 5)).toBe(1);
  });

  it('come to their union, in any order', () => {
    const set = fc.uniqueArray(fc.nat(40), { maxLength: 40 }).map((rows) => new Set(rows.map((row) => `p${row}`)));
    fc.assert(
      fc.property(fc.array(set, { minLength: 1, maxLength: 6 }), (sets) => {
        const sizes = atomsOf(sets);
        expect(sizes.reduce((a, b) => a + b, 0)).toBe(new Set(sets.flatMap((each) => [...each])).size);
        expect(atomsOf([...sets].reverse()).sort()).toEqual(sizes.sort());
      }),
    );
  });
});

describe('The ledger of linear statistics', () => {
  const cox: StudyAnalysis = {
    id: 'cox',
    method: 'cox/1',
    mode: 'open',
    endpoint: 'os',
    covariates: ['female', 'age', 'ecog'],
    ties: 'efron',
    rounds: 2,
  };

  it('counts a vector a round of a model, and one for its own coefficients', () => {
    expect(ledgerOf(cox, () => 2)).toEqual({ of: 'os', statistics: 9 });
    expect(ledgerOf({ ...cox, mode: 'masked', rounds: 4 }, () => 2)).toEqual({ of: 'os', statistics: 12 });
  });

  it('counts groups of a log-rank test but one, genes, and no counts', () => {
    const more = { id: 'x', mode: 'open', endpoint: 'os' } as const;
    expect(ledgerOf({ ...more, method: 'log-rank/1', group: 'arm' }, () => 3)?.statistics).toBe(2);
    expect(ledgerOf({ ...more, method: 'gene-scores/1', genes: ['KRAS', 'TP53'] }, () => 2)?.statistics).toBe(2);
    expect(
      ledgerOf({ ...more, method: 'kaplan-meier/1', grid: { unit: 'days', width: 30, last: 900 }, at: [] }, () => 2),
    ).toBeUndefined();
  });

  it('has room for a third of the patients', () => {
    expect(ledgerHolds(9, 14, 71, 1 / 3)).toBe(true);
    expect(ledgerHolds(9, 15, 71, 1 / 3)).toBe(false);
  });
});

describe('Sums over covariates', () => {
  it('stand on enough patients and events, in all and a covariate', () => {
    const behind = (patients: number, events: number, covariates: number) =>
      tooFew({ patients, events, covariates }, LIMITS);
    expect(behind(70, 40, 3)).toBeUndefined();
    expect(behind(29, 20, 1)).toBe('patients');
    expect(behind(70, 9, 1)).toBe('events');
    expect(behind(45, 40, 5)).toBe('patients');
    expect(behind(70, 14, 3)).toBe('events');
  });
});

describe('Coefficients that a site is sent', () => {
  it('are judged by the score statistic, as the inverse of the information has it', () => {
    // U' I^-1 U of a 2 x 2 information, by hand: inverse of [[4, 1], [1, 2]] is [[2, -1], [-1, 4]] / 7
    expect(scoreStatistic([3, 5], [4, 1, 1, 2])).toBeCloseTo((3 * 3 * 2 - 2 * 3 * 5 + 5 * 5 * 4) / 7, 12);
    expect(scoreStatistic([1, 1], [1, 1, 1, 1])).toBe(Number.POSITIVE_INFINITY);
  });

  it('may not let one patient be more than a third of a term', () => {
    expect(largestShare([1, 1, 1, 1], [1, 1, 1, 1], 1)).toBe(0.25);
    expect(largestShare([1, 2, 1, 3], [0.9, 0.001], 2)).toBeGreaterThan(0.99);
  });
});

describe('Thresholds', () => {
  it('of a protocol satisfy a site that asks as much or less', () => {
    expect(satisfies(LIMITS, LIMITS)).toBe(true);
    expect(satisfies({ ...LIMITS, k: 10 }, LIMITS)).toBe(true);
    expect(satisfies(LIMITS, { ...LIMITS, k: 10 })).toBe(false);
    expect(satisfies(LIMITS, { ...LIMITS, ledger: 0.1 })).toBe(false);
  });
});
