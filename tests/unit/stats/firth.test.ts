import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  firthCox,
  firthLogistic,
  type ProfileLimit,
  random,
  splineBasis,
  splineKnots,
} from '../../../lib/stats/index.ts';

const few = fc.integer({ min: 3, max: 10 }).chain((n) =>
  fc.record({
    time: fc.array(fc.integer({ min: 1, max: 12 }), { minLength: n, maxLength: n }),
    event: fc.array(fc.integer({ min: 0, max: 1 }), { minLength: n, maxLength: n }),
    covariates: fc.array(fc.array(fc.integer({ min: -2, max: 3 }), { minLength: n, maxLength: n }), {
      minLength: 1,
      maxLength: 3,
    }),
  }),
);

interface Profiled {
  readonly names: readonly string[];
  readonly coefficients: readonly number[];
  readonly lower: readonly ProfileLimit[];
  readonly upper: readonly ProfileLimit[];
  readonly tests: readonly ({ readonly p: number } | undefined)[];
}

/** A limit that is told lies on its side of the estimate, and 0 outside of them goes with a p below 0.05. */
function expectSound({ names, coefficients, lower, upper, tests }: Profiled) {
  names.forEach((_, j) => {
    const estimate = coefficients[j]!;
    const [low, high] = [lower[j]!, upper[j]!].map((limit) => (limit === 'not followed' ? Number.NaN : limit));
    expect(low! > estimate).toBe(false);
    expect(high! < estimate).toBe(false);
    const p = tests[j]?.p ?? 1;
    expect(p).toBeGreaterThanOrEqual(0);
    if (Math.abs(p - 0.05) > 1e-6) expect(low! > 0 || high! < 0).toBe(p < 0.05);
  });
}

function logarithm(limit: ProfileLimit): ProfileLimit {
  return limit === 'not followed' ? limit : Math.log(limit);
}

describe("Firth's Cox regression of few patients", () => {
  it('has an estimate within its limits, or says why not', () => {
    fc.assert(
      fc.property(few, ({ time, event, covariates }) => {
        const fit = firthCox({
          time: Float64Array.from(time),
          event: Uint8Array.from(event),
          covariates: covariates.map((values) => Float64Array.from(values)),
          names: covariates.map((__, j) => `x${j}`),
        });
        if (!fit.ok) expect(fit.problem).toMatch(/^(no events|no information|constant|collinear|overflow)$/);
        else expectSound({ ...fit, lower: fit.lower.map(logarithm), upper: fit.upper.map(logarithm) });
      }),
      { numRuns: 200 },
    );
  });

  it.each([
    {
      time: [1, 4, 3, 12],
      event: [1, 1, 0, 1],
      covariates: [
        [1, 1, 0, 1],
        [3, -1, 0, -2],
      ],
    },
    {
      time: [12, 9, 5, 6, 10, 9, 3, 9, 12],
      event: [1, 1, 0, 1, 0, 0, 0, 0, 0],
      covariates: [
        [0, 0, 0, 0, 1, 1, 1, 0, 1],
        [3, 2, -1, 3, 1, 3, -2, 3, -1],
        [-1, 0, 2, -2, 2, -1, -2, -1, 3],
      ],
    },
  ])('finds every limit and test where whole steps overshoot: $time', ({ time, event, covariates }) => {
    const fit = firthCox({
      time: Float64Array.from(time),
      event: Uint8Array.from(event),
      covariates: covariates.map((values) => Float64Array.from(values)),
      names: covariates.map((_, j) => `x${j}`),
    });
    expect(fit.ok).toBe(true);
    if (!fit.ok) return;
    expect([...fit.lower, ...fit.upper].every((limit) => Number.isFinite(limit) && Number(limit) > 0)).toBe(true);
    expect(fit.tests.every((test) => test !== undefined && test.p > 0.05)).toBe(true);
  });
});

describe("Firth's logistic regression of few patients", () => {
  it('has an intercept within its limits beside a spline far from 0', () => {
    const x = Float64Array.of(40, 56, 63, 57, 53, 64, 75, 73);
    const bend = Float64Array.of(0, 0, 4.5, 0, 0, 6.000000000000002, 22.5, 19.499999999999986);
    const fit = firthLogistic({
      outcome: Uint8Array.of(0, 1, 0, 1, 0, 1, 0, 1),
      covariates: [x, bend, Float64Array.of(1, 1, 0, 1, 1, 1, 1, 1)],
      names: ['x', 'bend', 'y'],
    });
    expect(fit.ok).toBe(true);
    if (!fit.ok) return;
    expectSound(fit);
    expect([...fit.lower, ...fit.upper].every(Number.isFinite)).toBe(true);
  });

  it('keeps its limits under an offset of 1e8, the intercept following the slope', () => {
    const draw = random(3);
    const x = Float64Array.from({ length: 80 }, () => draw.normal());
    const z = Float64Array.from(x, () => draw.below(2));
    const outcome = Uint8Array.from(x, (value) => (draw.uniform() < 1 / (1 + Math.exp(-value)) ? 1 : 0));
    const [plain, moved] = [0, 1e8].map((offset) =>
      firthLogistic({ outcome, covariates: [x.map((value) => value + offset), z], names: ['x', 'z'] }),
    );
    if (!plain?.ok || !moved?.ok) throw new Error('both have an estimate');
    for (const ends of ['lower', 'upper'] as const) expect(moved[ends].slice(1)).toAgree(plain[ends].slice(1), 1e-6);
    expect([moved.lower[0]!, moved.upper[0]!].map((limit) => Number(limit) / -1e8)).toAgree(
      [plain.upper[1]!, plain.lower[1]!],
      1e-6,
    );
    expect(moved.tests[0]?.statistic).toAgree(plain.tests[1]?.statistic, 1e-4);
  });

  it('has estimates within their limits beside any spline', () => {
    const patients = fc.array(fc.tuple(fc.integer({ min: 40, max: 80 }), fc.boolean(), fc.boolean()), {
      minLength: 8,
      maxLength: 14,
    });
    fc.assert(
      fc.property(patients, (rows) => {
        const x = Float64Array.from(rows, ([age]) => age);
        const knots = splineKnots(x, 3);
        fc.pre(knots.length === 3);
        const covariates = [...splineBasis(x, knots), Float64Array.from(rows, ([, y]) => Number(y))];
        const outcome = Uint8Array.from(rows, ([, , z]) => Number(z));
        const fit = firthLogistic({ outcome, covariates, names: ['x', 'bend', 'y'] });
        if (fit.ok) expectSound(fit);
      }),
      { numRuns: 20 },
    );
  });
});
