import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  brierScore,
  calibrationSlope,
  compareRoc,
  firthLogistic,
  hosmerLemeshow,
  type LogisticRows,
  logistic,
  logisticProfile,
  random,
  riskGroups,
  rocArea,
  rocCurve,
} from '../../../lib/stats/index.ts';

/** Overlapping outcomes on two covariates. */
function cohort(seed: number, n = 60): LogisticRows {
  const stream = random(seed);
  const a = Float64Array.from({ length: n }, stream.normal);
  const b = Float64Array.from({ length: n }, () => stream.below(2));
  const outcome = Uint8Array.from(a, (x, i) => (stream.uniform() < 1 / (1 + Math.exp(-x / 2 - b[i]! / 2)) ? 1 : 0));
  return { outcome, covariates: [a, b], names: ['a', 'b'] };
}

const fitted = (rows: LogisticRows) => {
  const fit = logistic.fit(rows);
  if (!fit.ok) throw new Error(fit.problem);
  return fit;
};

describe('logistic regression', () => {
  it('sees in one binary covariate the log odds ratio of the table', () => {
    const rows = {
      outcome: Uint8Array.of(1, 1, 1, 0, 0, 1, 0, 0, 0, 0),
      covariates: [Float64Array.of(1, 1, 1, 1, 1, 0, 0, 0, 0, 0)],
      names: ['x'],
    };
    const fit = fitted(rows);
    expect(fit.coefficients[1]).toBeCloseTo(Math.log((3 * 4) / (2 * 1)), 12);
    expect(fit.standardErrors[1]).toBeCloseTo(Math.sqrt(1 / 3 + 1 / 2 + 1 + 1 / 4), 12);
  });

  it('merges summaries of any split to those of one batch', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 59 }), (seed, cut) => {
        const rows = cohort(seed);
        const frame = logistic.frame(rows);
        const beta = Float64Array.of(0.2, -0.4, 0.3);
        const part = (from: number, to: number) =>
          logistic.accumulate(
            logistic.design(
              {
                ...rows,
                outcome: rows.outcome.slice(from, to),
                covariates: rows.covariates.map((x) => x.slice(from, to)),
              },
              frame,
            ),
            beta,
          );
        const [whole, merged] = [part(0, 60), logistic.merge(part(0, cut), part(cut, 60))];
        expect(merged.logLikelihood).toBeCloseTo(whole.logLikelihood, 11);
        merged.information.forEach((value, i) => {
          expect(value).toBeCloseTo(whole.information[i]!, 11);
        });
      }),
    );
  });

  it('counts a weight of 2 as two copies and leaves out a weight of 0', () => {
    const rows = cohort(5);
    const weights = Float64Array.from(rows.outcome, (_, i) => i % 3);
    const copies = [...rows.outcome.keys()].flatMap((i) => new Array<number>(i % 3).fill(i));
    const doubled = {
      ...rows,
      outcome: Uint8Array.from(copies, (i) => rows.outcome[i]!),
      covariates: rows.covariates.map((x) => Float64Array.from(copies, (i) => x[i]!)),
    };
    const [weighted, copied] = [fitted({ ...rows, weights }), fitted(doubled)];
    weighted.coefficients.forEach((b, j) => {
      expect(b).toBeCloseTo(copied.coefficients[j]!, 10);
      expect(weighted.standardErrors[j]).toBeCloseTo(copied.standardErrors[j]!, 10);
    });
    expect(weighted.n).toBe(copied.n);
  });

  it('does not depend on unit and offset of a covariate', () => {
    fc.assert(
      fc.property(fc.integer(), fc.constantFrom(1, 1e8), fc.constantFrom(-1e3, 1e-3), (seed, offset, unit) => {
        const rows = cohort(seed);
        const found = logistic.fit(rows);
        if (!found.ok) return;
        const moved = fitted({
          ...rows,
          covariates: [rows.covariates[0]!.map((x) => x + offset), rows.covariates[1]!.map((x) => x * unit)],
        });
        expect(moved.coefficients[1]).toBeCloseTo(found.coefficients[1]!, offset > 1 ? 6 : 10);
        expect(moved.coefficients[2]! * unit).toBeCloseTo(found.coefficients[2]!, offset > 1 ? 6 : 10);
        expect(moved.deviance).toBeCloseTo(found.deviance, 6);
      }),
      { numRuns: 30 },
    );
  });

  const outcome = Uint8Array.of(0, 0, 0, 1, 1, 1);
  const mixed = Float64Array.of(1, 2, 3, 2, 1, 4);

  it.each([
    ['one class', [], { outcome: new Uint8Array(6), covariates: [mixed], names: ['x'] }],
    ['constant', ['y'], { outcome, covariates: [mixed, new Float64Array(6).fill(7)], names: ['x', 'y'] }],
    ['collinear', ['y'], { outcome, covariates: [mixed, mixed.map((x) => 3 - 2 * x)], names: ['x', 'y'] }],
  ] as const)('names what forbids an estimate: %s', (problem, columns, rows) => {
    expect(logistic.fit(rows)).toMatchObject({ ok: false, problem, columns });
    expect(firthLogistic(rows)).toMatchObject({ ok: false, problem, columns });
    expect(logisticProfile(rows)).toMatchObject({ ok: false, problem, columns });
  });

  it('names complete separation, whose deviance tends to 0', () => {
    const found = logistic.fit({ outcome, covariates: [Float64Array.of(6, 5, 4, 3, 2, 1)], names: ['x'] });
    expect(found).toMatchObject({
      ok: false,
      problem: 'separated',
      columns: ['x'],
      directions: [-1],
      limit: { deviance: 0 },
    });
  });

  it('names quasi-complete separation, by a single row too, and fits what it leaves', () => {
    const rows = cohort(11);
    const carrier = Float64Array.from(rows.outcome, () => 0);
    const row = rows.outcome.indexOf(1);
    carrier[row] = 1;
    const found = logistic.fit({ ...rows, covariates: [...rows.covariates, carrier], names: [...rows.names, 'gene'] });
    const without = fitted({
      ...rows,
      outcome: rows.outcome.filter((_, i) => i !== row),
      covariates: rows.covariates.map((x) => x.filter((_, i) => i !== row)),
    });
    expect(found).toMatchObject({ ok: false, problem: 'separated', columns: ['gene'], directions: [1] });
    if (found.ok || found.problem !== 'separated') return;
    expect(found.limit.deviance).toBeCloseTo(without.deviance, 9);
    expect(found.limit.coefficients['a']).toBeCloseTo(without.coefficients[1]!, 9);
  });

  it('refuses rows that are none', () => {
    expect(() => logistic.fit({ outcome: Uint8Array.of(0, 2), covariates: [], names: [] })).toThrow(RangeError);
    expect(() =>
      logistic.fit({ outcome: Uint8Array.of(0, 1), covariates: [Float64Array.of(1, Number.NaN)], names: ['x'] }),
    ).toThrow(RangeError);
    expect(() =>
      logistic.fit({ outcome: Uint8Array.of(0, 1), covariates: [], names: [], weights: Float64Array.of(1, -1) }),
    ).toThrow(RangeError);
  });
});

describe('profile likelihoods', () => {
  it('hold the estimate, and reject 0 when the test does', () => {
    for (let seed = 0; seed < 15; seed++) {
      const rows = cohort(seed);
      const [fit, profile] = [logistic.fit(rows), logisticProfile(rows)];
      if (!fit.ok || !profile.ok) continue;
      fit.coefficients.forEach((b, j) => {
        expect(profile.lower[j]).toBeLessThan(b);
        expect(profile.upper[j]).toBeGreaterThan(b);
        expect(Number(profile.lower[j]) > 0 || Number(profile.upper[j]) < 0).toBe(profile.tests[j]!.p < 0.05);
      });
    }
  });

  it('of Firth stay finite where the covariate separates', () => {
    const fit = firthLogistic({
      outcome: Uint8Array.of(0, 0, 0, 0, 1, 1, 1, 1),
      covariates: [Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8)],
      names: ['x'],
    });
    expect(fit.ok).toBe(true);
    if (!fit.ok) return;
    expect(fit.coefficients.every(Number.isFinite)).toBe(true);
    expect(fit.lower[1]).toBeLessThan(fit.coefficients[1]!);
    expect(fit.upper[1]).toBeGreaterThan(fit.coefficients[1]!);
  });

  it('of Firth add a half to each cell of a saturated table', () => {
    // Firth's estimate for one binary covariate is the log odds ratio with half a patient more in each cell
    const x = Float64Array.of(1, 1, 1, 1, 0, 0, 0, 0, 0);
    const fit = firthLogistic({ outcome: Uint8Array.of(1, 1, 1, 1, 1, 0, 0, 0, 0), covariates: [x], names: ['x'] });
    expect(fit.ok && fit.coefficients[1]).toBeCloseTo(Math.log((4.5 * 4.5) / (0.5 * 1.5)), 9);
  });
});

describe('the receiver operating characteristic', () => {
  const drawn = fc.array(fc.tuple(fc.integer({ min: 0, max: 1 }), fc.integer({ min: -5, max: 5 })), {
    minLength: 3,
    maxLength: 40,
  });

  it('has an area of pairs in order, which any rising scale keeps and a falling one mirrors', () => {
    fc.assert(
      fc.property(drawn, (pairs) => {
        const outcome = Uint8Array.from(pairs, ([y]) => y);
        const marker = Float64Array.from(pairs, ([, x]) => x);
        const found = rocArea(outcome, marker);
        if (!found.ok) return;
        let [inOrder, all] = [0, 0];
        for (const [y, x] of pairs)
          for (const [v, w] of pairs)
            if (y === 1 && v === 0) [inOrder, all] = [inOrder + (x > w ? 1 : x === w ? 0.5 : 0), all + 1];
        expect(found.area).toBeCloseTo(inOrder / all, 12);
        expect(rocArea(outcome, marker.map(Math.exp))).toEqual(found);
        const turned = rocArea(
          outcome,
          marker.map((x) => -x),
        );
        expect(turned.ok && turned.area).toBeCloseTo(1 - found.area, 12);
        const curve = rocCurve(outcome, marker);
        const area = curve
          .slice(1)
          .reduce(
            (sum, point, i) =>
              sum + ((curve[i]!.specificity - point.specificity) * (point.sensitivity + curve[i]!.sensitivity)) / 2,
            0,
          );
        expect(area).toBeCloseTo(found.area, 12);
      }),
    );
  });

  it('differs from itself by nothing', () => {
    const outcome = Uint8Array.of(0, 1, 0, 1, 1);
    const marker = Float64Array.of(1, 2, 3, 4, 5);
    expect(compareRoc(outcome, marker, marker)).toMatchObject({ ok: true, difference: 0, z: 0, p: 1 });
    expect(compareRoc(new Uint8Array(5), marker, marker)).toEqual({ ok: false, problem: 'one class' });
  });
});

describe('calibration', () => {
  it('has groups that hold every patient, fewer where risks are tied', () => {
    const outcome = Uint8Array.from({ length: 40 }, (_, i) => i % 2);
    const tied = Float64Array.from({ length: 40 }, (_, i) => [0.2, 0.4, 0.6, 0.8][i % 4]!);
    const groups = riskGroups(outcome, tied, 10);
    expect(groups.length).toBeLessThan(10);
    expect(groups.reduce((sum, { n }) => sum + n, 0)).toBe(40);
    expect(hosmerLemeshow(outcome, tied)).toMatchObject({ ok: true, test: { degreesOfFreedom: groups.length - 2 } });
    expect(hosmerLemeshow(outcome, tied.fill(0.5))).toMatchObject({ ok: false, problem: 'too few groups' });
  });

  it('has slope 1 and intercept 0 on the rows that the model was fitted to', () => {
    const rows = cohort(2);
    const slope = calibrationSlope(rows.outcome, fitted(rows).fitted);
    expect(slope.ok && slope.coefficients[0]).toBeCloseTo(0, 9);
    expect(slope.ok && slope.coefficients[1]).toBeCloseTo(1, 9);
  });

  it('scores the mean square of the error', () => {
    expect(brierScore(Uint8Array.of(1, 0), Float64Array.of(0.5, 0.25))).toBeCloseTo((0.25 + 0.0625) / 2, 15);
  });
});
