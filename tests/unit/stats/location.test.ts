import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  kendall,
  kruskalWallis,
  moments,
  oneWay,
  pairedTTest,
  pearson,
  random,
  rankSum,
  sampleQuantile,
  signedRank,
  sortedSample,
  spearman,
  standardisedMeanDifference,
  standardisedShareDifference,
  summarise,
  tTest,
} from '../../../lib/stats/index.ts';

const value = fc.integer({ min: -20, max: 20 });
const sample = fc.array(value, { minLength: 2, maxLength: 30 }).map((list) => Float64Array.from(list));

describe('the moments of a sample', () => {
  it('are the same from any split as from one batch, with an offset of 1e8 too', () => {
    fc.assert(
      fc.property(sample, fc.nat(), fc.constantFrom(0, 1e8), (values, cut, offset) => {
        const shifted = values.map((v) => v + offset);
        const split = cut % (values.length + 1);
        const whole = moments.accumulate(shifted);
        const merged = moments.merge(
          moments.accumulate(shifted.subarray(0, split)),
          moments.accumulate(shifted.subarray(split)),
        );
        expect(merged.n).toBe(whole.n);
        expect(Math.abs(merged.mean - whole.mean)).toBeLessThan(1e-14 * Math.max(1, offset) * 20);
        expect(Math.abs(merged.squares - whole.squares)).toBeLessThan(1e-6 * Math.max(1, whole.squares));
      }),
    );
  });

  it('leave missing values out and count them', () => {
    expect(moments.solve(moments.accumulate(Float64Array.of(1, Number.NaN, 3)))).toEqual({
      n: 2,
      missing: 1,
      mean: 2,
      standardDeviation: Math.SQRT2,
    });
    expect(moments.solve(moments.accumulate(new Float64Array()))).toEqual({
      n: 0,
      missing: 0,
      mean: undefined,
      standardDeviation: undefined,
    });
    expect(summarise(Float64Array.of(Number.NaN))).toBeUndefined();
    expect(summarise(Float64Array.of(4, 1, Number.NaN, 3, 2))).toMatchObject({
      median: 2.5,
      lowerQuartile: 1.75,
      upperQuartile: 3.25,
      least: 1,
      most: 4,
      missing: 1,
    });
  });

  it('have quantiles between the least and the most', () => {
    fc.assert(
      fc.property(sample, fc.double({ min: 0, max: 1, noNaN: true }), (values, p) => {
        const sorted = sortedSample(values);
        const q = sampleQuantile(sorted, p);
        expect(q).toBeGreaterThanOrEqual(sorted[0]! - 1e-12);
        expect(q).toBeLessThanOrEqual(sorted.at(-1)! + 1e-12);
      }),
    );
  });
});

describe('tests of means', () => {
  it('say that nothing varies or that there are too few', () => {
    const [equal, other] = [moments.accumulate(Float64Array.of(2, 2, 2)), moments.accumulate(Float64Array.of(3, 3))];
    expect(tTest(equal, other)).toEqual({ ok: false, problem: 'constant' });
    expect(tTest(equal, moments.accumulate(Float64Array.of(1)))).toEqual({ ok: false, problem: 'too few' });
    expect(pairedTTest(equal)).toEqual({ ok: false, problem: 'constant' });
    expect(oneWay([equal, other])).toEqual({ ok: false, problem: 'constant' });
    expect(oneWay([equal])).toEqual({ ok: false, problem: 'too few' });
  });

  it('agree between two groups: F is the square of t, separate or equal variances', () => {
    fc.assert(
      fc.property(sample, sample, (x, y) => {
        const [a, b] = [moments.accumulate(x), moments.accumulate(y)];
        for (const variances of ['equal', 'separate'] as const) {
          const [t, f] = [tTest(a, b, { variances }), oneWay([a, b], { variances })];
          if (!t.ok || !f.ok) continue;
          expect(f.statistic).toBeCloseTo(t.statistic ** 2, 6);
          expect(f.p).toBeCloseTo(t.p, 9);
          expect(t.lower).toBeLessThanOrEqual(t.estimate);
        }
      }),
    );
  });
});

describe('tests by ranks', () => {
  it('are mirrored when the groups change places', () => {
    fc.assert(
      fc.property(sample, sample, (x, y) => {
        const [there, back] = [rankSum(x, y), rankSum(y, x)];
        expect(back.ok).toBe(there.ok);
        if (!there.ok || !back.ok) return;
        expect(there.statistic + back.statistic).toBe(x.length * y.length);
        expect(back.p).toBeCloseTo(there.p, 12);
        expect(there.p).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('have the same exact p with and without the shortcut for samples without ties', () => {
    fc.assert(
      fc.property(fc.uniqueArray(value, { minLength: 4, maxLength: 14 }), fc.nat(), (list, cut) => {
        const split = 1 + (cut % (list.length - 2));
        const [x, y] = [Float64Array.from(list.slice(0, split)), Float64Array.from(list.slice(split))];
        const untied = rankSum(x, y);
        // every value twice is tied: its conditional distribution is another one, yet p stays in [0, 1]
        const tied = rankSum(Float64Array.of(...x, ...x), Float64Array.of(...y, ...y), { exact: true });
        expect(untied).toMatchObject({ ok: true, method: 'exact', tied: false });
        expect(tied).toMatchObject({ ok: true, method: 'exact', tied: true });
        if (untied.ok) expect(untied.p).toBeCloseTo(permuted(x, y), 10);
        if (tied.ok && list.length < 7)
          expect(tied.p).toBeCloseTo(permuted(Float64Array.of(...x, ...x), Float64Array.of(...y, ...y)), 10);
      }),
      { numRuns: 40 },
    );
  });

  it('keep their digits for large samples', () => {
    const x = Float64Array.from({ length: 150 }, (_, i) => 2 * i);
    const found = rankSum(
      x,
      x.map((v) => v + 25.5),
      { exact: true },
    );
    expect(found).toMatchObject({ ok: true, method: 'exact' });
    if (found.ok) expect(Math.abs(Math.log(found.p / found.pCorrected))).toBeLessThan(0.05);
  });

  it('say that all values are equal', () => {
    const equal = Float64Array.of(3, 3, 3);
    expect(rankSum(equal, equal)).toEqual({ ok: false, problem: 'all equal' });
    expect(rankSum(equal, new Float64Array())).toEqual({ ok: false, problem: 'too few' });
    expect(kruskalWallis(equal, Int32Array.of(0, 1, 1))).toEqual({ ok: false, problem: 'all equal' });
    expect(kruskalWallis(equal, Int32Array.of(0, 0, 0))).toEqual({ ok: false, problem: 'too few' });
    expect(signedRank(Float64Array.of(0, 0))).toEqual({ ok: false, problem: 'all equal' });
  });

  it('use the exact signed ranks where nothing is tied', () => {
    // wilcox.test(depression example of Hollander & Wolfe, paired): V = 40, p = 0.0390625 (two-sided)
    const x = [1.83, 0.5, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.3];
    const y = [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29];
    const found = signedRank(Float64Array.from(x, (v, i) => v - y[i]!));
    expect(found).toMatchObject({ ok: true, statistic: 40, method: 'exact' });
    expect(found.ok && found.p).toBeCloseTo(0.0390625, 12);
  });

  it("give Kruskal and Wallis' test of two groups the square of the uncorrected rank sum", () => {
    fc.assert(
      fc.property(sample, sample, (x, y) => {
        const two = rankSum(x, y);
        const many = kruskalWallis(
          Float64Array.of(...x, ...y),
          Int32Array.from([...x, ...y], (_, i) => (i < x.length ? 0 : 1)),
        );
        if (two.ok && many.ok) expect(many.test.p).toBeCloseTo(two.pUncorrected, 10);
      }),
    );
  });
});

/** Two-sided p over every split of the ranks. */
function permuted(x: Float64Array, y: Float64Array): number {
  const all = [...x, ...y];
  const score = (v: number) => all.reduce((sum, other) => sum + (other < v ? 1 : other === v ? 0.5 : 0), 0);
  const scores = all.map(score);
  const mean = (scores.reduce((a, b) => a + b, 0) * x.length) / all.length;
  const own = Math.abs(scores.slice(0, x.length).reduce((a, b) => a + b, 0) - mean);
  let [count, extreme] = [0, 0];
  const choose = (from: number, left: number, sum: number): void => {
    if (left === 0) {
      count++;
      if (Math.abs(sum - mean) >= own - 1e-9) extreme++;
      return;
    }
    for (let i = from; i <= all.length - left; i++) choose(i + 1, left - 1, sum + scores[i]!);
  };
  choose(0, x.length, 0);
  return extreme / count;
}

describe('correlations', () => {
  it('lie in [-1, 1], turn with the sign, and ignore unit and offset', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(value, value), { minLength: 4, maxLength: 25 }), (pairs) => {
        const [x, y] = [Float64Array.from(pairs, ([a]) => a), Float64Array.from(pairs, ([, b]) => b)];
        for (const method of [pearson, spearman, kendall]) {
          const found = method(x, y);
          const turned = method(
            x.map((v) => 1e8 - 3 * v),
            y,
          );
          expect(turned.ok).toBe(found.ok);
          if (!found.ok || !turned.ok) continue;
          expect(Math.abs(found.estimate)).toBeLessThanOrEqual(1);
          expect(turned.estimate).toBeCloseTo(-found.estimate, 7);
        }
      }),
    );
  });

  it('name the column that does not vary', () => {
    const [x, y] = [Float64Array.of(1, 2, 3), Float64Array.of(5, 5, 5)];
    for (const method of [pearson, spearman, kendall])
      expect(method(x, y)).toEqual({ ok: false, problem: 'constant', columns: ['y'] });
    expect(pearson(x.subarray(0, 2), y.subarray(0, 2))).toEqual({ ok: false, problem: 'too few' });
  });
});

describe('standardised differences', () => {
  it('are the difference of shares over the pooled root for two levels', () => {
    const found = standardisedShareDifference([30, 10], [20, 30]);
    const [p, q] = [0.25, 0.6];
    expect(found.ok && found.difference).toBeCloseTo(0.35 / Math.sqrt((p * (1 - p) + q * (1 - q)) / 2), 12);
  });

  it('do not depend on which level comes first', () => {
    const [a, b] = [
      standardisedShareDifference([5, 9, 12], [8, 3, 14]),
      standardisedShareDifference([12, 5, 9], [14, 8, 3]),
    ];
    expect(a.ok && a.difference).toBeCloseTo(b.ok ? b.difference : Number.NaN, 12);
  });

  it('say what forbids them', () => {
    expect(standardisedShareDifference([3, 0], [4, 0])).toEqual({ ok: false, problem: 'constant' });
    expect(standardisedShareDifference([0, 0], [4, 1])).toEqual({ ok: false, problem: 'empty group' });
    expect(standardisedMeanDifference(Float64Array.of(1, 1), Float64Array.of(2, 2))).toEqual({
      ok: false,
      problem: 'constant',
    });
  });
});

describe('random numbers', () => {
  it('follow from the seed', () => {
    const draw = (seed: number) => Array.from({ length: 5 }, random(seed).uniform);
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
  });

  it('have the moments of their distributions', () => {
    const stream = random(3);
    const of = (next: () => number) => moments.solve(moments.accumulate(Float64Array.from({ length: 40_000 }, next)));
    const [uniform, normal, chi] = [of(stream.uniform), of(stream.normal), of(() => stream.chiSquare(3))];
    expect(uniform.mean).toBeCloseTo(0.5, 1.7);
    expect(uniform.standardDeviation).toBeCloseTo(Math.sqrt(1 / 12), 1.7);
    expect(Math.abs(normal.mean!)).toBeLessThan(0.03);
    expect(normal.standardDeviation).toBeCloseTo(1, 1.5);
    expect(Math.abs(chi.mean! - 3)).toBeLessThan(0.06);
    expect(Math.abs(chi.standardDeviation! - Math.sqrt(6))).toBeLessThan(0.08);
  });
});
