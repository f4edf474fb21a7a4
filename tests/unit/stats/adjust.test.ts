import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ADJUSTMENTS, adjust } from '../../../lib/stats/index.ts';

const pValues = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 30 });

/** Hommel's by its definition: rejected at `alpha` unless some subset that holds it passes Simes' test; p is the least such alpha. */
function closedSimes(p: readonly number[], i: number): number {
  let worst = 0;
  for (let set = 1; set < 1 << p.length; set++) {
    if ((set & (1 << i)) === 0) continue;
    const members = p.filter((_, j) => (set & (1 << j)) !== 0).sort((a, b) => a - b);
    worst = Math.max(worst, Math.min(...members.map((value, rank) => (value * members.length) / (rank + 1))));
  }
  return Math.min(1, worst);
}

describe.each(ADJUSTMENTS)('the adjustment %s', (method) => {
  it('is at least the p value, at most 1, and keeps the order', () => {
    fc.assert(
      fc.property(pValues, (p) => {
        const adjusted = adjust(Float64Array.from(p), method);
        p.forEach((value, i) => {
          expect(adjusted[i]).toBeGreaterThanOrEqual(value);
          expect(adjusted[i]).toBeLessThanOrEqual(1);
          p.forEach((other, j) => {
            if (value < other) expect(adjusted[i]).toBeLessThanOrEqual(adjusted[j]!);
          });
        });
      }),
    );
  });

  it('depends on the set of p values, not on their order', () => {
    fc.assert(
      fc.property(pValues, (p) => {
        const adjusted = adjust(Float64Array.from(p), method);
        expect(adjust(Float64Array.from(p).reverse(), method)).toEqual(adjusted.reverse());
      }),
    );
  });

  it('leaves a test that was not made out of the family', () => {
    const made = adjust(Float64Array.of(0.01, 0.04, 0.03), method);
    expect([...adjust(Float64Array.of(0.01, Number.NaN, 0.04, 0.03), method)]).toEqual([
      made[0],
      Number.NaN,
      made[1],
      made[2],
    ]);
  });

  it('leaves one test as it is, an empty family empty, and 0 at 0', () => {
    expect(adjust(Float64Array.of(0.2), method)).toEqual(Float64Array.of(0.2));
    expect(adjust(new Float64Array(0), method)).toEqual(new Float64Array(0));
    expect(adjust(Float64Array.of(0, 0.5), method)[0]).toBe(0);
  });
});

describe('the adjustment hommel', () => {
  it('is the closed test of Simes', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 7 }), (p) => {
        const adjusted = adjust(Float64Array.from(p), 'hommel');
        p.forEach((_, i) => {
          expect(adjusted[i]).toBeCloseTo(closedSimes(p, i), 12);
        });
      }),
      { numRuns: 60 },
    );
  });
});
