import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type CompletedFit,
  cox,
  fineGray,
  firthCox,
  firthLogistic,
  hazardAtTime,
  type ImputationColumn,
  impute,
  logistic,
  pool,
  random,
} from '../../../lib/stats/index.ts';
import { multinomial, multinomialChances } from '../../../lib/stats/logistic/multinomial.ts';
import { observed } from './follow-ups.ts';

describe('Rubin’s rules', () => {
  const fits = [
    { coefficients: [1, 0.5], standardErrors: [0.2, 0.1] },
    { coefficients: [1.2, 0.5], standardErrors: [0.3, 0.1] },
    { coefficients: [0.8, 0.5], standardErrors: [0.25, 0.1] },
  ];

  it('pool three given fits as by hand', () => {
    const [first, second] = pool(fits, { completeDegreesOfFreedom: 97 });
    const within = (0.2 ** 2 + 0.3 ** 2 + 0.25 ** 2) / 3;
    const between = 0.04;
    const total = within + (4 / 3) * between;
    const lambda = ((4 / 3) * between) / total;
    const [old, seen] = [2 / lambda ** 2, (98 / 100) * 97 * (1 - lambda)];
    expect(first).toMatchObject({ estimate: 1 });
    expect(first!.within).toAgree(within, 1e-14);
    expect(first!.between).toAgree(between, 1e-14);
    expect(first!.standardError).toAgree(Math.sqrt(total), 1e-14);
    expect(first!.lambda).toAgree(lambda, 1e-14);
    expect(first!.degreesOfFreedom).toAgree((old * seen) / (old + seen), 1e-12);
    expect(second).toMatchObject({
      estimate: 0.5,
      lambda: 0,
      missingInformation: expect.closeTo(2 / (97.02 * 0.9799 + 3), 2),
    });
  });

  it('of the same fit again and again are that fit, with normal limits', () => {
    const same = pool([fits[0]!, fits[0]!, fits[0]!]);
    expect(same[0]).toMatchObject({ estimate: 1, standardError: 0.2, degreesOfFreedom: Number.POSITIVE_INFINITY });
    expect(same[0]!.upper).toAgree(1 + 1.959963984540054 * 0.2, 1e-12);
    expect(() => pool([fits[0]!])).toThrow(RangeError);
  });

  it('give a pooled interval that holds the estimate, wider than that of the mean variance', () => {
    const fit = fc.record({
      coefficients: fc.tuple(fc.double({ min: -5, max: 5, noNaN: true })),
      standardErrors: fc.tuple(fc.double({ min: 0.01, max: 3, noNaN: true })),
    });
    fc.assert(
      fc.property(fc.array(fit, { minLength: 2, maxLength: 8 }), (given) => {
        const [one] = pool(given);
        expect(one!.lower <= one!.estimate && one!.estimate <= one!.upper).toBe(true);
        expect(one!.standardError ** 2).toBeGreaterThanOrEqual(one!.within * (1 - 1e-12));
        expect(one!.p >= 0 && one!.p <= 1).toBe(true);
      }),
    );
  });
});

describe('multinomial regression', () => {
  it('of two levels is logistic regression', () => {
    const draw = random(3);
    const x = Float64Array.from({ length: 200 }, () => draw.normal());
    const y = Uint8Array.from(x, (value) => (draw.uniform() < 1 / (1 + Math.exp(-value)) ? 1 : 0));
    const two = multinomial([x], y, 2);
    const one = logistic.fit({ outcome: y, covariates: [x], names: ['x'] });
    if (!one.ok) throw new Error('no fit');
    expect([...two.coefficients]).toAgree([...one.coefficients], 1e-6);
  });

  it('without covariates gives each level its share', () => {
    const fit = multinomial([], [0, 1, 1, 2, 2, 2], 3);
    expect([...multinomialChances(fit, [], 0)]).toAgree([1 / 6, 2 / 6, 3 / 6], 1e-6);
  });
});

describe('imputation by chained equations', () => {
  const draw = random(77);
  const n = 600;
  const of = (make: (i: number) => number) => Float64Array.from({ length: n }, (_, i) => make(i));
  const x = of(() => draw.normal());
  const b = of((i) => (draw.uniform() < 1 / (1 + Math.exp(-2 * x[i]!)) ? 1 : 0));
  const y = of((i) => 2 + x[i]! + 1.5 * b[i]! + draw.normal());
  const c = of((i) => Math.min(2, Math.max(0, Math.round(y[i]! / 2 + 0.3 * draw.normal()))));
  // missing at random: more often where x, which is always known, is large
  const holes = (values: Float64Array) =>
    values.map((value, i) => (draw.uniform() < 0.6 / (1 + Math.exp(-2 * x[i]!)) ? Number.NaN : value));
  const columns: ImputationColumn[] = [
    { name: 'x', kind: 'numeric', values: x },
    { name: 'b', kind: 'binary', values: holes(b) },
    { name: 'y', kind: 'numeric', values: holes(y) },
    { name: 'c', kind: 'categorical', levels: 3, values: holes(c) },
  ];
  const found = impute(columns, { imputations: 10, seed: 5 });
  if (!found.ok) throw new Error('not imputed');
  const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const across = (j: number) => found.completed.reduce((sum, set) => sum + mean(set[j]!), 0) / found.completed.length;

  it('leaves what is known as it is, and fills the rest with values that occur', () => {
    for (const set of found.completed) {
      columns.forEach(({ values }, j) => {
        const occurring = new Set(values);
        for (let i = 0; i < n; i++) {
          if (Number.isNaN(values[i]!)) expect(occurring.has(set[j]![i]!)).toBe(true);
          else expect(set[j]![i]).toBe(values[i]);
        }
      });
    }
    expect(found.missing[0]).toBe(0);
    expect(found.chains[0]![0]![0]).toBeUndefined();
    expect(found.chains[0]![4]![2]).toBeGreaterThan(0);
  });

  it('recovers means that the complete rows miss', () => {
    [b, y, c].forEach((truth, k) => {
      const j = k + 1;
      const known = columns[j]!.values.filter((value) => !Number.isNaN(value));
      const [bias, left] = [Math.abs(mean(known) - mean(truth)), Math.abs(across(j) - mean(truth))];
      expect(left).toBeLessThan(bias / 2);
    });
  });

  it('draws differently in each data set, the same for the same seed, and a data set whatever their number', () => {
    const [one, two] = found.completed;
    expect([...one![2]!]).not.toEqual([...two![2]!]);
    const fewer = impute(columns, { imputations: 2, seed: 5 });
    const other = impute(columns, { imputations: 2, seed: 6 });
    expect(fewer.ok && fewer.completed).toEqual(found.completed.slice(0, 2));
    expect(other.ok && other.completed[0]).not.toEqual(one);
  });

  it('pools a slope near the truth, with an interval wider than that of one data set', () => {
    const outcome = (set: readonly Float64Array[]) => Uint8Array.from(set[1]!);
    const fits = found.completed.map((set) => {
      const fit = logistic.fit({ outcome: outcome(set), covariates: [set[0]!], names: ['x'] });
      if (!fit.ok) throw new Error('no fit');
      return fit;
    });
    const slope = pool(fits)[1]!;
    expect(Math.abs(slope.estimate - 2)).toBeLessThan(3 * slope.standardError);
    expect(slope.lambda).toBeGreaterThan(0.02);
  });

  it('bears predictors that are constant, collinear or far from 0, and an outcome that they separate', () => {
    const small = 40;
    const side = Float64Array.from({ length: small }, (_, i) => (i < 20 ? 0 : 1));
    const gaps = side.map((value, i) => (i % 7 === 0 ? Number.NaN : value));
    const done = impute([
      { name: 'separated', kind: 'binary', values: gaps },
      { name: 'far', kind: 'numeric', values: side.map((value, i) => 1e8 + value + (i % 3) / 10) },
      { name: 'constant', kind: 'numeric', values: side.map(() => 3) },
      { name: 'twice', kind: 'numeric', values: side.map((value) => 2 * value) },
      { name: 'gaps', kind: 'numeric', values: side.map((value, i) => (i % 5 === 0 ? Number.NaN : value + i)) },
    ]);
    if (!done.ok) throw new Error('not imputed');
    for (const set of done.completed) {
      for (const values of set) expect(values.every(Number.isFinite)).toBe(true);
      const right = set[0]!.filter((value, i) => value === side[i]).length;
      expect(right).toBeGreaterThan(36);
    }
  });

  it('names a column without a value, and can be stopped', () => {
    const none = { name: 'none', kind: 'numeric', values: new Float64Array(n).fill(Number.NaN) } as const;
    expect(impute([columns[0]!, none])).toEqual({ ok: false, problem: 'nothing observed', columns: ['none'] });
    expect(() => impute(columns, { signal: AbortSignal.abort() })).toThrow();
  });
});

describe('imputation for a regression', () => {
  const draw = random(21);
  const n = 500;
  const of = (make: (i: number) => number) => Float64Array.from({ length: n }, (_, i) => make(i));
  const z = of(() => draw.normal());
  const x = of((i) => 0.6 * z[i]! + 0.8 * draw.normal());
  const risk = (i: number) => Math.exp(0.7 * x[i]! - 0.4 * z[i]!);
  const [event, other, end] = [
    of((i) => -Math.log(draw.uniform()) / risk(i)),
    of(() => -2 * Math.log(draw.uniform())),
    of(() => 3 * draw.uniform()),
  ];
  const time = of((i) => Math.min(event[i]!, other[i]!, end[i]!));
  const cause = Uint8Array.from(time, (t, i) => (t === event[i] ? 1 : t === other[i] ? 2 : 0));
  const failed = cause.map((code) => (code === 1 ? 1 : 0));
  const known = x.map((value, i) => (draw.uniform() < 0.7 / (1 + Math.exp(-2 * z[i]!)) ? Number.NaN : value));
  const found = impute(
    [
      { name: 'x', kind: 'numeric', values: known },
      { name: 'z', kind: 'numeric', values: z },
      { name: 'event', kind: 'binary', values: Float64Array.from(failed) },
      { name: 'hazard', kind: 'numeric', values: hazardAtTime({ time, event: failed }) },
    ],
    { imputations: 8, seed: 3 },
  );
  if (!found.ok) throw new Error(found.problem);

  /** A model of both covariates; the coefficient of x stands last. */
  const MODELS: Record<string, (x: Float64Array) => (CompletedFit & { readonly ok: true }) | { readonly ok: false }> = {
    'Cox regression': (x) => cox.fit({ time, event: failed, covariates: [z, x], names: ['z', 'x'] }),
    'Firth’s Cox regression': (x) => firthCox({ time, event: failed, covariates: [z, x], names: ['z', 'x'] }),
    'Fine-Gray regression': (x) => fineGray({ time, cause, covariates: [z, x], names: ['z', 'x'] }),
    'logistic regression': (x) => logistic.fit({ outcome: failed, covariates: [z, x], names: ['z', 'x'] }),
    'Firth’s logistic regression': (x) => firthLogistic({ outcome: failed, covariates: [z, x], names: ['z', 'x'] }),
  };

  it.each(Object.entries(MODELS))('of %s pools to what all data give, less surely', (_, model) => {
    const fitted = (values: Float64Array) => {
      const fit = model(values);
      if (!fit.ok) throw new Error('no fit');
      return fit;
    };
    const whole = fitted(x);
    const [truth, error] = [whole.coefficients.at(-1)!, whole.standardErrors.at(-1)!];
    const slope = pool(found.completed.map(([values]) => fitted(values!))).at(-1)!;
    expect(Math.abs(slope.estimate - truth)).toBeLessThan(2 * slope.standardError);
    expect(slope.standardError).toBeGreaterThan(error);
    expect(slope.missingInformation).toBeGreaterThan(0.1);
    expect(slope.missingInformation).toBeLessThan(0.9);
  });
});

describe('the hazard at a patient’s own time', () => {
  it('is Nelson-Aalen’s', () => {
    expect([...hazardAtTime(observed([2, 1, 3], [1, 1, 0]))]).toAgree([1 / 3 + 1 / 2, 1 / 3, 1 / 3 + 1 / 2], 1e-14);
  });
});
