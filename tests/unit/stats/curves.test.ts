import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compareRestrictedMeans,
  kaplanMeier,
  landmarkRows,
  logRank,
  nelsonAalen,
  restrictedMean,
  robustStandardError,
  splitAtExposure,
} from '../../../lib/stats/index.ts';
import { followUp, observed, patients } from './follow-ups.ts';

const curve = (...args: Parameters<typeof observed>) => kaplanMeier.solve(kaplanMeier.accumulate(observed(...args)));

describe('Kaplan-Meier with weights', () => {
  it('gives with weights of 2 the curve of two copies of each patient', () => {
    fc.assert(
      fc.property(patients(), (rows) => {
        const f = followUp(rows);
        const twice = kaplanMeier.solve(kaplanMeier.accumulate(followUp([...rows, ...rows])));
        const weighted = kaplanMeier.solve(kaplanMeier.accumulate(f, f.time.slice().fill(2)));
        expect({ ...weighted, n: 2 * weighted.n }).toEqual(twice);
      }),
    );
  });

  it('does not count a row of weight 0, and refuses a negative weight', () => {
    const f = observed([1, 2, 3], [1, 1, 0]);
    const without = curve([2, 3], [1, 0]);
    expect(kaplanMeier.solve(kaplanMeier.accumulate(f, Float64Array.of(0, 1, 1)))).toMatchObject({ n: 2 });
    const { survival } = kaplanMeier.solve(kaplanMeier.accumulate(f, Float64Array.of(0, 1, 1)));
    expect([...survival]).toEqual([...without.survival]);
    expect(() => kaplanMeier.accumulate(f, Float64Array.of(1, -1, 1))).toThrow('invalid-weight in row 1');
  });

  it('comes down to exactly 0 when the last weighted rows go, whatever their sum rounds to', () => {
    const f = observed([1, 2, 3], [1, 1, 1]);
    const { survival } = kaplanMeier.solve(kaplanMeier.accumulate(f, Float64Array.of(0.1, 0.2, 0.3)));
    expect(survival[2]).toBe(0);
  });

  it('has without weights a robust error that is Greenwood’s where nobody is censored', () => {
    const f = observed([1, 2, 3, 4, 5], [1, 1, 1, 1, 1]);
    const plain = kaplanMeier.solve(kaplanMeier.accumulate(f));
    expect([...robustStandardError(f, plain)].slice(0, 4)).toAgree([...plain.standardError].slice(0, 4), 1e-12);
    expect(robustStandardError(f, plain)[4]).toBeNaN();
  });

  it('has the same robust error from rows that enter at once as from rows without entry', () => {
    fc.assert(
      fc.property(patients({ min: 2 }), (rows) => {
        const f = followUp(rows);
        const entered = { ...f, entry: f.time.slice().fill(-1) };
        const [a, b] = [f, entered].map((g) =>
          robustStandardError(g, kaplanMeier.solve(kaplanMeier.accumulate(g)), f.time.slice().fill(1.5)),
        );
        expect([...b!]).toAgree([...a!], 1e-12);
      }),
    );
  });
});

describe('Kaplan-Meier from a time on', () => {
  it('is survival given survival to it', () => {
    const f = observed([1, 2, 3, 4], [1, 0, 1, 0]);
    const { n, time, survival } = kaplanMeier.solve(kaplanMeier.accumulate(f), { from: 2 });
    expect([n, [...time], [...survival]]).toEqual([3, [2, 3, 4], [1, 0.5, 0.5]]);
  });
});

describe('Nelson-Aalen', () => {
  it('is the sum of d/n, or of 1/n one by one where tied events fall apart', () => {
    const table = nelsonAalen.accumulate(observed([1, 1, 2, 3], [1, 1, 0, 1]));
    expect([...nelsonAalen.solve(table).cumulativeHazard]).toAgree([0.5, 0.5, 1.5], 1e-15);
    expect([...nelsonAalen.solve(table, { ties: 'apart' }).cumulativeHazard]).toAgree([7 / 12, 7 / 12, 19 / 12], 1e-15);
  });

  it('is the same with entry before the origin as without', () => {
    fc.assert(
      fc.property(patients(), (rows) => {
        const f = followUp(rows);
        const solved = nelsonAalen.solve(nelsonAalen.accumulate({ ...f, entry: f.time.slice().fill(-1) }));
        expect(solved).toEqual(nelsonAalen.solve(nelsonAalen.accumulate(f)));
      }),
    );
  });

  it('refuses to put weighted events one after the other', () => {
    const table = nelsonAalen.accumulate(observed([1, 2], [1, 1]), Float64Array.of(0.5, 0.7));
    expect(() => nelsonAalen.solve(table, { ties: 'apart' })).toThrow(RangeError);
  });
});

describe('the restricted mean', () => {
  it('is the mean of min(time, horizon) where nobody is censored', () => {
    const found = restrictedMean(curve([1, 2, 3, 6], [1, 1, 1, 1]), 4);
    expect(found).toMatchObject({ ok: true, estimate: (1 + 2 + 3 + 4) / 4 });
  });

  it('ends at the last time where the curve is at 0, and else says that it is beyond follow-up', () => {
    expect(restrictedMean(curve([1, 3], [1, 1]), 10)).toMatchObject({ estimate: 2 });
    expect(restrictedMean(curve([1, 3], [1, 0]), 10)).toEqual({ ok: false, problem: 'beyond follow-up', last: 3 });
    expect(restrictedMean(curve([1, 3], [1, 0]), 10, { extend: true })).toMatchObject({ estimate: 1 + 9 / 2 });
  });

  it('compared with itself differs by 0 and has ratio 1', () => {
    const one = restrictedMean(curve([1, 2, 3, 6], [1, 1, 0, 1]), 4);
    if (!one.ok) throw new Error('no mean');
    expect(compareRestrictedMeans(one, one)).toMatchObject({
      difference: { estimate: 0, test: { p: 1 } },
      ratio: { estimate: 1, test: { p: 1 } },
    });
  });
});

describe('landmark analysis', () => {
  it('keeps who is past the landmark, exposed if the exposure came by then, on a clock that starts at it', () => {
    const f = observed([5, 10, 20, 30], [1, 0, 1, 1]);
    const kept = landmarkRows(f, Float64Array.of(1, 2, 10, Number.NaN), 10);
    expect(kept).toMatchObject({ excludedEvents: 1, excludedCensored: 1 });
    expect([[...kept.rows], [...kept.time], [...kept.exposed]]).toEqual([
      [2, 3],
      [10, 20],
      [1, 0],
    ]);
  });
});

describe('follow-up cut at an exposure', () => {
  it('is (0, c] and (c, t]; exposure on the day of the event counts as none, one before the start as from it', () => {
    const f = observed([10, 10, 10, 10], [1, 1, 0, 0]);
    const cut = splitAtExposure(f, Float64Array.of(4, 10, Number.NaN, 0));
    const rows = [...cut.rows].map((row, i) => [row, cut.entry[i], cut.time[i], cut.event[i], cut.exposed[i]]);
    expect(rows).toEqual([
      [0, 0, 4, 0, 0],
      [0, 4, 10, 1, 1],
      [1, 0, 10, 1, 0],
      [2, 0, 10, 0, 0],
      [3, 0, 10, 0, 1],
    ]);
  });
});

describe('weighted log-rank', () => {
  const tables = logRank.accumulate(
    observed([1, 2, 3, 4, 5, 6, 7, 8], [1, 1, 0, 1, 1, 1, 0, 1]),
    Int32Array.of(0, 0, 0, 1, 0, 1, 1, 1),
    2,
  );
  const chiSquare = (weight: Parameters<typeof logRank.solve>[1]) => {
    const result = logRank.solve(tables, weight);
    return result.ok ? result.chiSquare : Number.NaN;
  };

  it('is plain with rho and gamma 0, and Peto’s with rho 1', () => {
    expect(chiSquare({ weight: { rho: 0, gamma: 0 } })).toBe(chiSquare({}));
    expect(chiSquare({ weight: { rho: 1, gamma: 0 } })).toBe(chiSquare({ weight: 'peto-peto' }));
  });

  it('has for two groups a trend that is the test itself', () => {
    const result = logRank.solve(tables, { scores: [1, 2] });
    expect(result.ok && result.trend?.statistic).toBeCloseTo(result.ok ? result.chiSquare : 0, 12);
  });

  it('two by two adjusts for the pairs that can be compared', () => {
    const three = logRank.accumulate(observed([1, 2, 3, 4], [1, 1, 1, 1]), Int32Array.of(0, 1, 0, 1), 3);
    const pairs = logRank.pairwise(three, 'bonferroni');
    expect(pairs.map(({ groups }) => groups)).toEqual([
      [0, 1],
      [0, 2],
      [1, 2],
    ]);
    expect(pairs[0]!.adjustedP).toBe(pairs[0]!.p);
    expect(pairs[1]).toMatchObject({ result: { problem: 'one group' } });
    expect(pairs[1]).not.toHaveProperty('p');
  });
});
