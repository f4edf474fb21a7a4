import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fractionAltered, largeTransitions, type Segment } from '../../../lib/cohort/genes/segments.ts';

const seg = (chromosome: string, start: number, end: number, mean: number): Segment => ({
  chromosome,
  start: start * 1e6 + 1,
  end: end * 1e6,
  mean,
});

describe('The fraction of the genome altered', () => {
  it('is the length of what is lost or gained over all that is segmented, of autosomes', () => {
    const segments = [seg('1', 0, 60, 0), seg('1', 60, 80, 0.2), seg('2', 0, 20, -0.5), seg('X', 0, 100, 1)];
    expect(fractionAltered(segments)).toBeCloseTo(0.4, 12);
    expect(fractionAltered([seg('1', 0, 10, 0.19)])).toBe(0);
  });

  it('is absent, and not zero, without segments', () => {
    expect(fractionAltered([])).toBeUndefined();
    expect(fractionAltered([seg('Y', 0, 10, 1)])).toBeUndefined();
  });
});

describe('Large-scale transitions', () => {
  const count = (...segments: readonly Segment[]) => largeTransitions(segments, 'GRCh37');

  it('are junctions of two states of at least 10 Mb', () => {
    expect(count(seg('1', 0, 20, 0), seg('1', 20, 40, 1))).toBe(1);
    expect(count(seg('1', 0, 20, 0), seg('1', 20, 29, 1), seg('1', 29, 60, 0))).toBe(0);
    expect(count(seg('1', 0, 20, 0), seg('1', 20, 40, 0.1))).toBe(0);
    expect(count(seg('1', 0, 20, 0), seg('1', 24, 44, 1))).toBe(0); // more than 3 Mb apart
  });

  it('look past what is shorter than 3 Mb', () => {
    expect(count(seg('1', 0, 20, 0), seg('1', 20, 22.9, -1), seg('1', 22.9, 40, 1))).toBe(1);
    expect(count(seg('1', 0, 6, 1), seg('1', 6, 8, 0), seg('1', 8, 14, 1), seg('1', 14, 30, -1))).toBe(1);
  });

  it('do not reach over a centromere', () => {
    expect(count(seg('1', 100, 121, 0), seg('1', 129, 160, 1))).toBe(0);
    expect(count(seg('1', 0, 249, 0))).toBe(0);
    expect(count(seg('1', 90, 150, 0), seg('1', 150, 170, 1))).toBe(1); // the segment is cut in two
  });

  it('are absent without segments or a known build', () => {
    expect(count()).toBeUndefined();
    expect(largeTransitions([seg('1', 0, 20, 0)], undefined)).toBeUndefined();
    expect(largeTransitions([seg('1', 0, 20, 0)], 'mm10')).toBeUndefined();
  });

  it('do not depend on the order of segments, nor on which way is up', () => {
    const any = fc.array(
      fc.record({
        chromosome: fc.constantFrom('1', '9', '22', 'X'),
        start: fc.integer({ min: 1, max: 2e8 }),
        end: fc.integer({ min: 1, max: 2e8 }),
        mean: fc.double({ min: -2, max: 2, noNaN: true }),
      }),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(any, (segments) => {
        const whole = segments.filter(({ start, end }) => start <= end);
        const distinct = whole.filter(
          (a, i) => whole.findIndex((b) => b.start === a.start && b.chromosome === a.chromosome) === i,
        );
        const found = largeTransitions(distinct, 'GRCh38');
        expect(largeTransitions([...distinct].reverse(), 'GRCh38')).toBe(found);
        expect(
          largeTransitions(
            distinct.map((s) => ({ ...s, mean: -s.mean })),
            'GRCh38',
          ),
        ).toBe(found);
        const fraction = fractionAltered(distinct);
        if (fraction !== undefined) expect(fraction >= 0 && fraction <= 1).toBe(true);
      }),
    );
  });
});
