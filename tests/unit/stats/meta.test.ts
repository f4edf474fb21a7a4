import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  eggerTest,
  HETEROGENEITY,
  logOddsRatios,
  mantelHaenszelOdds,
  metaAnalysis,
  metaRegression,
  petoOdds,
} from '../../../lib/stats/index.ts';

const study = fc.tuple(fc.double({ min: -3, max: 3, noNaN: true }), fc.double({ min: 0.01, max: 2, noNaN: true }));
const studies = fc.array(study, { minLength: 3, maxLength: 12 }).map((list) => ({
  effects: Float64Array.from(list, ([y]) => y),
  variances: Float64Array.from(list, ([, v]) => v),
}));

describe('meta-analysis', () => {
  it('keeps its tau2 and moves its effect when all effects move', () => {
    fc.assert(
      fc.property(studies, fc.constantFrom(...HETEROGENEITY), ({ effects, variances }, method) => {
        const [here, there] = [
          metaAnalysis(effects, variances, { method }),
          metaAnalysis(
            effects.map((y) => y + 2),
            variances,
            { method },
          ),
        ];
        if (!there.ok && there.problem === 'no scatter') return; // a scatter below the rounding of 2
        expect(there.ok).toBe(here.ok);
        if (!here.ok || !there.ok) return;
        expect(here.tau2).toBeGreaterThanOrEqual(0);
        expect(here.i2).toBeLessThan(100);
        expect(here.weights.reduce((a, b) => a + b, 0)).toBeCloseTo(100, 9);
        expect(there.pooled.estimate).toBeCloseTo(here.pooled.estimate + 2, 5);
        expect(there.tau2).toBeCloseTo(here.tau2, 5);
        if (here.prediction !== undefined) expect(here.prediction[0]).toBeLessThanOrEqual(here.pooled.lower + 1e-12);
      }),
    );
  });

  it('by empirical Bayes makes the weighted scatter what chance would give', () => {
    fc.assert(
      fc.property(studies, ({ effects, variances }) => {
        const found = metaAnalysis(effects, variances, { method: 'paule-mandel' });
        if (!found.ok || found.tau2 === 0) return;
        const scatter = effects.reduce(
          (sum, y, i) => sum + (y - found.pooled.estimate) ** 2 / (variances[i]! + found.tau2),
          0,
        );
        expect(scatter).toBeCloseTo(effects.length - 1, 7);
      }),
    );
  });

  it('says that there are too few studies, or that a moderator is no information', () => {
    const [y, v] = [Float64Array.of(0.1, 0.4, 0.2), Float64Array.of(0.1, 0.2, 0.1)];
    expect(metaAnalysis(y.subarray(0, 1), v.subarray(0, 1))).toEqual({ ok: false, problem: 'too few' });
    expect(metaRegression(y, v, [Float64Array.of(5, 5, 5)], ['dose'])).toEqual({
      ok: false,
      problem: 'collinear',
      columns: ['dose'],
    });
    expect(eggerTest(y.subarray(0, 2), v.subarray(0, 2))).toEqual({ ok: false, problem: 'too few' });
    expect(() => metaAnalysis(y, Float64Array.of(0.1, 0, 0.2))).toThrow(RangeError);
    expect(() => metaAnalysis(y, v.subarray(0, 2))).toThrow(RangeError);
  });

  it('finds a moderator that explains all scatter, and tests it as z does', () => {
    const dose = Float64Array.of(1, 2, 3, 4, 5);
    const found = metaRegression(
      dose.map((x) => 1 - x / 2),
      Float64Array.of(0.1, 0.2, 0.1, 0.3, 0.1),
      [dose],
      ['dose'],
      { interval: 'normal' },
    );
    expect(found).toMatchObject({ ok: true, tau2: 0 });
    if (!found.ok) return;
    expect(found.coefficients[1]!.estimate).toBeCloseTo(-0.5, 10);
    expect(found.moderators?.statistic).toBeCloseTo(found.coefficients[1]!.statistic ** 2, 8);
  });

  it('tests moderators by F, which is the square of t for one', () => {
    const found = metaRegression(
      Float64Array.of(1, 3, 2, 6, 5),
      Float64Array.of(0.1, 0.2, 0.1, 0.3, 0.1),
      [Float64Array.of(1, 2, 3, 4, 5)],
      ['dose'],
    );
    if (!found.ok) throw new Error(found.problem);
    expect(found.moderators?.statistic).toBeCloseTo(found.coefficients[1]!.statistic ** 2, 8);
    expect(found.moderators?.p).toBeCloseTo(found.coefficients[1]!.p, 10);
  });
});

describe('pooled odds ratios of tables', () => {
  it('of one study are its own, or near it', () => {
    const own = Math.log((12 * 15) / (8 * 10));
    const [mh, peto] = [mantelHaenszelOdds([[12, 8, 10, 15]]), petoOdds([[12, 8, 10, 15]])];
    expect(mh.ok && mh.logOddsRatio).toBeCloseTo(own, 12);
    expect(peto.ok && Math.abs(peto.logOddsRatio - own)).toBeLessThan(0.1);
    expect(logOddsRatios([[0, 5, 3, 4]]).effects[0]).toBeCloseTo(Math.log((0.5 * 4.5) / (5.5 * 3.5)), 12);
  });

  it('say that no study has both', () => {
    expect(mantelHaenszelOdds([[0, 5, 0, 6]])).toEqual({ ok: false, problem: 'empty margin' });
    expect(petoOdds([[0, 5, 0, 6]])).toEqual({ ok: false, problem: 'empty margin' });
  });

  it('say that all studies have empty cells on one side, where the pooled ratio is 0 or infinite', () => {
    for (const table of [
      [0, 5, 3, 4],
      [5, 0, 3, 4],
    ] as const)
      expect(mantelHaenszelOdds([table, table])).toEqual({ ok: false, problem: 'empty cells' });
  });
});
