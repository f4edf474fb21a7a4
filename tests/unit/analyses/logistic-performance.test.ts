import { describe, expect, it } from 'vitest';
import { optimismOf } from '../../../lib/analyses/logistic/logistic-performance.ts';
import { brierScore, logistic, random, rocArea } from '../../../lib/stats/index.ts';
import { SILENT } from './frames.ts';

/** Outcomes that a covariate tells something of, beside some that tell nothing. */
function rowsOf(n: number, noise: number) {
  const draw = random(3);
  const uniform = () => draw.below(1 << 20) / (1 << 20);
  const x = Float64Array.from({ length: n }, uniform);
  return {
    outcome: Uint8Array.from(x, (value) => (uniform() < 0.2 + 0.6 * value ? 1 : 0)),
    covariates: [x, ...Array.from({ length: noise }, () => Float64Array.from({ length: n }, uniform))],
    names: ['x', ...Array.from({ length: noise }, (_, j) => `noise ${j}`)],
  };
}

describe('Optimism of a logistic regression', () => {
  it('is the mean over samples drawn by the seed, each model in its own sample less in the patients', () => {
    const rows = rowsOf(80, 2);
    const draw = random(1);
    const samples = Array.from({ length: 12 }, () => Int32Array.from({ length: 80 }, () => draw.below(80)));
    const found = samples.map((sample) => {
      const own = {
        names: rows.names,
        outcome: Uint8Array.from(sample, (i) => rows.outcome[i]!),
        covariates: rows.covariates.map((values) => Float64Array.from(sample, (i) => values[i]!)),
      };
      const fit = logistic.fit(own);
      if (!fit.ok) throw new RangeError(fit.problem);
      const risk = Float64Array.from(rows.outcome, (_, i) => {
        const eta = rows.covariates.reduce(
          (sum, values, j) => sum + fit.coefficients[j + 1]! * values[i]!,
          fit.coefficients[0]!,
        );
        return 1 / (1 + Math.exp(-eta));
      });
      const [a, b] = [rocArea(own.outcome, fit.fitted), rocArea(rows.outcome, risk)];
      if (!a.ok || !b.ok) throw new RangeError('one class');
      return { area: a.area - b.area, brier: brierScore(own.outcome, fit.fitted) - brierScore(rows.outcome, risk) };
    });
    const mean = (key: 'area' | 'brier') => found.reduce((sum, each) => sum + each[key], 0) / found.length;
    const optimism = optimismOf(rows, 12, SILENT)!;
    expect(optimism.area).toBeCloseTo(mean('area'), 12);
    expect(optimism.brier).toBeCloseTo(mean('brier'), 12);
    expect(optimism.failed).toBe(0);
  });

  it('grows with covariates that tell nothing, and shrinks with patients', () => {
    const [plain, noisy, large] = [rowsOf(120, 0), rowsOf(120, 12), rowsOf(3000, 12)].map(
      (rows) => optimismOf(rows, 40, SILENT)!,
    );
    expect(noisy!.area).toBeGreaterThan(plain!.area + 0.02);
    expect(large!.area).toBeLessThan(noisy!.area / 4);
    expect(noisy!.slope).toBeLessThan(0.8);
    expect(large!.slope).toBeGreaterThan(0.85);
  });

  it('is none where no sample has an estimate', () => {
    const outcome = Uint8Array.of(0, 0, 0, 1, 1, 1);
    expect(
      optimismOf({ outcome, covariates: [Float64Array.of(1, 2, 3, 4, 5, 6)], names: ['x'] }, 5, SILENT),
    ).toBeUndefined();
  });
});
