import { describe, expect, it } from 'vitest';
import { elasticNet, logistic, type NetOutcome, random, validateElasticNet } from '../../../lib/stats/index.ts';

const N = 80;

/** Correlated columns of which three matter, with an outcome of either kind. */
function cohort(seed: number, p: number): { columns: Float64Array[]; binary: NetOutcome; survival: NetOutcome } {
  const stream = random(seed);
  const shared = Float64Array.from({ length: N }, stream.normal);
  const columns = Array.from({ length: p }, (_, j) =>
    shared.map((z) => (j % 3 === 0 ? stream.below(2) : 3 * (stream.normal() + z / 2)) + j),
  );
  const eta = shared.map((_, i) => 0.8 * columns[0]![i]! + 0.3 * columns[1]![i]! - 0.2 * columns[2]![i]!);
  const time = eta.map((v) => Math.ceil((-Math.log(stream.uniform()) * 10) / Math.exp(v)));
  const event = Uint8Array.from(time, () => (stream.uniform() < 0.7 ? 1 : 0));
  const outcome = Uint8Array.from(eta, (v) => (stream.uniform() < 1 / (1 + Math.exp(-v)) ? 1 : 0));
  return { columns, binary: { kind: 'binary', outcome }, survival: { kind: 'survival', followUp: { time, event } } };
}

/** Derivatives of log likelihood / n by the definition of the likelihood, patient by patient. */
function derivative(given: NetOutcome, eta: Float64Array): Float64Array {
  if (given.kind === 'binary') return eta.map((v, i) => (given.outcome[i]! - 1 / (1 + Math.exp(-v))) / N);
  const { time, event } = given.followUp;
  const out = Float64Array.from(event);
  for (let k = 0; k < N; k++) {
    if (event[k] !== 1) continue;
    let atRisk = 0;
    for (let i = 0; i < N; i++) if (time[i]! >= time[k]!) atRisk += Math.exp(eta[i]!);
    for (let i = 0; i < N; i++) if (time[i]! >= time[k]!) out[i]! -= Math.exp(eta[i]!) / atRisk;
  }
  return out.map((v) => v / N);
}

/** Holds a path to the optimality conditions of its penalties. */
function expectOptimal(given: NetOutcome, columns: readonly Float64Array[], alpha: number) {
  const path = elasticNet(given, columns, { alpha, count: 12, ratio: 0.01 });
  if (!path.ok) throw new Error(path.problem);
  path.lambda.forEach((lambda, l) => {
    const b = path.coefficients[l]!;
    const eta = new Float64Array(N).fill(path.intercepts[l]!);
    columns.forEach((x, j) => {
      for (let i = 0; i < N; i++) eta[i]! += b[j]! * x[i]!;
    });
    const residual = derivative(given, eta);
    if (given.kind === 'binary') expect(Math.abs(residual.reduce((sum, r) => sum + r, 0))).toBeLessThan(1e-7 * lambda);
    columns.forEach((x, j) => {
      const mean = x.reduce((sum, v) => sum + v, 0) / N;
      const sd = Math.sqrt(x.reduce((sum, v) => sum + (v - mean) ** 2, 0) / N);
      const slope =
        x.reduce((sum, v, i) => sum + ((v - mean) / sd) * residual[i]!, 0) - lambda * (1 - alpha) * b[j]! * sd;
      if (b[j] === 0) expect(Math.abs(slope)).toBeLessThan(lambda * alpha * (1 + 1e-5) + 1e-9);
      else expect(Math.abs(slope - Math.sign(b[j]!) * lambda * alpha)).toBeLessThan(1e-5 * lambda);
    });
  });
  for (let l = 1; l < path.lambda.length; l++)
    expect(path.devianceRatio[l]).toBeGreaterThanOrEqual(path.devianceRatio[l - 1]! - 1e-9);
}

describe.each(['binary', 'survival'] as const)('the elastic net for a %s outcome', (kind) => {
  it.each([1, 0.5, 0])('meets the optimality conditions at every penalty, alpha %d', (alpha) => {
    const given = cohort(4, 25);
    expectOptimal(given[kind], given.columns, alpha);
  });

  it('has place for more covariates than patients', () => {
    const given = cohort(8, 200);
    expectOptimal(given[kind], given.columns, 0.02);
    const path = elasticNet(given[kind], given.columns, { alpha: 0.02, count: 12, ratio: 0.01 });
    if (!path.ok) throw new Error(path.problem);
    expect(Math.max(...path.sizes)).toBeGreaterThan(N + 64);
  });

  it.each([1, 0.5, 0])('meets them among columns of which some determine others, alpha %d', (alpha) => {
    for (let seed = 0; seed < 12; seed++) {
      const { columns, ...given } = cohort(seed, 4);
      const [a, b, c] = columns as [Float64Array, Float64Array, Float64Array];
      const sums = [a.map((v, i) => 3 * v + b[i]!), b.map((v, i) => v - c[i]!), a.map((v) => 1 - v)];
      expectOptimal(given[kind], [...columns, ...sums], alpha);
    }
  });

  it('has no information in a column that is only rounding away from none', () => {
    const x = Float64Array.from({ length: 12 }, (_, i) => Number(i % 3 === 0));
    const event = Uint8Array.from(x, (_, i) => Number(i % 2 === 0));
    const given: NetOutcome =
      kind === 'binary' ? { kind, outcome: event } : { kind, followUp: { time: new Float64Array(12).fill(7), event } };
    expect(elasticNet(given, [x, x.map((v) => 1 - v)], { alpha: 1 })).toEqual({ ok: false, problem: 'no information' });
  });

  it('has nothing in at the largest penalty, and something below it', () => {
    const given = cohort(6, 10);
    const path = elasticNet(given[kind], given.columns, { count: 20 });
    if (!path.ok) throw new Error(path.problem);
    expect(path.sizes[0]).toBe(0);
    expect(path.sizes[1]).toBeGreaterThan(0);
    expect(path.lambda[0]).toBe(path.largestLambda);
  });

  it('takes more covariates than patients, and gives a constant one 0', () => {
    const given = cohort(8, 200);
    const path = elasticNet(given[kind], [...given.columns, new Float64Array(N).fill(3)]);
    if (!path.ok) throw new Error(path.problem);
    expect(path.coefficients.every((b) => b[200] === 0)).toBe(true);
    expect(path.lambda.length).toBeGreaterThan(10);
  });

  it('says that all covariates are constant, or that the outcome is', () => {
    const given = cohort(9, 3);
    expect(elasticNet(given[kind], [new Float64Array(N)])).toEqual({ ok: false, problem: 'constant' });
    const [time, none] = [new Float64Array(N).fill(4), new Uint8Array(N)];
    expect(elasticNet({ kind: 'binary', outcome: none }, given.columns)).toEqual({ ok: false, problem: 'one class' });
    expect(elasticNet({ kind: 'survival', followUp: { time, event: none } }, given.columns)).toEqual({
      ok: false,
      problem: 'no events',
    });
  });

  it('is validated the same whatever the folds are called', () => {
    const given = cohort(10, 8);
    const folds = Int32Array.from({ length: N }, (_, i) => i % 5);
    const [a, b] = [folds, folds.map((fold) => 4 - fold)].map((each) =>
      validateElasticNet(given[kind], given.columns, each, { count: 15 }),
    );
    if (!a?.ok || !b?.ok) throw new Error('not validated');
    a.mean.forEach((value, l) => {
      expect(b.mean[l]).toBeCloseTo(value, 10);
    });
    expect(a.oneErrorLambda).toBeGreaterThanOrEqual(a.leastLambda);
  });
});

describe('the elastic net', () => {
  it('tends to the plain fit as the penalty goes', () => {
    const { columns, binary } = cohort(12, 3);
    if (binary.kind !== 'binary') throw new Error('not binary');
    const fit = logistic.fit({ outcome: binary.outcome, covariates: columns, names: ['a', 'b', 'c'] });
    const path = elasticNet(binary, columns, { lambda: Float64Array.of(1e-2, 1e-9) });
    if (!fit.ok || !path.ok) throw new Error('not fitted');
    [path.intercepts[1]!, ...path.coefficients[1]!].forEach((b, j) => {
      expect(b).toBeCloseTo(fit.coefficients[j]!, 5);
    });
  });

  it('does not depend on the unit of time, nor on that of a covariate', () => {
    const { columns, survival } = cohort(13, 6);
    if (survival.kind !== 'survival') throw new Error('no follow-up');
    const { time, event } = survival.followUp;
    const inHours = { kind: 'survival', followUp: { time: time.map((t) => t * 1000), event } } as const;
    const [a, b] = [
      elasticNet(survival, columns),
      elasticNet(
        inHours,
        columns.map((x) => x.map((v) => v * 100 + 1e6)),
      ),
    ];
    if (!a.ok || !b.ok) throw new Error('not fitted');
    expect(b.largestLambda).toBeCloseTo(a.largestLambda, 9);
    a.coefficients.at(-1)!.forEach((value, j) => {
      expect(b.coefficients.at(-1)![j]! * 100).toBeCloseTo(value, 5);
    });
  });

  it('names the fold without which there are no events', () => {
    const { columns, survival } = cohort(14, 3);
    if (survival.kind !== 'survival') throw new Error('no follow-up');
    const event = new Uint8Array(N);
    event[7] = 1;
    const folds = Int32Array.from({ length: N }, (_, i) => i % 5);
    const found = validateElasticNet(
      { kind: 'survival', followUp: { time: survival.followUp.time, event } },
      columns,
      folds,
      { count: 5, ratio: 0.5 },
    );
    expect(found).toEqual({ ok: false, problem: 'no events', fold: 2 });
  });
});
