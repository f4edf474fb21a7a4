import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Recent } from '../../../../lib/formats/vcf/recent.ts';

const key = fc.oneof(fc.nat(20), fc.bigInt({ min: 0n, max: 2n ** 52n - 1n }).map(Number));

describe('Numbers that were met', () => {
  it('are those of a set, also beyond the room that there is at first', () => {
    fc.assert(
      fc.property(fc.array(key, { maxLength: 50 }), fc.nat(3_000), (keys, many) => {
        const [recent, set] = [new Recent(), new Set<number>()];
        const meet = (each: number): void => {
          expect(recent.has(each)).toBe(set.has(each));
          if (!set.has(each)) recent.add(each);
          set.add(each);
        };
        keys.forEach(meet);
        for (let i = 0; i < many; i++) meet(i * 1_048_576);
        keys.forEach(meet);
      }),
      { numRuns: 50 },
    );
  });

  it('are none after they were cleared', () => {
    const recent = new Recent();
    recent.add(7);
    recent.clear();
    expect(recent.has(7)).toBe(false);
  });
});
