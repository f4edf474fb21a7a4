import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { logRank, maximallySelected, random } from '../../../lib/stats/index.ts';
import { mersenneTwister } from '../../../lib/stats/numeric/mersenne-twister.ts';
import { boxProbability } from '../../../lib/stats/numeric/multivariate-normal.ts';
import { observed } from './follow-ups.ts';

const filled = (size: number, value: number) => new Float64Array(size).fill(value);
const equal = (size: number, r: number) =>
  Float64Array.from({ length: size * size }, (_, cell) => (cell % (size + 1) === 0 ? 1 : r));

describe('R’s random numbers', () => {
  it('are those after set.seed(1)', () => {
    const uniform = mersenneTwister(1);
    expect([uniform(), uniform(), uniform()]).toAgree([0.2655086631421, 0.37212389963679, 0.572853363351896], 1e-14);
  });
});

describe('the probability of a box', () => {
  it('of one and two dimensions is exact', () => {
    expect(boxProbability(filled(1, -1.959963984540054), filled(1, 1.959963984540054), filled(1, 1))).toMatchObject({
      error: 0,
    });
    fc.assert(
      fc.property(fc.double({ min: -0.99, max: 0.99, noNaN: true }), (r) => {
        const { probability } = boxProbability(filled(2, -40), filled(2, 0), equal(2, r));
        expect(probability).toAgree(1 / 4 + Math.asin(r) / (2 * Math.PI), 1e-8);
      }),
    );
  });

  it('of three dimensions is that of the orthant within its error', () => {
    const { probability, error } = boxProbability(filled(3, -40), filled(3, 0), equal(3, 0.3), {
      points: 1e6,
      tolerance: 1e-5,
    });
    const exact = 1 / 8 + (3 * Math.asin(0.3)) / (4 * Math.PI);
    expect(Math.abs(probability - exact)).toBeLessThan(Math.max(1e-5, error));
  });

  it('of five dimensions is what mvtnorm’s manual prints', () => {
    const { probability } = boxProbability(filled(5, -1), filled(5, 3), equal(5, 0.5));
    expect(probability.toFixed(7)).toBe('0.5800051');
  });

  it('of variables that are one is that of one', () => {
    const one = boxProbability(filled(1, -1), filled(1, 2), filled(1, 1)).probability;
    expect(boxProbability(filled(3, -1), filled(3, 2), equal(3, 1)).probability).toAgree(one, 1e-12);
  });

  it('of independent variables is the product, in any number of dimensions', () => {
    const one = boxProbability(filled(1, -1), filled(1, 2), filled(1, 1)).probability;
    for (const size of [5, 20, 120]) {
      const { probability } = boxProbability(filled(size, -1), filled(size, 2), equal(size, 0));
      expect(probability).toAgree(one ** size, 1e-12);
    }
  });
});

describe('the maximally selected log-rank statistic', () => {
  const draw = random(2);
  const n = 100;
  const marker = Float64Array.from({ length: n }, () => Math.round(20 * draw.uniform()));
  const f = observed(
    Array.from(marker, (value) => (-Math.log(draw.uniform()) * 50) / (value > 12 ? 9 : 1)),
    Array.from(marker, () => (draw.uniform() < 0.8 ? 1 : 0)),
  );

  it('finds the cut, with a p value above the one that forgets the choice', () => {
    const found = maximallySelected(f, marker);
    if (!found.ok) throw new Error('no cut');
    expect(Math.abs(found.cut - 12)).toBeLessThanOrEqual(2);
    const group = Int32Array.from(marker, (value) => (value > found.cut ? 1 : 0));
    const naive = logRank.solve(logRank.accumulate(f, group, 2));
    if (!naive.ok) throw new Error('no test');
    for (const p of Object.values(found.p)) {
      expect(p).toBeGreaterThan(naive.p);
      expect(p).toBeLessThan(0.01);
    }
  });

  it('does not change with the order of the patients or a rising function of the marker', () => {
    const found = maximallySelected(f, marker);
    const back = { time: f.time.slice().reverse(), event: f.event.slice().reverse() };
    const turned = maximallySelected(back, marker.slice().reverse());
    const raised = maximallySelected(f, marker.map(Math.exp));
    if (!found.ok || !turned.ok || !raised.ok) throw new Error('no cut');
    expect([...turned.statistics]).toAgree([...found.statistics], 1e-9);
    expect(raised.statistic).toBe(found.statistic);
    expect(raised.cut).toBe(Math.exp(found.cut));
  });

  it('leaves the shares below and above that it is told to', () => {
    const found = maximallySelected(f, marker, { least: 0.4, most: 0.6 });
    if (!found.ok) throw new Error('no cut');
    for (const cut of found.cuts) {
      const below = marker.filter((value) => value <= cut).length / n;
      expect(below >= 0.4 - 1 / n && below <= 0.6).toBe(true);
    }
  });

  it('names what forbids it', () => {
    expect(maximallySelected(f, filled(n, 1))).toMatchObject({ ok: false, problem: 'no cut' });
    expect(maximallySelected({ ...f, event: new Uint8Array(n) }, marker)).toMatchObject({ problem: 'no events' });
  });
});
