import { describe, expect, it } from 'vitest';
import {
  ADJUSTMENTS,
  adjust,
  chiSquareTable,
  cox,
  elasticNet,
  fineGray,
  firthLogistic,
  fisherExact,
  fisherTable,
  hosmerLemeshow,
  kendall,
  kruskalWallis,
  logistic,
  moments,
  oneWay,
  pairedTTest,
  pearson,
  rankSum,
  spearman,
  tTest,
  twoByTwo,
  validateElasticNet,
} from '../../../lib/stats/index.ts';

// What R makes of each stands in brackets where it differs. A title is the case.

const floats = (values: readonly number[]) => Float64Array.from(values);
const bytes = (values: readonly number[]) => Uint8Array.from(values);
const repeated = (value: number, times: number) => Array<number>(times).fill(value);
const model = (outcome: readonly number[], columns: readonly (readonly number[])[], weights?: readonly number[]) => ({
  outcome: bytes(outcome),
  covariates: columns.map(floats),
  names: columns.map((_, j) => 'xyz'[j]!),
  ...(weights === undefined ? {} : { weights: floats(weights) }),
});

/** Sixty patients: noise without a seed, times that don't tie, three causes of which 0 is censoring. */
const N = 60;
const wave = (k: number) => Array.from({ length: N }, (_, i) => Math.sin(k * (i + 1)) + Math.cos(k * k * i));
const [A, B] = [wave(12.9898), wave(78.233)];
const TIME = Array.from({ length: N }, (_, i) => 1 + ((i * 37) % N) + i / 100);
const CAUSE = Array.from({ length: N }, (_, i) => [1, 0, 2, 1, 1, 0][(i * 5) % 6]!);
const OUTCOME = A.map((a, i) => (a + Math.sin(i * i) > 0 ? 1 : 0));

describe("Fisher's exact test", () => {
  it('of 0, 0, 5, 7 is degenerate, with p 1 and no odds ratio [0, from 0 to infinity]', () => {
    const found = fisherExact(0, 0, 5, 7);
    expect(found).toMatchObject({ ok: false, problem: 'degenerate', p: 1 });
    expect(found).not.toHaveProperty('oddsRatio');
  });

  it('of 0, 5, 6, 4 has odds ratio 0 and a finite upper limit, and of 5, 0, 4, 6 the other way round', () => {
    const none = fisherExact(0, 5, 6, 4);
    expect(none).toMatchObject({ ok: true, oddsRatio: 0, lower: 0 });
    expect(none.upper).toBeCloseTo(1.28, 2);
    const all = fisherExact(5, 0, 4, 6);
    expect(all).toMatchObject({ oddsRatio: Number.POSITIVE_INFINITY, upper: Number.POSITIVE_INFINITY });
    expect(all.lower).toBeCloseTo(0.78, 2);
  });

  it('of 3, 1, 1, 3 counts the table that ties but for rounding', () => {
    expect(fisherExact(3, 1, 1, 3).p).toBeCloseTo(0.4857142857142857, 12);
  });
});

describe('logistic regression', () => {
  const rising = [1, 2, 3, 4, 5, 6, 7, 8];

  it('of separated outcomes says so [-206, "converged"]', () => {
    const found = logistic.fit(model([0, 0, 0, 0, 1, 1, 1, 1], [rising]));
    expect(found).toMatchObject({ ok: false, problem: 'separated', columns: ['x'], directions: [1] });
  });

  it('of quasi-separated outcomes, and of an empty cell, says so [20.3; 19.26, silent]', () => {
    const quasi = logistic.fit(model([0, 0, 0, 1, 0, 1, 1, 1], [[1, 2, 3, 4, 4, 5, 6, 7]]));
    expect(quasi).toMatchObject({ ok: false, problem: 'separated', columns: ['x'] });
    const cells = [0, 1, 1].flatMap((y, i) => repeated(y, [10, 5, 5][i]!));
    const groups = [0, 0, 1].flatMap((x, i) => repeated(x, [10, 5, 5][i]!));
    expect(logistic.fit(model(cells, [groups]))).toMatchObject({ ok: false, problem: 'separated', columns: ['x'] });
  });

  it('of outcomes that are all 0 has one class [-24.6, silent]', () => {
    expect(logistic.fit(model(repeated(0, 8), [rising]))).toMatchObject({ ok: false, problem: 'one class' });
  });

  it('names a constant and a collinear column [NA]', () => {
    const found = (column: number[]) => logistic.fit(model(OUTCOME, [A, column]));
    expect(found(repeated(3, N))).toMatchObject({ ok: false, problem: 'constant', columns: ['y'] });
    expect(found(A.map((a) => 2 * a + 1))).toMatchObject({ ok: false, problem: 'collinear', columns: ['y'] });
  });

  it('drops rows of weight 0 and counts them, whatever comes of the fit', () => {
    const weights = OUTCOME.map((_, i) => (i < 10 ? 0 : 1));
    const [fit, without] = [model(OUTCOME, [A], weights), model(OUTCOME.slice(10), [A.slice(10)])].map((rows) =>
      logistic.fit(rows),
    );
    expect(fit).toMatchObject({ ok: true, n: N - 10, dropped: 10 });
    expect(without).toMatchObject({ ok: true, n: N - 10, dropped: 0 });
    if (fit?.ok && without?.ok) expect(fit.coefficients).toAgree(without.coefficients, 1e-12);
    expect(logistic.fit(model(OUTCOME, [A], repeated(0, N)))).toMatchObject({ problem: 'one class', dropped: N });
    const split = model(OUTCOME, [OUTCOME], weights);
    expect(logistic.fit(split)).toMatchObject({ problem: 'separated', dropped: 10 });
    expect(firthLogistic(model(repeated(0, N), [A], weights))).toMatchObject({ problem: 'one class', dropped: 10 });
  });
});

describe('a covariate + 1e8', () => {
  it('is centred first: logistic, Cox and Fine-Gray regression give what they give without', () => {
    const far = A.map((a) => a + 1e8);
    const slopes = (x: number[]) => {
      const f = { time: floats(TIME), covariates: [floats(x)], names: ['x'] };
      const fits = [
        logistic.fit(model(OUTCOME, [x])),
        cox.fit({ ...f, event: bytes(OUTCOME) }),
        fineGray({ ...f, cause: bytes(CAUSE) }),
      ];
      return fits.map((fit) => (fit.ok ? fit.coefficients.at(-1) : fit.problem));
    };
    expect(slopes(far)).toAgree(slopes(A), 1e-6);
  });
});

describe('the elastic net', () => {
  const survival = (event: readonly number[], time: readonly number[] = TIME) =>
    ({ kind: 'survival', followUp: { time: floats(time), event: bytes(event) } }) as const;
  const columns = [A, B].map(floats);
  const some = OUTCOME;
  const tenths = Int32Array.from(A, (_, i) => i % 10);

  it('gives a constant column 0, and says that all are constant [error 7777]', () => {
    const path = elasticNet(survival(some), [columns[0]!, floats(repeated(7, N))]);
    expect(path.ok && path.coefficients.every((at) => at[1] === 0)).toBe(true);
    expect(elasticNet(survival(some), [floats(repeated(1, N))])).toEqual({ ok: false, problem: 'constant' });
  });

  it('of 3 events in 10 folds, and with a fold that is empty, has a result that names them [silent]', () => {
    const three = A.map((_, i) => ([5, 20, 41].includes(i) ? 1 : 0));
    const found = validateElasticNet(survival(three), columns, tenths);
    expect(found).toMatchObject({ ok: true, unscored: [2, 3, 4, 6, 7, 8, 9] });
    if (found.ok) expect([...found.mean, ...found.standardError].every(Number.isFinite)).toBe(true);
    const skipping = tenths.map((fold) => (fold === 4 ? 3 : fold));
    expect(validateElasticNet(survival(some), columns, skipping)).toMatchObject({ ok: true, unscored: [4] });
    expect(validateElasticNet(survival(some), columns, tenths)).toMatchObject({ ok: true, unscored: [] });
  });

  it('without an event outside a fold has no events, and names the fold [error 30000]', () => {
    const two = A.map((_, i) => ([3, 13].includes(i) ? 1 : 0));
    const found = validateElasticNet(survival(two), columns, tenths);
    expect(found).toMatchObject({ ok: false, problem: 'no events', fold: 3 });
  });

  it('with events tied with censorings is free of the unit of time: x1, x100, x1000 [0.2230, 0.2281, 0.2306]', () => {
    const days = TIME.map((time) => Math.ceil(time / 3));
    const largest = [1, 100, 1000].map((unit) => {
      const path = elasticNet(
        survival(
          some,
          days.map((day) => day * unit),
        ),
        columns,
      );
      return path.ok && path.largestLambda;
    });
    expect(largest).toEqual(repeated(largest[0] as number, 3));
  });
});

describe('Fine-Gray regression', () => {
  const of = (cause: readonly number[], covariate: readonly number[] = A, time: readonly number[] = TIME) =>
    fineGray({ time: floats(time), cause: bytes(cause), covariates: [floats(covariate)], names: ['x'] });

  it('without competing events equals robust Cox regression', () => {
    const events = CAUSE.map((cause) => (cause === 1 ? 1 : 0));
    const fit = of(events);
    const f = { time: floats(TIME), event: bytes(events), covariates: [floats(A)], names: ['x'] };
    const robust = cox.fit(f, { ties: 'breslow', robust: true });
    if (!fit.ok || !robust.ok) throw new Error('both have an estimate');
    expect(fit.coefficients).toAgree(robust.coefficients, 1e-9);
    expect(fit.standardErrors).toAgree(robust.standardErrors, 1e-9);
  });

  it('without events, or all censored, says no events [a singular system]', () => {
    const competing = CAUSE.map((cause) => (cause === 1 ? 0 : cause));
    for (const cause of [competing, repeated(0, N)]) expect(of(cause)).toMatchObject({ problem: 'no events' });
  });

  it('without censoring works', () => {
    expect(of(CAUSE.map((cause) => (cause === 0 ? 2 : cause)))).toMatchObject({ ok: true });
  });

  it('of a covariate that separates is monotone [-12.75, standard error 0.28]', () => {
    const order = Array.from({ length: 40 }, (_, i) => i + 1);
    const late = order.map((i) => (i > 20 ? 1 : 0));
    const early = order.map((i) => (i > 20 ? 0 : 1));
    expect(of(early, late, order)).toMatchObject({ ok: false, problem: 'monotone', columns: ['x'] });
  });
});

describe('the adjustment of p values', () => {
  it.each(ADJUSTMENTS)('(%s) keeps one that is missing, out of the family, and 0', (method) => {
    const found = adjust(Float64Array.of(0.01, Number.NaN, 0.03, 0.04, 0), method);
    const without = adjust(Float64Array.of(0.01, 0.03, 0.04, 0), method);
    expect(found[1]).toBeNaN();
    expect([...found].filter((p) => !Number.isNaN(p))).toEqual([...without]);
    expect(found[4]).toBe(0);
  });
});

describe('tests by ranks', () => {
  it('with ties are normal, and named so [a warning]', () => {
    const found = rankSum(floats([1, 2, 2, 4]), floats([2, 3, 5, 6, 7]));
    expect(found).toMatchObject({ ok: true, method: 'normal', tied: true });
  });

  it('of values that are all equal say so [NaN]', () => {
    const equal = { ok: false, problem: 'all equal' };
    expect(rankSum(floats(repeated(3, 5)), floats(repeated(3, 6)))).toEqual(equal);
    expect(kruskalWallis(floats(repeated(1, 6)), Int32Array.of(0, 1, 0, 1, 0, 1))).toEqual(equal);
  });
});

describe('tests of means', () => {
  it('of samples that are constant say so [an error]', () => {
    const [ones, twos] = [1, 2].map((value) => moments.accumulate(floats(repeated(value, 5))));
    const constant = { ok: false, problem: 'constant' };
    for (const variances of ['separate', 'equal'] as const)
      expect(tTest(ones!, twos!, { variances })).toEqual(constant);
    expect(pairedTTest(ones!)).toEqual(constant);
  });

  it('of y that is constant say so [p 0.37, a warning]', () => {
    const ones = moments.accumulate(floats(repeated(1, 3)));
    expect(oneWay([ones, ones])).toMatchObject({ ok: false, problem: 'constant' });
    expect(pearson(floats([1, 2, 3, 4]), floats(repeated(1, 4)))).toMatchObject({
      problem: 'constant',
      columns: ['y'],
    });
  });
});

describe('tests of tables', () => {
  it('with a margin of 0 have an empty margin, or leave it out where two others are left [NaN]', () => {
    const empty = { ok: false, problem: 'empty margin' };
    expect(
      chiSquareTable([
        [3, 0],
        [4, 0],
      ]),
    ).toMatchObject(empty);
    expect(
      fisherTable([
        [3, 0],
        [4, 0],
      ]),
    ).toMatchObject(empty);
    const two = twoByTwo(3, 0, 4, 0);
    expect(two).toMatchObject({
      ...empty,
      oddsRatio: { estimate: 'undefined', lower: 'undefined', upper: 'undefined' },
    });
    expect(
      chiSquareTable([
        [3, 5],
        [4, 6],
        [0, 0],
      ]),
    ).toMatchObject({ ok: true, dropped: 1 });
  });
});

describe('correlations', () => {
  it.each(Object.entries({ pearson, spearman, kendall }))(
    '(%s) of a constant name the column [NA]',
    (_, correlation) => {
      const found = correlation(floats([1, 2, 3, 4, 5]), floats(repeated(2, 5)));
      expect(found).toEqual({ ok: false, problem: 'constant', columns: ['y'] });
    },
  );
});

describe("Hosmer and Lemeshow's test", () => {
  it('merges groups where risks tie, and reports how many are left [breaks not unique; else 4 groups]', () => {
    const risks = [0.1, 0.2, 0.3, 0.5].flatMap((risk, i) => repeated(risk, [30, 10, 10, 10][i]!));
    const found = hosmerLemeshow(bytes(risks.map((_, i) => i % 2)), floats(risks));
    expect(found.groups).toHaveLength(4);
    expect(found).toMatchObject({ ok: true, test: { degreesOfFreedom: 2 } });
  });
});
