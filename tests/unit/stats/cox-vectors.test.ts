import { describe, expect, it } from 'vitest';
import { coxDesign } from '../../../lib/stats/cox/cox-design.ts';
import { coxLikelihood } from '../../../lib/stats/cox/cox-likelihood.ts';
import { random } from '../../../lib/stats/index.ts';

/** Follow-up of so many patients in days of any number of rows, with normal covariates. */
function given(n: number, p: number) {
  const { uniform, normal } = random(n + p);
  const column = (value: () => number) => Float64Array.from({ length: n }, value);
  return {
    time: column(() => 1 + Math.floor(900 * uniform())),
    event: Uint8Array.from({ length: n }, () => (uniform() < 0.4 ? 1 : 0)),
    covariates: Array.from({ length: p }, () => column(normal)),
    names: Array.from({ length: p }, (_, j) => `x${j}`),
    offset: column(normal),
    weights: column(() => 0.5 + uniform()),
    entry: column(() => 0.5 * uniform()),
  };
}

describe('a Cox model of many rows', () => {
  it.each([
    [5001, 1],
    [5002, 3],
    [6007, 4],
    [5003, 10],
  ])('has the likelihood of few, %d rows and %d covariates', (n, p) => {
    const { offset, weights, entry, ...plain } = given(n, p);
    for (const rows of [plain, { ...plain, offset }, { ...plain, weights, entry }]) {
      const { vectors, ...design } = coxDesign(rows);
      if (vectors === undefined) throw new Error('not many rows');
      for (const size of [0, 0.3]) {
        const beta = Float64Array.from({ length: p }, (_, j) => size * Math.cos(j));
        const many = coxLikelihood({ ...design, vectors }, beta);
        const few = coxLikelihood(design, beta);
        expect(many.logLikelihood / few.logLikelihood).toBeCloseTo(1, 13);
        few.score.forEach((value, j) => {
          expect(many.score[j]! / n).toBeCloseTo(value / n, 12);
        });
        few.information.forEach((value, j) => {
          expect(many.information[j]! / n).toBeCloseTo(value / n, 12);
        });
      }
    }
  });
});
