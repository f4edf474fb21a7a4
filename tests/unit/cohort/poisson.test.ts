import { expect, it } from 'vitest';
import { poissonLimits } from '../../../lib/cohort/genes/poisson.ts';

/** stats::poisson.test(count)$conf.int, R 4.2.2. */
const R = [
  [0, 0, 3.68887945411394],
  [1, 0.0253178079842899, 5.5716433909388989],
  [5, 1.62348639011842, 11.66833207932267],
  [40, 28.576586441789, 54.4686469639841],
  [3000, 2893.59862098466, 3109.31353047197],
] as const;

it.each(R)('The limits of a count of %i are those of R', (count, low, high) => {
  const [l, h] = poissonLimits(count);
  expect(Math.abs(l - low)).toBeLessThan(1e-9 * Math.max(1, low));
  expect(Math.abs(h - high)).toBeLessThan(1e-9 * Math.max(1, high));
});
