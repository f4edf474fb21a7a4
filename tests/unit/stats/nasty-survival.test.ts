import { describe, expect, it } from 'vitest';
import {
  type CoxRows,
  concordance,
  cox,
  InvalidFollowUp,
  kaplanMeier,
  logRank,
  quantile,
  SURVIVAL_INTERVALS,
  type SurvivalInterval,
  survivalAt,
} from '../../../lib/stats/index.ts';
import { observed } from './follow-ups.ts';

// What R makes of each stands in brackets where it differs. A title is the case.

const X = [1, 0, 1, 0, 1, 0];
const TIMES = [1, 2, 3, 4, 5, 6];
const ALL = [1, 1, 1, 1, 1, 1];
const NONE = [0, 0, 0, 0, 0, 0];

function rows(time: number[], event: number[], columns: number[][], more: Partial<CoxRows> = {}): CoxRows {
  return {
    ...observed(time, event),
    covariates: columns.map((column) => Float64Array.from(column)),
    names: columns.map((_, j) => 'xyz'[j]!),
    ...more,
  };
}

const compared = (time: number[], event: number[], group: number[], groups: number) =>
  logRank.solve(logRank.accumulate(observed(time, event), Int32Array.from(group), groups));
const curve = (time: number[], event: number[], interval: SurvivalInterval = 'log') =>
  kaplanMeier.solve(kaplanMeier.accumulate(observed(time, event)), { interval });
const ordered = (time: number[], event: number[], marker: number[]) =>
  concordance.solve(concordance.accumulate(observed(time, event), Float64Array.from(marker)));

/** Fifty patients whose hazard rises with `a`. */
const WAVE = Array.from({ length: 50 }, (_, i) => Math.sin(12.9898 * i) * 2);
const RISING = WAVE.map((a, i) => Math.exp(-a) * (0.2 + ((i * 37) % 50) / 25));
const ONES = WAVE.map(() => 1);

describe('Cox regression', () => {
  it('of all events at one time has coefficient 0 and its standard error', () => {
    const fit = cox.fit(rows([5, 5, 5, 5, 5, 5], ALL, [[1, 2, 3, 4, 5, 9]]));
    expect(fit).toMatchObject({ ok: true, coefficients: [expect.closeTo(0, 12)] });
    expect(fit.ok && fit.standardErrors[0]).toBeCloseTo(0.158, 3);
  });

  it('of no events says so [NA]', () => {
    expect(cox.fit(rows(TIMES, NONE, [X]))).toMatchObject({ ok: false, problem: 'no events' });
  });

  it('of one subject has no information [an error]', () => {
    expect(cox.fit(rows([3], [1], [[2]]))).toMatchObject({ ok: false, problem: 'no information', columns: ['x'] });
  });

  it('names a constant covariate [NA, variance 0]', () => {
    const found = cox.fit(rows(TIMES, ALL, [[2, 2, 2, 2, 2, 2]]));
    expect(found).toMatchObject({ ok: false, problem: 'constant', columns: ['x'] });
  });

  it('without a carrier event is monotone, to minus infinity, with both tests [-21.2, a warning]', () => {
    const carriers = [0, 1, 0, 1, 0, 1, 0, 1];
    const found = cox.fit(rows([1, 2, 3, 4, 5, 6, 7, 8], [1, 0, 1, 0, 1, 0, 1, 0], [carriers]));
    expect(found).toMatchObject({ ok: false, problem: 'monotone', columns: ['x'], directions: [-1] });
    if (found.ok || found.problem !== 'monotone') return;
    for (const test of [found.score, found.likelihoodRatio]) expect(test.p).toBeGreaterThan(0);
  });

  it('by a covariate that orders the times is monotone [19.3, iterations exhausted]', () => {
    const falling = [8, 7, 6, 5, 4, 3, 2, 1];
    const found = cox.fit(rows(falling.toReversed(), ONES.slice(0, 8), [falling]));
    expect(found).toMatchObject({ ok: false, problem: 'monotone', columns: ['x'], directions: [1] });
  });

  it('by a and 2 a is collinear, and names the second [NA]', () => {
    const found = cox.fit(rows(RISING, ONES, [WAVE, WAVE.map((a) => 2 * a)]));
    expect(found).toMatchObject({ ok: false, problem: 'collinear', columns: ['y'] });
  });

  it('by a and a + 1e-6 s is collinear, within a stated tolerance [NA]', () => {
    const near = WAVE.map((a, i) => a + 1e-6 * Math.sin(i));
    const found = cox.fit(rows(RISING, ONES, [WAVE, near]));
    expect(found).toMatchObject({ ok: false, problem: 'collinear', columns: ['y'] });
  });

  it('by a + 1e8 is that by a, and by a + 1e12 as far as its digits go', () => {
    const by = (offset: number) => {
      const fit = cox.fit(rows(RISING, ONES, [WAVE.map((a) => a + offset)]));
      if (!fit.ok) throw new Error(fit.problem);
      return fit.coefficients[0]!;
    };
    expect(by(1e8)).toBeCloseTo(by(0), 6);
    expect(by(1e12)).toBeCloseTo(by(0), 3);
  });

  it('with a linear predictor of 800 overflows by name, but for an offset that is constant, which is centred [an error]', () => {
    const with800 = (offset: number[]) =>
      cox.fit(rows(RISING, ONES, [WAVE], { offset: Float64Array.from(offset, (o) => 800 * o) }));
    const constant = with800(ONES);
    const plain = cox.fit(rows(RISING, ONES, [WAVE]));
    expect(constant.ok && constant.coefficients[0]).toBeCloseTo(plain.ok ? plain.coefficients[0]! : Number.NaN, 9);
    expect(with800(WAVE)).toMatchObject({ ok: false, problem: 'overflow' });
  });

  it('takes 0.1 + 0.2 and 0.3 for tied, as the curve does', () => {
    const times = [0.1 + 0.2, 0.3, 1];
    const of = (time: number[]) => cox.fit(rows(time, [1, 1, 1], [[0, 1, 1]]));
    expect(of(times)).toEqual(of([0.3, 0.3, 1]));
    expect(curve(times, [1, 1, 1]).time).toHaveLength(2);
  });

  it('ignores a singleton stratum, and has no information where all are such [β 0, se 0]', () => {
    const strata = (codes: number[]) => ({ strata: Int32Array.from(codes) });
    const fit = cox.fit(rows(TIMES, ALL, [X], strata([1, 1, 1, 1, 1, 2])));
    const without = cox.fit(rows(TIMES.slice(0, 5), ALL.slice(0, 5), [X.slice(0, 5)]));
    expect(fit.ok && fit.coefficients).toEqual(without.ok && without.coefficients);
    expect(cox.fit(rows(TIMES, ALL, [X], strata(TIMES)))).toMatchObject({ ok: false, problem: 'no information' });
  });

  it('drops a row of weight 0 and counts it, whatever comes of the fit [an error]', () => {
    const weights = Float64Array.of(1, 1, 0, 1, 1, 1);
    const fit = cox.fit(rows(TIMES, ALL, [X], { weights }));
    const without = cox.fit(rows([1, 2, 4, 5, 6], ALL.slice(0, 5), [[1, 0, 0, 1, 0]]));
    expect(fit).toMatchObject({ ok: true, n: 5, dropped: 1 });
    expect(fit.ok && fit.coefficients).toEqual(without.ok && without.coefficients);
    expect(without.dropped).toBe(0);
    const strata = Int32Array.of(1, 1, 2, 1, 1, 1);
    expect(cox.fit(rows(TIMES, ALL, [X], { weights, strata }))).toMatchObject({ ok: true, n: 5, dropped: 1 });
    expect(cox.fit(rows(TIMES, NONE, [X], { weights }))).toMatchObject({ problem: 'no events', dropped: 1 });
    const nobody = { weights: new Float64Array(6) };
    for (const all of [nobody, { ...nobody, strata }])
      expect(cox.fit(rows(TIMES, ALL, [X], all))).toMatchObject({ problem: 'no events', n: 0, dropped: 6 });
  });
});

describe('log-rank', () => {
  it('of all events at one time has zero variance [a singular system]', () => {
    expect(compared([5, 5, 5, 5, 5, 5], ALL, X, 2)).toMatchObject({ ok: false, problem: 'zero variance' });
  });

  it('of no events says so [NaN]', () => {
    expect(compared(TIMES, NONE, X, 2)).toMatchObject({ ok: false, problem: 'no events' });
  });

  it('of one group says so [an error]', () => {
    expect(compared([1, 2, 3, 4], [1, 1, 1, 1], [0, 0, 0, 0], 1)).toMatchObject({ ok: false, problem: 'one group' });
  });

  it('drops an empty level and notes it', () => {
    const found = compared([1, 2, 3, 4], [1, 1, 0, 1], [0, 1, 0, 1], 3);
    const without = compared([1, 2, 3, 4], [1, 1, 0, 1], [0, 1, 0, 1], 2);
    expect(found).toMatchObject({ ok: true, empty: [2], degreesOfFreedom: 1 });
    expect(found.ok && found.chiSquare).toBe(without.ok && without.chiSquare);
  });

  it('with a group gone before the events has zero variance [chi-square 0, p 1]; of three groups, a degree of freedom less', () => {
    expect(compared([1, 2, 5, 6, 7], [0, 0, 1, 1, 1], [0, 0, 1, 1, 1], 2)).toMatchObject({ problem: 'zero variance' });
    const three = compared([1, 1, 5, 6, 7, 8], [0, 0, 1, 1, 1, 1], [0, 0, 1, 1, 2, 2], 3);
    expect(three).toMatchObject({ ok: true, degreesOfFreedom: 1 });
  });
});

describe('Kaplan-Meier', () => {
  it('of no events stays at 1', () => {
    expect([...curve([1, 2, 3], [0, 0, 0]).survival]).toEqual([1, 1, 1]);
  });

  it('of one subject comes to 0, with an error that is undefined [infinite, on the logarithm]', () => {
    const one = curve([3], [1]);
    expect([...one.survival]).toEqual([0]);
    expect(one.logStandardError[0]).toBe(Number.POSITIVE_INFINITY);
    expect(survivalAt(one, [3])[0]).toMatchObject({ survival: 0, standardError: 'undefined' });
  });

  it('stays 0 over a gap after survival of 0, and notes the gap', () => {
    const f = observed([1, 2, 6, 7, 8], [1, 1, 1, 0, 1], [0, 0, 5, 5, 5]);
    const found = kaplanMeier.solve(kaplanMeier.accumulate(f));
    expect([...found.survival]).toEqual([0.5, 0, 0, 0, 0]);
    expect(found.gaps).toEqual([2]);
  });

  it.each(SURVIVAL_INTERVALS)('at 0 has undefined %s limits [NA, NaN where plain]', (interval) => {
    const [point] = survivalAt(curve([1, 2, 2, 3], [1, 1, 0, 1], interval), [3]);
    expect(point).toMatchObject({ survival: 0, lower: 'undefined', upper: 'undefined' });
  });

  it('at 1 has undefined log-log limits, and log and plain ones of 1', () => {
    const at = (interval: SurvivalInterval) => survivalAt(curve([1, 2, 3], [0, 1, 1], interval), [1])[0];
    expect(at('log-log')).toMatchObject({ survival: 1, lower: 'undefined', upper: 'undefined' });
    for (const interval of ['log', 'plain'] as const) expect(at(interval)).toMatchObject({ lower: 1, upper: 1 });
  });

  it('accepts a weight of 0, drops the row and counts it, group by group and merged', () => {
    const f = observed([1, 2, 3, 4], [1, 1, 1, 1]);
    const weights = Float64Array.of(1, 0, 1, 1);
    const table = kaplanMeier.accumulate(f, weights);
    const found = kaplanMeier.solve(table);
    expect(found).toMatchObject({ n: 3, dropped: 1 });
    expect([...found.survival]).toEqual([...curve([1, 3, 4], [1, 1, 1]).survival]);
    expect(kaplanMeier.solve(kaplanMeier.merge(table, table)).dropped).toBe(2);
    expect(kaplanMeier.solve(table, { from: 2 }).dropped).toBe(1);
    expect(kaplanMeier.solve(kaplanMeier.accumulate(f)).dropped).toBe(0);
  });
});

describe('follow-up', () => {
  const use: [string, (time: number[], entry?: number[]) => unknown][] = [
    ['Kaplan-Meier', (time, entry) => kaplanMeier.accumulate(observed(time, ALL.slice(0, time.length), entry))],
    [
      'Cox regression',
      (time, entry) => {
        const f = observed(time, ALL.slice(0, time.length), entry);
        return cox.fit({ ...f, covariates: [Float64Array.from(time.keys(), (i) => i % 2)], names: ['x'] });
      },
    ],
  ];

  it.each(use)('with entry = exit is an invalid interval to %s [NA, a warning]', (_, of) => {
    expect(() => of([1, 3], [1, 1])).toThrow(InvalidFollowUp);
    expect(() => of([1, 3], [1, 1])).toThrow('invalid-interval in row 0');
  });

  it.each(use)('is accepted at time 0 by %s, and an invalid time where negative or infinite [accepted]', (_, of) => {
    expect(() => of([0, 0, 1, 2])).not.toThrow();
    for (const time of [-1, Number.POSITIVE_INFINITY, Number.NaN])
      expect(() => of([0, time, 1, 2])).toThrow('invalid-time in row 1');
  });
});

describe('concordance', () => {
  it('of no events has no comparable pairs [NaN]', () => {
    expect(ordered([1, 2, 3, 4], [0, 0, 0, 0], [1, 2, 3, 4])).toMatchObject({ problem: 'no comparable pairs' });
  });

  it('of a marker that is all tied is 0.5, its error undefined [variance 0]', () => {
    const found = ordered([1, 2, 3, 4], [1, 1, 1, 1], [1, 1, 1, 1]);
    expect(found).toMatchObject({ ok: true, estimate: 0.5 });
    expect(found).not.toHaveProperty('standardError');
  });

  it('of no pair says so [NaN]', () => {
    expect(ordered([1, 2, 3, 4], [0, 0, 0, 1], [1, 2, 3, 4])).toMatchObject({ problem: 'no comparable pairs' });
  });
});

describe('the median', () => {
  it('unreached is `not reached` [NA]', () => {
    expect(quantile(curve([1, 2, 3, 4], [1, 0, 0, 0]), 0.5)).toMatchObject({ estimate: 'not reached' });
  });

  it('of a curve flat at 0.5 from 2 to 3 is 2.5, and flat to its end the middle up to the last time', () => {
    expect(quantile(curve([1, 2, 3, 4], [1, 1, 1, 1]), 0.5).estimate).toBe(2.5);
    expect(quantile(curve([1, 2, 3, 4], [1, 1, 0, 0]), 0.5).estimate).toBe(3);
  });
});
