import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  chiSquareTable,
  crossTable,
  fisherExact,
  fisherTable,
  mantelHaenszel,
  mcNemar,
  proportion,
  type Stratum,
  trendOfProportions,
  twoByTwo,
} from '../../../lib/stats/index.ts';

const count = fc.integer({ min: 0, max: 40 });
const cells = fc.tuple(count, count, count, count);

describe('a cross table', () => {
  it('is the same from any split of the rows as from one batch', () => {
    const code = fc.integer({ min: -1, max: 2 });
    fc.assert(
      fc.property(fc.array(fc.tuple(code, code)), fc.nat(), (pairs, cut) => {
        const at = (part: typeof pairs) =>
          crossTable.accumulate(
            Int32Array.from(part, ([r]) => r),
            Int32Array.from(part, ([, c]) => c),
            3,
            3,
          );
        const split = cut % (pairs.length + 1);
        expect(crossTable.merge(at(pairs.slice(0, split)), at(pairs.slice(split)))).toEqual(at(pairs));
      }),
    );
  });

  it('has the squared standardised difference of shares as its chi-square', () => {
    fc.assert(
      fc.property(cells, ([a, b, c, d]) => {
        const found = twoByTwo(a, b, c, d);
        if (!found.ok) {
          expect([a + b, c + d, a + c, b + d]).toContain(0);
          return;
        }
        const n = a + b + c + d;
        const square = (n * (a * d - b * c) ** 2) / ((a + b) * (c + d) * (a + c) * (b + d));
        expect(found.pearson.statistic).toBeCloseTo(square, 9);
        expect(found.yates.p).toBeGreaterThanOrEqual(found.pearson.p - 1e-15);
        const [difference, lower, upper] = [
          found.riskDifference.estimate,
          found.riskDifference.lower,
          found.riskDifference.upper,
        ].map(Number);
        expect(lower).toBeLessThanOrEqual(difference!);
        expect(upper).toBeGreaterThanOrEqual(difference!);
      }),
    );
  });

  it("has Newcombe's limits of a risk difference", () => {
    // Newcombe 1998, table II, method 10: 56/70 less 48/80
    const { riskDifference } = twoByTwo(56, 14, 48, 32);
    expect(riskDifference.estimate).toBeCloseTo(0.2, 12);
    expect(riskDifference.lower).toBeCloseTo(0.0524, 4);
    expect(riskDifference.upper).toBeCloseTo(0.3339, 4);
  });

  it('says that a margin is empty', () => {
    expect(twoByTwo(0, 5, 0, 7)).toMatchObject({ ok: false, problem: 'empty margin' });
    expect(
      chiSquareTable([
        [0, 0],
        [3, 4],
      ]),
    ).toMatchObject({ ok: false, problem: 'empty margin' });
    expect(fisherTable([[1, 2, 3]])).toEqual({ ok: false, problem: 'empty margin' });
    expect(
      chiSquareTable([
        [2, 0, 3],
        [4, 0, 1],
      ]),
    ).toMatchObject({ ok: true, dropped: 1, pearson: { degreesOfFreedom: 1 } });
  });

  it('holds nothing but counts', () => {
    expect(() =>
      chiSquareTable([
        [1.5, 2],
        [3, 4],
      ]),
    ).toThrow(RangeError);
    expect(() => fisherTable([[1, 2], [3]])).toThrow(RangeError);
    expect(() => mantelHaenszel([[1, -2, 3, 4]])).toThrow(RangeError);
  });
});

describe("Fisher's exact test of any table", () => {
  it('equals that of four cells', () => {
    fc.assert(
      fc.property(cells, ([a, b, c, d]) => {
        const found = fisherTable([
          [a, b],
          [c, d],
        ]);
        if (found.ok) expect(found.p).toBeCloseTo(fisherExact(a, b, c, d).p, 9);
        else expect(fisherExact(a, b, c, d).ok).toBe(false);
      }),
    );
  });

  const small = fc.array(fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 3, maxLength: 3 }), {
    minLength: 2,
    maxLength: 3,
  });

  it('equals the sum over all tables with the same margins', () => {
    fc.assert(
      fc.property(small, (table) => {
        const found = fisherTable(table);
        if (found.ok) expect(found.p).toBeCloseTo(enumerated(table), 9);
      }),
      { numRuns: 60 },
    );
  });

  // p by R 4.2.2, fisher.test(matrix(..., byrow = TRUE), workspace = 2e7)
  it.each([
    ['of a Table 1', 0.09090923431073504, '14 18 9 11; 8 15 17 10; 6 11 12 19'],
    ['of one large row and one small', 0.061414821410475252, '2405 2371 2420; 238 291 275'],
    [
      'of many cells, most of them empty',
      0.98931518517955208,
      '0 0 0 1 0 1 0 0 1 1; 1 0 0 1 0 0 0 0 0 2; 0 0 1 1 1 0 0 1 0 1; 1 0 0 0 0 0 0 1 1 1; 0 1 1 0 1 0 1 1 0 0',
    ],
    ['of a strong association', 1.0039986944528688e-10, '9 1 0 0 2; 1 8 1 0 1; 0 2 7 1 0; 1 0 2 9 1'],
    ['of one so strong that few tables are as improbable', 2.4927397695075995e-77, '60 3 1 2; 1 55 4 0; 0 1 2 70'],
  ])('is what fisher.test gives: %s', (_, p, text) => {
    const found = fisherTable(text.split('; ').map((row) => row.split(' ').map(Number)));
    expect(found).toMatchObject({ ok: true, method: 'exact' });
    expect(found.ok && found.p / p).toBeCloseTo(1, 9);
  });

  const sparse = fc.tuple(fc.integer({ min: 3, max: 9 }), fc.integer({ min: 3, max: 9 })).chain(([r, c]) =>
    fc.array(fc.tuple(fc.nat({ max: r - 1 }), fc.nat({ max: c - 1 })), { minLength: 3, maxLength: 15 }).map((cells) => {
      const table = Array.from({ length: r }, () => new Array<number>(c).fill(0));
      for (const [i, j] of cells) table[i]![j]!++;
      return table;
    }),
  );

  it('does not depend on the order of rows and columns, or on which are which', () => {
    fc.assert(
      fc.property(fc.oneof(small, sparse), (table) => {
        const turned = table[0]!.map((_, j) => table.map((row) => row[j]!)).reverse();
        const [a, b] = [fisherTable(table), fisherTable(turned)];
        expect(b.ok).toBe(a.ok);
        if (a.ok && b.ok) expect(b.p).toBeCloseTo(a.p, 9);
      }),
    );
  });

  it('is estimated, and says so, where the exact sum takes too many steps', () => {
    const table = [
      [8, 5, 7],
      [3, 9, 6],
      [5, 6, 8],
    ];
    const [exact, drawn] = [fisherTable(table), fisherTable(table, { workLimit: 10 })];
    expect(exact).toMatchObject({ ok: true, method: 'exact' });
    expect(drawn).toMatchObject({ ok: true, method: 'monte carlo', draws: 100_000 });
    expect(fisherTable(table, { workLimit: 10 })).toEqual(drawn);
    if (exact.ok && drawn.ok && drawn.method === 'monte carlo') {
      expect(Math.abs(drawn.p - exact.p)).toBeLessThan(5 * drawn.standardError);
    }
  });
});

/** Sum of probabilities not above the table's own, over every table with its margins. */
function enumerated(table: readonly (readonly number[])[]): number {
  const rows = table.map((row) => row.reduce((a, b) => a + b, 0));
  const columns = table[0]!.map((_, j) => table.reduce((sum, row) => sum + row[j]!, 0));
  const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1));
  const weight = (cells: readonly number[]) => cells.reduce((product, cell) => product / factorial(cell), 1);
  const own = weight(table.flat());
  let all = 0;
  let rare = 0;
  const fill = (cell: number, left: number[], inRow: number, product: number): void => {
    if (cell === rows.length * columns.length) {
      all += product;
      if (product <= own * (1 + 1e-7)) rare += product;
      return;
    }
    const [row, column] = [Math.floor(cell / columns.length), cell % columns.length];
    const rest = column === 0 ? rows[row]! : inRow;
    const isLast = column === columns.length - 1;
    for (let x = isLast ? rest : 0; x <= Math.min(rest, left[column]!); x++) {
      const next = left.slice();
      next[column]! -= x;
      if (row === rows.length - 1 && next[column] !== 0) continue;
      fill(cell + 1, next, rest - x, product / factorial(x));
    }
  };
  fill(0, columns, 0, 1);
  return rare / all;
}

describe('a proportion', () => {
  it('has limits around it and a p in [0, 1]', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 400 }),
        fc.nat(),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (n, draw, hypothesis) => {
          const x = draw % (n + 1);
          const found = proportion(x, n, { hypothesis });
          expect(found.p).toBeGreaterThanOrEqual(0);
          expect(found.p).toBeLessThanOrEqual(1);
          for (const name of ['clopper-pearson', 'wilson', 'wilson-corrected'] as const) {
            const [lower, upper] = found.intervals[name];
            expect(lower).toBeLessThanOrEqual(x / n + 1e-15);
            expect(upper).toBeGreaterThanOrEqual(x / n - 1e-15);
          }
          const mirrored = proportion(n - x, n, { hypothesis: 1 - hypothesis }).intervals['clopper-pearson'];
          expect(mirrored[0]).toBeCloseTo(1 - found.intervals['clopper-pearson'][1], 9);
        },
      ),
    );
  });

  it('is tested by the sum of the outcomes not more probable', () => {
    // binom.test(682, 925, p = 0.75) of R's example: p-value 0.3825
    expect(proportion(682, 925, { hypothesis: 0.75 }).p).toBeCloseTo(0.3825, 4);
    expect(proportion(0, 4, { hypothesis: 0 }).p).toBe(1);
    expect(proportion(1, 4, { hypothesis: 0 }).p).toBe(0);
  });

  it('is not made of more than all', () => {
    expect(() => proportion(5, 4)).toThrow(RangeError);
    expect(() => proportion(0, 0)).toThrow(RangeError);
  });
});

describe('the Mantel-Haenszel analysis', () => {
  it("agrees with Breslow and Day's own example", () => {
    // Breslow & Day 1980, p. 137: oesophageal cancer and alcohol by six ages; odds ratio 5.158, homogeneity chi-square 9.32, corrected about as much
    const strata: Stratum[] = [
      [1, 0, 9, 106],
      [4, 5, 26, 164],
      [25, 21, 29, 138],
      [42, 34, 27, 139],
      [19, 36, 18, 88],
      [5, 8, 0, 31],
    ];
    const found = mantelHaenszel(strata);
    expect(found.ok && found.oddsRatio.estimate).toBeCloseTo(5.158, 3);
    expect(found.ok && found.homogeneity?.breslowDay.statistic).toBeCloseTo(9.32, 2);
  });

  it('is that of one table where there is one', () => {
    fc.assert(
      fc.property(cells, ([a, b, c, d]) => {
        const found = mantelHaenszel([[a, b, c, d]]);
        const exact = fisherExact(a, b, c, d);
        expect(found.ok).toBe(exact.ok);
        if (!found.ok || !exact.ok) return;
        expect(found.exactP).toBeCloseTo(exact.p, 9);
        expect(found.conditional.lower).toBeCloseTo(exact.lower, 7);
        if (Number.isFinite(exact.oddsRatio))
          expect(
            Math.abs(found.conditional.estimate / (exact.oddsRatio || 1) - (exact.oddsRatio ? 1 : 0)),
          ).toBeLessThan(1e-8);
        if (b * c > 0) expect(found.oddsRatio.estimate).toBeCloseTo((a * d) / (b * c), 9);
      }),
      { numRuns: 50 },
    );
  });

  it('leaves out strata with an empty margin, and says so where none is left', () => {
    const table: Stratum = [5, 3, 2, 7];
    const [alone, beside] = [mantelHaenszel([table]), mantelHaenszel([table, [0, 0, 3, 4]])];
    expect(beside).toEqual({ ...alone, dropped: 1 });
    expect(mantelHaenszel([[0, 0, 3, 4]])).toEqual({ ok: false, problem: 'empty margin' });
  });
});

describe("McNemar's test", () => {
  it('says that no pair is discordant', () => {
    expect(mcNemar(0, 0)).toEqual({ ok: false, problem: 'no discordant pairs' });
  });

  it('has a ratio whose exact limits hold it', () => {
    fc.assert(
      fc.property(count, count, (b, c) => {
        const found = mcNemar(b, c);
        if (!found.ok) return;
        expect(found.lower).toBeLessThanOrEqual(found.oddsRatio);
        expect(found.upper).toBeGreaterThanOrEqual(found.oddsRatio);
        expect(found.corrected.p).toBeGreaterThanOrEqual(found.uncorrected.p);
      }),
    );
  });
});

describe('the trend of proportions', () => {
  it('turns its sign with the scores and ignores their unit', () => {
    const [events, sizes] = [Float64Array.of(3, 6, 11), Float64Array.of(20, 21, 19)];
    const at = (scores: number[]) => trendOfProportions(events, sizes, Float64Array.from(scores));
    const up = at([1, 2, 3]);
    expect(up).toEqual(trendOfProportions(events, sizes));
    const down = at([30, 20, 10]);
    expect(down.ok && down.z).toBeCloseTo(up.ok ? -up.z : Number.NaN, 12);
  });

  it('says what forbids it', () => {
    const sizes = Float64Array.of(4, 5);
    expect(trendOfProportions(Float64Array.of(0, 0), sizes)).toEqual({ ok: false, problem: 'one class' });
    expect(trendOfProportions(Float64Array.of(1, 2), sizes, Float64Array.of(3, 3))).toEqual({
      ok: false,
      problem: 'constant',
    });
    expect(() => trendOfProportions(Float64Array.of(9, 2), sizes)).toThrow(RangeError);
  });
});
