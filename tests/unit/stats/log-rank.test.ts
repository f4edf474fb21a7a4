import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kaplanMeier, logRank } from '../../../lib/stats/index.ts';
import { followUp, groupsOf, observed, type Patient, patients, shuffled } from './follow-ups.ts';

const tablesOf = (rows: readonly Patient[]) => logRank.accumulate(followUp(rows), groupsOf(rows), 3);

const compared = (time: number[], event: number[], group: number[], groups = 2, strata?: number[]) =>
  logRank.solve(
    logRank.accumulate(
      observed(time, event),
      Int32Array.from(group),
      groups,
      strata === undefined ? undefined : Int32Array.from(strata),
    ),
  );

describe('log-rank', () => {
  it('is what six patients give by hand', () => {
    const result = compared([1, 2, 3, 4, 5, 6], [1, 1, 1, 1, 1, 1], [0, 0, 0, 1, 1, 1]);
    const expected = 3 / 6 + 2 / 5 + 1 / 4;
    const variance = (3 * 3) / 36 + (2 * 3) / 25 + (1 * 3) / 16;
    expect(result).toMatchObject({ ok: true, degreesOfFreedom: 1, observed: [3, 3] });
    expect(result.expected).toAgree([expected, 6 - expected], 1e-14);
    expect(result.variance[0]![0]).toBeCloseTo(variance, 14);
    expect(result.ok && result.chiSquare).toBeCloseTo((3 - expected) ** 2 / variance, 13);
  });

  it('is the same from any split of the rows as from all', () => {
    fc.assert(
      fc.property(patients(), fc.array(fc.nat({ max: 3 }), { minLength: 40, maxLength: 40 }), (rows, part) => {
        const parts = [0, 1, 2, 3].map((k) => rows.filter((_, i) => part[i] === k));
        expect(logRank.solve(parts.map(tablesOf).reduce(logRank.merge))).toEqual(logRank.solve(tablesOf(rows)));
      }),
    );
  });

  it('has a merge that is associative and commutative', () => {
    fc.assert(
      fc.property(patients(), patients(), patients(), (a, b, c) => {
        const [x, y, z] = [a, b, c].map(tablesOf);
        const { merge, solve } = logRank;
        expect(merge(merge(x!, y!), z!)).toEqual(merge(x!, merge(y!, z!)));
        expect(solve(merge(x!, y!))).toEqual(solve(merge(y!, x!)));
      }),
    );
  });

  it('does not depend on the order of the rows, nor on which group comes first', () => {
    fc.assert(
      fc.property(patients({ min: 4 }), fc.array(fc.nat(), { minLength: 5, maxLength: 40 }), (rows, keys) => {
        const result = logRank.solve(tablesOf(rows));
        expect(logRank.solve(tablesOf(shuffled(rows, keys)))).toEqual(result);
        const renamed = logRank.solve(tablesOf(rows.map((row) => ({ ...row, group: 2 - row.group }))));
        expect(renamed.ok).toBe(result.ok);
        if (renamed.ok && result.ok) expect(renamed.chiSquare).toAgree(result.chiSquare, 1e-9);
      }),
    );
  });

  it('has a p within [0, 1], as many events expected as observed, and rows of variance that sum to 0', () => {
    fc.assert(
      fc.property(patients(), (rows) => {
        const result = logRank.solve(tablesOf(rows));
        const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
        expect(sum(result.expected)).toBeCloseTo(sum(result.observed), 10);
        for (const row of result.variance) expect(sum(row)).toBeCloseTo(0, 10);
        if (result.ok) expect(result.p >= 0 && result.p <= 1).toBe(true);
      }),
    );
  });

  it('adds strata up', () => {
    const first = compared([1, 2, 3, 4], [1, 1, 0, 1], [0, 1, 0, 1]);
    const second = compared([2, 3, 5, 9], [1, 1, 1, 1], [1, 0, 0, 1]);
    const both = compared(
      [1, 2, 3, 4, 2, 3, 5, 9],
      [1, 1, 0, 1, 1, 1, 1, 1],
      [0, 1, 0, 1, 1, 0, 0, 1],
      2,
      [7, 7, 7, 7, 8, 8, 8, 8],
    );
    expect(both.expected).toAgree(
      first.expected.map((e, g) => e + second.expected[g]!),
      1e-14,
    );
    expect(both.variance[0]![0]).toBeCloseTo(first.variance[0]![0]! + second.variance[0]![0]!, 14);
  });

  it('ignores a stratum of one', () => {
    const result = compared([1, 2, 3, 4, 5, 6], Array(6).fill(1), [1, 0, 1, 0, 1, 0], 2, [1, 1, 1, 1, 1, 2]);
    expect(result.ok && result.chiSquare).toBeCloseTo(0.073903002, 8); // survdiff, as the Cox score test
  });

  it.each([
    ['one group', compared([1, 2, 3], [1, 1, 1], [0, 0, 0])],
    ['no events', compared([1, 2, 3], [0, 0, 0], [0, 1, 0])],
    ['zero variance', compared([5, 5, 5, 5], [1, 1, 1, 1], [0, 1, 0, 1])],
    ['zero variance', compared([1, 2, 5, 6, 7], [0, 0, 1, 1, 1], [0, 0, 1, 1, 1])],
    ['zero variance', compared([1, 2, 3], [1, 1, 1], [0, 1, 0], 2, [1, 2, 3])],
  ])('says %s when that is so', (problem, result) => {
    expect(result).toMatchObject({ ok: false, problem });
  });

  it('leaves an empty group out and names it', () => {
    const result = compared([1, 2, 3, 4], [1, 1, 0, 1], [0, 1, 0, 1], 3);
    expect(result).toMatchObject({ ok: true, degreesOfFreedom: 1, empty: [2] });
    expect(result.ok && result.chiSquare).toBeCloseTo(0.058823529, 8); // survdiff
  });

  it('loses a degree of freedom to a group that is gone before the first event', () => {
    const result = compared([1, 1, 5, 6, 7, 8], [0, 0, 1, 1, 1, 1], [0, 0, 1, 1, 2, 2], 3);
    expect(result).toMatchObject({ ok: true, degreesOfFreedom: 1 });
    expect(result.ok && [result.chiSquare, result.p]).toAgree([2.8823529, 0.089555074], 1e-7); // survdiff
  });

  it('keeps a logarithm of p where p itself is 0', () => {
    const n = 4000;
    const time = Array.from({ length: n }, (_, i) => i);
    const result = compared(
      time,
      Array(n).fill(1),
      time.map((t) => (t < n / 2 ? 0 : 1)),
    );
    expect(result.ok && result.p).toBe(0);
    expect(result.ok && result.logP).toBeLessThan(-745);
  });

  it.each([
    ['invalid-group in row 1', [0, -1, 1], undefined],
    ['invalid-group in row 2', [0, 1, 2], [1, 1, 1]],
    ['unequal-lengths in row 2', [0, 1], undefined],
    ['unequal-lengths in row 1', [0, 1, 0], [5]],
  ])('refuses codes that name no group, or are too few: %s', (fault, group, strata) => {
    expect(() => compared([1, 2, 3], [1, 1, 1], group, 2, strata)).toThrow(fault);
  });

  it('counts whole days as it ranks other times', () => {
    fc.assert(
      fc.property(patients({ min: 3 }), (rows) => {
        const days = rows.map((row) => ({ ...row, time: Math.round(row.time) }));
        const halves = days.map((row) => ({ ...row, time: row.time / 2 + 0.25 }));
        expect(logRank.solve(tablesOf(halves))).toEqual(logRank.solve(tablesOf(days)));
      }),
    );
  });

  it.each([
    ['that come ever later', [3, 9, 400, 30_000, 50_000, 7]],
    ['of which one is too late to count them all', [3, 9, 400, 30_000, 90_000, 7]],
    ['of which the first is the latest', [60_000, 59_999, 0, 4, 4, 2]],
  ])('counts days %s', (_, days) => {
    const event = [1, 0, 1, 1, 1, 0];
    const group = [0, 1, 1, 0, 1, 0];
    expect(compared(days, event, group)).toEqual(
      compared(
        days.map((day) => day / 2 + 0.25),
        event,
        group,
      ),
    );
    const curve = kaplanMeier.solve(kaplanMeier.accumulate(observed(days, event)));
    expect([...curve.time]).toEqual([...new Set(days)].sort((a, b) => a - b));
  });

  it.each([
    ['invalid-time in row 2', [1, 2, Number.NaN], [1, 1, 1]],
    ['invalid-time in row 1', [1, -2, 3], [1, 1, 1]],
    ['invalid-time in row 1', [1, Number.POSITIVE_INFINITY, 3], [1, 1, 1]],
    ['invalid-event in row 1', [1, 2, 3], [1, 2, 1]],
    ['unequal-lengths in row 2', [1, 2, 3], [1, 1]],
  ])('refuses rows that it cannot count: %s', (fault, time, event) => {
    expect(() => compared(time, event, [0, 1, 0])).toThrow(fault);
    expect(() => kaplanMeier.accumulate(observed(time, event))).toThrow(fault);
  });

  it('gives each group its curve from the same pass', () => {
    fc.assert(
      fc.property(patients({ min: 3 }), (rows) => {
        const curves = logRank.tablesByGroup(tablesOf(rows)).map((table) => kaplanMeier.solve(table));
        [0, 1, 2].forEach((g) => {
          const own = followUp(rows.filter(({ group }) => group === g));
          expect(curves[g]!.survival).toEqual(kaplanMeier.solve(kaplanMeier.accumulate(own)).survival);
        });
      }),
    );
  });
});
