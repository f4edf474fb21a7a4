import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type CurveOptions,
  type FollowUp,
  kaplanMeier,
  quantile,
  reverseKaplanMeier,
  SURVIVAL_INTERVALS,
  survivalAt,
} from '../../../lib/stats/index.ts';
import { followUp, observed, patients, shuffled } from './follow-ups.ts';

const curveOf = (f: FollowUp, options?: CurveOptions) => kaplanMeier.solve(kaplanMeier.accumulate(f), options);

describe('Kaplan-Meier', () => {
  it('is what six patients give by hand', () => {
    // 6 at risk at 1; 1 of 5 at 2 with one censored there; 3 at risk at 4
    const curve = curveOf(observed([1, 2, 2, 3, 4, 5], [1, 1, 0, 0, 1, 0]));
    expect([...curve.time]).toEqual([1, 2, 3, 4, 5]);
    expect([...curve.atRisk]).toEqual([6, 5, 3, 2, 1]);
    expect([...curve.event]).toEqual([1, 1, 0, 1, 0]);
    expect([...curve.censored]).toEqual([0, 1, 1, 0, 1]);
    expect(curve.survival).toAgree([5 / 6, 2 / 3, 2 / 3, 1 / 3, 1 / 3], 1e-15);
    const greenwood = 1 / (6 * 5) + 1 / (5 * 4) + 1 / (2 * 1);
    expect(curve.standardError[4]).toBeCloseTo(Math.sqrt(greenwood) / 3, 15);
  });

  it('is the same from any split of the rows as from all', () => {
    fc.assert(
      fc.property(patients(), fc.array(fc.nat({ max: 3 }), { minLength: 40, maxLength: 40 }), (rows, part) => {
        const parts = [0, 1, 2, 3].map((k) => followUp(rows.filter((_, i) => part[i] === k)));
        const merged = parts.map((f) => kaplanMeier.accumulate(f)).reduce(kaplanMeier.merge);
        expect(kaplanMeier.solve(merged)).toEqual(curveOf(followUp(rows)));
      }),
    );
  });

  it('has a merge that is associative and commutative', () => {
    fc.assert(
      fc.property(patients(), patients(), patients(), (a, b, c) => {
        const [x, y, z] = [a, b, c].map((rows) => kaplanMeier.accumulate(followUp(rows)));
        const { merge } = kaplanMeier;
        expect(merge(merge(x!, y!), z!)).toEqual(merge(x!, merge(y!, z!)));
        expect(merge(x!, y!)).toEqual(merge(y!, x!));
      }),
    );
  });

  it('does not depend on the order of the rows', () => {
    fc.assert(
      fc.property(patients(), fc.array(fc.nat(), { minLength: 5, maxLength: 40 }), (rows, keys) => {
        expect(curveOf(followUp(shuffled(rows, keys)))).toEqual(curveOf(followUp(rows)));
      }),
    );
  });

  it('does not depend on the unit of time', () => {
    fc.assert(
      fc.property(patients(), fc.constantFrom(1 / 30.4375, 1e-9, 365.25), (rows, unit) => {
        const scaled = rows.map((row) => ({ ...row, time: row.time * unit }));
        expect(curveOf(followUp(scaled)).survival).toEqual(curveOf(followUp(rows)).survival);
      }),
    );
  });

  it.each(SURVIVAL_INTERVALS)('stays between 0 and 1 and within its %s limits', (interval) => {
    fc.assert(
      fc.property(patients(), (rows) => {
        const { survival, lower, upper } = curveOf(followUp(rows), { interval });
        survival.forEach((s, i) => {
          expect(s >= 0 && s <= 1).toBe(true);
          if (Number.isNaN(lower[i]!)) return;
          expect(lower[i]! >= 0 && lower[i]! <= s + 1e-15).toBe(true);
          expect(upper[i]! <= 1 && upper[i]! >= s - 1e-15).toBe(true);
        });
      }),
    );
  });

  it('has a wider interval at a higher level', () => {
    const f = observed([1, 2, 3, 4], [1, 0, 1, 0]);
    expect(curveOf(f, { level: 0.99 }).lower[0]!).toBeLessThan(curveOf(f, { level: 0.9 }).lower[0]!);
  });

  it('takes 0.1 + 0.2 and 0.3 for one time, also when they come from two sites', () => {
    const whole = curveOf(observed([0.1 + 0.2, 0.3, 1], [1, 1, 1]));
    expect([...whole.time]).toEqual([0.3, 1]);
    const merged = kaplanMeier.merge(
      kaplanMeier.accumulate(observed([0.1 + 0.2, 1], [1, 1])),
      kaplanMeier.accumulate(observed([0.3], [1])),
    );
    expect(kaplanMeier.solve(merged)).toEqual(whole);
  });

  it('is 1 without events, and 0 after the last of one patient, where limits are undefined', () => {
    expect([...curveOf(observed([1, 2, 3], [0, 0, 0])).survival]).toEqual([1, 1, 1]);
    const one = curveOf(observed([3], [1]));
    expect([one.survival[0], one.logStandardError[0], one.lower[0], one.upper[0]]).toEqual([
      0,
      Number.POSITIVE_INFINITY,
      Number.NaN,
      Number.NaN,
    ]);
  });

  it('has no log-log limits at 1, and plain and log limits of 1', () => {
    const f = observed([1, 2, 3], [0, 1, 1]);
    expect(curveOf(f, { interval: 'log-log' }).lower[0]).toBeNaN();
    expect(curveOf(f, { interval: 'plain' }).lower[0]).toBe(1);
    expect(curveOf(f, { interval: 'log' }).lower[0]).toBe(1);
  });

  it('stays 0 over a gap that later entries leave, and names the gap', () => {
    const curve = curveOf(observed([1, 2, 6, 7, 8], [1, 1, 1, 0, 1], [0, 0, 5, 5, 5]));
    expect([...curve.atRisk]).toEqual([2, 1, 3, 2, 1]);
    expect([...curve.survival]).toEqual([0.5, 0, 0, 0, 0]);
    expect(curve.gaps).toEqual([2]);
  });

  it('starts from the entries when every row has one', () => {
    const late = observed([1, 2, 2, 3, 4, 5], [1, 1, 0, 0, 1, 0], [0, 0, 0, 0, 0, 0]);
    const { observation, ...curve } = curveOf(late);
    expect(curve).toEqual({ ...curveOf(observed([1, 2, 2, 3, 4, 5], [1, 1, 0, 0, 1, 0])), observation: undefined });
    expect([...observation.atRisk]).toEqual([6, 6, 5, 3, 2, 1]);
  });

  it('accepts an event at time 0', () => {
    expect(curveOf(observed([0, 0, 1, 2], [1, 0, 1, 1])).survival).toAgree([0.75, 0.375, 0], 1e-15);
  });
});

describe('a quantile of the curve', () => {
  const median = (time: number[], event: number[]) => quantile(curveOf(observed(time, event)), 0.5);

  it('is not reached where the curve stays above', () => {
    expect(median([1, 2, 3, 4], [1, 0, 0, 0])).toEqual({ estimate: 'not reached', lower: 1, upper: 'not reached' });
  });

  it('is the middle of a flat stretch at its level', () => {
    expect(median([1, 2, 3, 4], [1, 1, 1, 1]).estimate).toBe(2.5);
  });

  it('is the middle up to the last time where the curve is flat to its end', () => {
    expect(median([1, 2, 3, 4], [1, 1, 0, 0]).estimate).toBe(3);
  });

  it('sees a flat stretch that rounding has moved off its level', () => {
    const days = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
    expect(median(days, Array(10).fill(1))).toEqual({ estimate: 5.5, lower: 3, upper: 'not reached' });
  });

  it('lies within its limits', () => {
    fc.assert(
      fc.property(patients({ min: 5 }), fc.constantFrom(0.25, 0.5, 0.75), (rows, p) => {
        const { estimate, lower, upper } = quantile(curveOf(followUp(rows)), p);
        if (estimate === 'not reached') expect(upper).toBe('not reached');
        else if (lower !== 'not reached') expect(lower).toBeLessThanOrEqual(estimate);
        if (estimate !== 'not reached' && upper !== 'not reached') expect(upper).toBeGreaterThanOrEqual(estimate);
      }),
    );
  });
});

describe('survival at given times', () => {
  const curve = curveOf(observed([1, 2, 4], [1, 0, 1]));

  it('steps at the events and counts those at risk just before', () => {
    const points = survivalAt(curve, [0, 1, 1.5, 2, 3, 4, 9]);
    expect(points.map(({ survival }) => survival)).toAgree([1, 2 / 3, 2 / 3, 2 / 3, 2 / 3, 0, 0], 1e-15);
    expect(points.map(({ atRisk }) => atRisk)).toEqual([3, 3, 2, 2, 1, 1, 0]);
  });

  it('counts at risk whoever has come by then and is still there', () => {
    const delayed = fc.tuple(patients(), fc.array(fc.integer({ min: -1, max: 20 }), { minLength: 40, maxLength: 40 }));
    fc.assert(
      fc.property(delayed, ([rows, delays]) => {
        const { time, event } = followUp(rows);
        const entry = time.map((t, i) => Math.min(delays[i]!, t - 0.5));
        const times = [0, 0.5, 3, 10, 17.25, 31];
        const points = survivalAt(curveOf({ time, event, entry }), times);
        const here = (at: number) => entry.filter((e, i) => time[i]! >= at && (at === 0 ? e <= 0 : e < at)).length;
        expect(points.map(({ atRisk }) => atRisk)).toEqual(times.map(here));
      }),
    );
  });

  it('is 1 with limits of 1 before the first time', () => {
    expect(survivalAt(curve, [0.5])[0]).toMatchObject({ survival: 1, standardError: 0, lower: 1, upper: 1 });
  });
});

describe('reverse Kaplan-Meier', () => {
  it('takes censoring for the event', () => {
    const f = observed([1, 2, 3, 4], [1, 0, 1, 0]);
    expect(reverseKaplanMeier(f)).toEqual(curveOf(observed([1, 2, 3, 4], [0, 1, 0, 1])));
  });

  it('still refuses an event that is neither', () => {
    expect(() => reverseKaplanMeier(observed([1, 2], [1, 2]))).toThrow('invalid-event');
  });
});
