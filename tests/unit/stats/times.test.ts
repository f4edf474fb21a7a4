import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkFollowUp, InvalidFollowUp } from '../../../lib/stats/index.ts';
import { ascending, ranks, tieTimes, timeRanks, wholeDays } from '../../../lib/stats/survival/times.ts';
import { observed } from './follow-ups.ts';

const doubles = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { maxLength: 60 });

describe('ranking', () => {
  it('orders any finite doubles, equal ones as they came', () => {
    fc.assert(
      fc.property(doubles, (values) => {
        const order = [...ascending(Float64Array.from(values))];
        const expected = [...values.keys()].sort((a, b) => values[a]! - values[b]! || a - b);
        expect(order).toEqual(expected);
      }),
    );
  });

  it('gives equal values one rank, and 0 and -0 too', () => {
    const { distinct, rank } = ranks(Float64Array.of(3, -1, 3, 0, -0));
    expect([...rank]).toEqual([2, 0, 2, 1, 1]);
    expect([...distinct]).toEqual([-1, 0, 3]);
  });

  it('counts whole days to the same ranks', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 500 }), { maxLength: 60 }), (days) => {
        const times = Float64Array.from(days);
        expect(timeRanks(times)).toEqual(ranks(times));
      }),
    );
  });
});

describe('times that differ only by rounding', () => {
  it('are one time', () => {
    const { distinct, rank } = timeRanks(Float64Array.of(0.1 + 0.2, 0.3, 1));
    expect([...rank]).toEqual([0, 0, 1]);
    expect([...distinct]).toEqual([0.3, 1]);
  });

  it('tie at any scale, and days of any scale stay apart', () => {
    for (const scale of [1e-12, 1, 1e12]) {
      const times = Float64Array.of(0.3, 0.1 + 0.2, 0.4).map((t) => t * scale);
      expect(tieTimes(times.sort()).kept).toHaveLength(2);
    }
  });
});

describe('whole days', () => {
  it('are told from other times', () => {
    expect(wholeDays(Float64Array.of(0, 3650))).toBe(3650);
    expect(wholeDays(Float64Array.of(1, 2.5))).toBeUndefined();
    expect(wholeDays(Float64Array.of(2 ** 30))).toBeUndefined();
    expect(wholeDays(Float64Array.of(-1))).toBeUndefined();
  });
});

describe('follow-up', () => {
  it.each([
    ['invalid-time', observed([1, -1], [1, 1])],
    ['invalid-time', observed([1, Number.NaN], [1, 1])],
    ['invalid-time', observed([1, Number.POSITIVE_INFINITY], [1, 1])],
    ['invalid-event', observed([1, 2], [1, 2])],
    ['invalid-interval', observed([1, 2], [1, 1], [0, 2])],
    ['unequal-lengths', observed([1, 2], [1])],
  ])('is refused as %s with the row', (code, rows) => {
    const fault = new InvalidFollowUp(code as InvalidFollowUp['code'], 1);
    expect(() => checkFollowUp(rows)).toThrow(fault);
  });

  it('may begin and end at time 0', () => {
    expect(() => checkFollowUp(observed([0, 0], [1, 0]))).not.toThrow();
  });
});
