import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fisherBatch, fisherExact } from '../../../lib/stats/index.ts';

type Cells = readonly [number, number, number, number];

const cell = fc.integer({ min: 0, max: 25 });
const tables = fc.tuple(cell, cell, cell, cell);

/** Probabilities of every table with the same margins, from the definition. */
function hypergeometric([a, b, c, d]: Cells): { at: number; probability: number }[] {
  const lowest = Math.max(0, a - d);
  const highest = Math.min(a + b, a + c);
  const weights: number[] = [];
  for (let at = lowest, weight = 1; at <= highest; at++) {
    weights.push(weight);
    weight *= ((a + b - at) * (a + c - at)) / ((at + 1) * (d - a + at + 1));
  }
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight, i) => ({ at: lowest + i, probability: weight / total }));
}

const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0);

describe("Fisher's exact test", () => {
  it('has the p values of its definition', () => {
    fc.assert(
      fc.property(tables, (cells) => {
        const all = hypergeometric(cells);
        const own = all.find(({ at }) => at === cells[0])!.probability;
        const p = (holds: (one: { at: number; probability: number }) => boolean) =>
          sum(all.filter(holds).map(({ probability }) => probability));
        const test = fisherExact(...cells);
        expect(test.pLess).toAgree(
          p(({ at }) => at <= cells[0]),
          1e-12,
        );
        expect(test.pGreater).toAgree(
          p(({ at }) => at >= cells[0]),
          1e-12,
        );
        expect(test.pTwoSided).toAgree(
          p(({ probability }) => probability <= own * (1 + 1e-7)),
          1e-12,
        );
        const less = p(({ at }) => at < cells[0]) + own / 2;
        expect(test.pMid).toAgree(Math.min(1, 2 * Math.min(less, 1 - less)), 1e-12);
        expect(Math.exp(test.logP)).toAgree(test.p, 1e-12);
      }),
    );
  });

  it('has an odds ratio at which the mean is the observed cell, and limits at which the tails are 2.5 %', () => {
    fc.assert(
      fc.property(tables, (cells) => {
        const test = fisherExact(...cells);
        if (!test.ok) return;
        const at = (oddsRatio: number, value: (x: number) => number) => {
          const all = hypergeometric(cells);
          const weights = all.map(({ at: x, probability }) => probability * oddsRatio ** (x - cells[0]));
          return sum(all.map(({ at: x }, i) => value(x) * weights[i]!)) / sum(weights);
        };
        if (test.oddsRatio > 0 && test.oddsRatio < Number.POSITIVE_INFINITY) {
          expect(at(test.oddsRatio, (x) => x)).toAgree(cells[0], 1e-9);
        }
        if (test.lower > 0) expect(at(test.lower, (x) => (x >= cells[0] ? 1 : 0))).toBeCloseTo(0.025, 10);
        if (test.upper < Number.POSITIVE_INFINITY) {
          expect(at(test.upper, (x) => (x <= cells[0] ? 1 : 0))).toBeCloseTo(0.025, 10);
        }
        expect(test.lower <= test.oddsRatio && test.oddsRatio <= test.upper).toBe(true);
      }),
    );
  });

  it('does not change when rows and columns change places, and is inverted when rows do', () => {
    fc.assert(
      fc.property(tables, ([a, b, c, d]) => {
        const test = fisherExact(a, b, c, d);
        const turned = fisherExact(a, c, b, d);
        const swapped = fisherExact(c, d, a, b);
        expect(turned.p).toAgree(test.p, 1e-12);
        expect(swapped.p).toAgree(test.p, 1e-12);
        expect(swapped.pLess).toAgree(test.pGreater, 1e-12);
        if (!test.ok || !swapped.ok || !turned.ok) return;
        expect(turned.oddsRatio).toAgree(test.oddsRatio, 1e-9);
        expect(swapped.oddsRatio).toAgree(1 / test.oddsRatio, 1e-9);
        expect(swapped.lower).toAgree(1 / test.upper, 1e-9);
      }),
    );
  });

  it.each([
    [0, 0, 5, 7],
    [0, 5, 0, 7],
    [5, 7, 0, 0],
    [0, 0, 0, 0],
  ])('calls %d, %d over %d, %d degenerate', (a, b, c, d) => {
    const test = fisherExact(a, b, c, d);
    expect(test).toMatchObject({ ok: false, problem: 'degenerate', p: 1, lower: 0, upper: Number.POSITIVE_INFINITY });
    expect(test).not.toHaveProperty('oddsRatio');
  });

  it.each([
    [[0, 5, 6, 4], 0.04395604395604396, 0, 0, 1.2787],
    [[5, 0, 4, 6], 0.04395604395604396, Number.POSITIVE_INFINITY, 0.782, Number.POSITIVE_INFINITY],
  ] as [Cells, number, number, number, number][])(
    'has an odds ratio of 0 or infinity, with one limit, for %j',
    (cells, p, oddsRatio, lower, upper) => {
      const test = fisherExact(...cells);
      expect(test).toMatchObject({ ok: true, oddsRatio });
      expect([test.p, test.lower, test.upper]).toAgree([p, lower, upper], 1e-4);
    },
  );

  it('counts tables equally probable but for rounding', () => {
    expect(fisherExact(3, 1, 1, 3).p).toBeCloseTo(0.4857142857142857, 14);
    expect(fisherExact(10, 5, 5, 10).p).toBeCloseTo(0.143111, 6);
  });

  it('bears margins of millions', () => {
    const large = fisherExact(1e6, 1e6, 999_000, 1_001_000);
    expect(large.ok && [large.p, large.oddsRatio]).toAgree([0.31779463, 1.002002001501], 1e-8);
  });

  it('keeps a logarithm of p where p itself is 0', () => {
    const far = fisherExact(2000, 10, 10, 2000);
    expect(far.p).toBe(0);
    expect(far.logP).toBeCloseTo(-2659.518993516718, 6);
    expect(far.pGreater).toBe(0);
    expect(far.pLess).toBe(1);
  });

  it('turns p and interval to the alternative', () => {
    const [greater, less] = (['greater', 'less'] as const).map((alternative) =>
      fisherExact(10, 3, 2, 15, { alternative }),
    );
    expect(greater!.p).toBe(greater!.pGreater);
    expect(greater!.upper).toBe(Number.POSITIVE_INFINITY);
    expect(less!.p).toBe(less!.pLess);
    expect(less!.lower).toBe(0);
    expect(fisherExact(10, 3, 2, 15, { level: 0.9 }).lower).toBeCloseTo(greater!.lower, 9);
  });

  it.each([
    [-1, 1, 1, 1],
    [1.5, 1, 1, 1],
    [Number.NaN, 1, 1, 1],
  ])('refuses cells that are no counts: %d', (a, b, c, d) => {
    expect(() => fisherExact(a, b, c, d)).toThrow(RangeError);
  });
});

interface Published {
  readonly id: string;
  readonly table: readonly [readonly [number, number], readonly [number, number]];
  readonly fisherP: number;
  readonly fisherLessP: number;
  readonly conditionalOR: number;
  readonly exactCI: readonly [number, number];
}

describe('a published table', () => {
  const { tables: published } = JSON.parse(readFileSync('tests/oracles/data/published-tables.json', 'utf8')) as {
    tables: Published[];
  };

  it.each(published)('gives what R gives: $id', ({ table, fisherP, fisherLessP, conditionalOR, exactCI }) => {
    const [[a, b], [c, d]] = table;
    const test = fisherExact(a, b, c, d);
    expect([test.p, test.pLess]).toAgree([fisherP, fisherLessP], 1e-9);
    // R's own roots are this loose
    expect(test.ok && test.oddsRatio).toAgree(conditionalOR, 1e-4);
    expect([test.lower, test.upper]).toAgree(exactCI, 2e-3);
  });

  it.each([
    ['Kolbeinsson 2022', [2, 9, 8, 5], 0.04718],
    ['Ye 2013', [18, 52, 5, 63], 0.00538],
    ['Feng 2016', [72, 30, 51, 45], 0.013],
  ] as [string, Cells, number][])('gives the p of %s', (_, cells, p) => {
    expect(fisherExact(...cells).p).toBeCloseTo(p, 5 - (p === 0.013 ? 1 : 0));
  });

  it('may have a p below 0.05 and an interval that holds 1, since they invert different tests', () => {
    const test = fisherExact(2, 9, 8, 5);
    expect(test.p).toBeLessThan(0.05);
    expect([test.lower, test.upper]).toAgree([0.011, 1.185], 5e-4);
  });
});

describe('many tables at once', () => {
  it('give what each gives alone, remembered or not', () => {
    fc.assert(
      fc.property(fc.array(tables, { maxLength: 20 }), fc.boolean(), (list, memory) => {
        const twice = [...list, ...list];
        const batch = fisherBatch(Int32Array.from(twice.flat()), { memory });
        twice.forEach((cells, i) => {
          const test = fisherExact(...cells);
          expect([batch.p[i], batch.pMid[i], batch.lower[i], batch.upper[i], batch.oddsRatio[i]]).toEqual([
            test.p,
            test.pMid,
            test.lower,
            test.upper,
            test.ok ? test.oddsRatio : Number.NaN,
          ]);
        });
      }),
    );
  });

  it('are told apart also where cells are large', () => {
    const { p } = fisherBatch(Int32Array.of(100_000, 99_000, 100_000, 100_000, 100_000, 99_001, 100_000, 100_000));
    expect(p[0]).not.toBe(p[1]);
  });

  it('refuse half a table', () => {
    expect(() => fisherBatch(Int32Array.of(1, 2, 3))).toThrow(RangeError);
    expect(() => fisherBatch(Int32Array.of(1, 2, 3, -4))).toThrow(RangeError);
  });
});
