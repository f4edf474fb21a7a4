import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  cox,
  cumulativeIncidence,
  fineGray,
  fineGrayIntervals,
  grayTest,
  incidenceAt,
  jackknifeIncidenceError,
  kaplanMeier,
  random,
} from '../../../lib/stats/index.ts';

const causes = (time: readonly number[], cause: readonly number[], entry?: readonly number[]) => ({
  time: Float64Array.from(time),
  cause: Uint8Array.from(cause),
  ...(entry === undefined ? {} : { entry: Float64Array.from(entry) }),
});

const rows = fc.array(
  fc.record({
    time: fc.integer({ min: 1, max: 20 }),
    cause: fc.integer({ min: 0, max: 2 }),
    group: fc.integer({ min: 0, max: 2 }),
  }),
  { minLength: 3, maxLength: 40 },
);

const followUpOf = (given: readonly { time: number; cause: number }[]) =>
  causes(
    given.map(({ time }) => time),
    given.map(({ cause }) => cause),
  );

describe('cumulative incidence', () => {
  it('of all causes adds up to 1 less survival', () => {
    fc.assert(
      fc.property(rows, (given) => {
        const f = followUpOf(given);
        const table = cumulativeIncidence.accumulate(f, 2);
        const [one, two] = [1, 2].map((cause) => cumulativeIncidence.solve(table, cause));
        const { survival } = kaplanMeier.solve(
          kaplanMeier.accumulate({ time: f.time, event: f.cause.map((code) => Math.min(code, 1)) }),
        );
        const sum = Array.from(one!.incidence, (value, k) => value + two!.incidence[k]!);
        expect(sum).toAgree(
          Array.from(survival, (s) => 1 - s),
          1e-12,
        );
      }),
    );
  });

  it('is the same from a split of the rows, and with entry before the origin', () => {
    fc.assert(
      fc.property(rows, fc.nat(), (given, cut) => {
        const at = cut % given.length;
        const whole = cumulativeIncidence.accumulate(followUpOf(given), 2);
        const parts = [given.slice(0, at), given.slice(at)].map((part) =>
          cumulativeIncidence.accumulate(followUpOf(part), 2),
        );
        expect(cumulativeIncidence.solve(parts.reduce(cumulativeIncidence.merge), 1)).toEqual(
          cumulativeIncidence.solve(whole, 1),
        );
        const entered = { ...followUpOf(given), entry: new Float64Array(given.length).fill(-1) };
        expect(cumulativeIncidence.solve(cumulativeIncidence.accumulate(entered, 2), 1)).toEqual(
          cumulativeIncidence.solve(whole, 1),
        );
      }),
    );
  });

  it('is 0 before the first event and has no interval there', () => {
    const curve = cumulativeIncidence.solve(cumulativeIncidence.accumulate(causes([2, 3], [2, 1]), 2), 1);
    expect(incidenceAt(curve, [1, 2, 3])).toMatchObject([
      { incidence: 0, lower: 'undefined' },
      { incidence: 0, lower: 'undefined' },
      { incidence: 0.5 },
    ]);
  });

  it('has a jackknife error that leaving each patient out approaches', () => {
    const draw = random(3);
    const n = 400;
    const f = causes(
      Array.from({ length: n }, () => Math.ceil(30 * draw.uniform())),
      Array.from({ length: n }, () => Math.floor(3 * draw.uniform())),
    );
    const entry = f.time.map((t) => Math.floor(t * draw.uniform() * 0.5));
    for (const given of [f, { ...f, entry }]) {
      const at = (g: typeof given) => {
        const curve = cumulativeIncidence.solve(cumulativeIncidence.accumulate(g, 2), 1);
        return incidenceAt(curve, [15])[0]!.incidence;
      };
      const without = Array.from({ length: n }, (_, i) =>
        at(
          causes(
            [...given.time].filter((_, j) => j !== i),
            [...given.cause].filter((_, j) => j !== i),
            'entry' in given ? [...given.entry].filter((_, j) => j !== i) : undefined,
          ),
        ),
      );
      const mean = without.reduce((sum, value) => sum + value, 0) / n;
      const error = Math.sqrt(((n - 1) / n) * without.reduce((sum, value) => sum + (value - mean) ** 2, 0));
      const curve = cumulativeIncidence.solve(cumulativeIncidence.accumulate(given, 2), 1);
      const found = jackknifeIncidenceError(given, curve)[curve.time.indexOf(15)]!;
      expect(Math.abs(found / error - 1)).toBeLessThan(0.02);
    }
  });
});

describe('cumulative incidence with weights', () => {
  it('of 2 is that of two copies of each patient, with the jackknife’s error of clusters of two', () => {
    fc.assert(
      fc.property(rows, (given) => {
        const f = followUpOf(given);
        const two = f.time.slice().fill(2);
        const once = cumulativeIncidence.solve(cumulativeIncidence.accumulate(f, 2), 1);
        const weighted = cumulativeIncidence.solve(cumulativeIncidence.accumulate(f, 2, undefined, 1, two), 1);
        const copies = cumulativeIncidence.solve(
          cumulativeIncidence.accumulate(followUpOf([...given, ...given]), 2),
          1,
        );
        expect([...weighted.incidence]).toAgree([...copies.incidence], 1e-12);
        expect([weighted.n, copies.n]).toEqual([given.length, 2 * given.length]);
        expect(weighted.standardError.every(Number.isNaN)).toBe(true);
        expect([...jackknifeIncidenceError(f, weighted, two)]).toAgree([...jackknifeIncidenceError(f, once)], 1e-9);
      }),
    );
  });

  it('does not count a row of weight 0, and refuses a negative one', () => {
    const f = causes([1, 2, 3], [1, 2, 1]);
    const weights = Float64Array.of(0, 1, 1);
    const curve = cumulativeIncidence.solve(cumulativeIncidence.accumulate(f, 2, undefined, 1, weights), 1);
    expect([curve.n, curve.incidence.at(-1)]).toEqual([2, 0.5]);
    expect(() => cumulativeIncidence.accumulate(f, 2, undefined, 1, Float64Array.of(1, -1, 1))).toThrow(
      'invalid-weight',
    );
  });
});

describe('Gray’s test', () => {
  const tablesOf = (given: readonly { time: number; cause: number; group: number }[]) =>
    grayTest.accumulate(
      followUpOf(given),
      2,
      Int32Array.from(given, ({ group }) => group),
      3,
    );

  it('is the same from a split of the rows, and has p within 0 and 1', () => {
    fc.assert(
      fc.property(rows, fc.nat(), (given, cut) => {
        const at = cut % given.length;
        const test = grayTest.solve(tablesOf(given), 1);
        const merged = grayTest.merge(tablesOf(given.slice(0, at)), tablesOf(given.slice(at)));
        expect(grayTest.solve(merged, 1)).toEqual(test);
        if (test.ok) expect(test.p >= 0 && test.p <= 1).toBe(true);
      }),
    );
  });

  it('does not change when the groups are called otherwise, and gives the scores of all groups a sum of 0', () => {
    fc.assert(
      fc.property(rows, (given) => {
        const test = grayTest.solve(tablesOf(given), 1);
        const renamed = grayTest.solve(tablesOf(given.map((row) => ({ ...row, group: (row.group + 1) % 3 }))), 1);
        expect(renamed.ok).toBe(test.ok);
        if (test.ok && renamed.ok) expect(renamed.statistic).toAgree(test.statistic, 1e-8);
        expect(test.score.reduce((sum, value) => sum + value, 0)).toAgree(0, 1e-9);
      }),
    );
  });

  it('says what forbids it', () => {
    const one = grayTest.accumulate(causes([1, 2], [1, 2]), 2, Int32Array.of(0, 0), 2);
    const none = grayTest.accumulate(causes([1, 2], [2, 0]), 2, Int32Array.of(0, 1), 2);
    expect(grayTest.solve(one, 1)).toMatchObject({ ok: false, problem: 'one group' });
    expect(grayTest.solve(none, 1)).toMatchObject({ ok: false, problem: 'no events' });
  });

  it('is unchanged by strata that are one', () => {
    const given = causes([1, 2, 3, 4, 5, 6], [1, 2, 1, 0, 1, 1]);
    const group = Int32Array.of(0, 1, 0, 1, 1, 0);
    const plain = grayTest.solve(grayTest.accumulate(given, 2, group, 2), 1);
    const strata = new Int32Array(6).fill(7);
    expect(grayTest.solve(grayTest.accumulate(given, 2, group, 2, strata), 1)).toEqual(plain);
  });
});

describe('Fine-Gray regression', () => {
  const draw = random(11);
  const n = 300;
  const x = Float64Array.from({ length: n }, () => draw.uniform());
  const b = Float64Array.from({ length: n }, () => (draw.uniform() < 0.3 ? 1 : 0));
  const f = causes(
    Array.from(x, (value) => Math.ceil((-Math.log(draw.uniform()) * 20) / (1 + value))),
    Array.from(x, () => Math.floor(3 * draw.uniform())),
  );
  const given = { ...f, covariates: [x, b], names: ['x', 'b'] };

  it('without competing events is Cox’s with Breslow ties and robust variance', () => {
    const alone = { ...given, cause: f.cause.map((code) => (code === 1 ? 1 : 0)) };
    const fit = fineGray(alone);
    const model = { time: f.time, event: alone.cause, covariates: [x, b], names: ['x', 'b'] };
    const other = cox.fit(model, { ties: 'breslow', robust: true });
    if (!fit.ok || !other.ok) throw new Error('no fit');
    expect(fit.coefficients).toAgree(other.coefficients, 1e-9);
    expect(fit.standardErrors).toAgree(other.standardErrors, 1e-8);
  });

  it('does not change with the order of the rows, and follows the scale and centre of a covariate', () => {
    const fit = fineGray(given);
    const back = (values: Float64Array) => values.slice().reverse();
    const turned = fineGray({
      ...given,
      time: back(f.time),
      cause: f.cause.slice().reverse(),
      covariates: [back(x), back(b)],
    });
    const moved = fineGray({ ...given, covariates: [x.map((value) => 1000 * value + 1e8), b] });
    if (!fit.ok || !turned.ok || !moved.ok) throw new Error('no fit');
    expect(turned.coefficients).toAgree(fit.coefficients, 1e-10);
    expect(moved.coefficients[0]! * 1000).toAgree(fit.coefficients[0]!, 1e-6);
  });

  it('names what can’t be estimated', () => {
    const problem = (covariates: Float64Array[], cause = f.cause) => fineGray({ ...given, cause, covariates });
    expect(problem([x, b], new Uint8Array(n))).toMatchObject({ ok: false, problem: 'no events' });
    expect(problem([x, b.slice().fill(1)])).toMatchObject({ problem: 'constant', columns: ['b'] });
    expect(problem([x, x.map((value) => 2 * value)])).toMatchObject({ problem: 'collinear', columns: ['b'] });
    const never = Float64Array.from(f.cause, (code, i) => (code === 1 ? 0 : b[i]!));
    expect(problem([x, never])).toMatchObject({ problem: 'monotone', columns: ['b'] });
  });
});

describe('Fine-Gray as a weighted Cox model', () => {
  const draw = random(12);
  const n = 250;
  const x = Float64Array.from({ length: n }, () => draw.normal());
  const f = causes(
    Array.from(x, (value) => Math.ceil((-Math.log(draw.uniform()) * 40) / Math.exp(value / 2))),
    Array.from(x, () => Math.floor(3 * draw.uniform())),
  );
  const given = { ...f, covariates: [x], names: ['x'] };

  it('has the coefficients of the other way, and its errors but for what the weights’ estimation adds', () => {
    const { rows: expanded, cluster } = fineGrayIntervals(given);
    const [one, two] = [fineGray(given), cox.fit(expanded, { ties: 'breslow', cluster })];
    if (!one.ok || !two.ok) throw new Error('no fit');
    expect(two.coefficients).toAgree(one.coefficients, 1e-9);
    expect(Math.abs(two.standardErrors[0]! / one.standardErrors[0]! - 1)).toBeLessThan(0.1);
  });

  it('is the same with entry before the origin as without', () => {
    const [one, two] = [
      fineGrayIntervals(given),
      fineGrayIntervals({ ...given, entry: new Float64Array(n).fill(-1) }),
    ].map(({ rows: expanded, cluster }) => cox.fit(expanded, { ties: 'breslow', cluster }));
    if (!one?.ok || !two?.ok) throw new Error('no fit');
    expect(two.coefficients).toAgree(one.coefficients, 1e-12);
  });

  it('recovers with delayed entry what made the data', () => {
    const size = 6000;
    const b = Float64Array.from({ length: size }, () => (draw.uniform() < 0.5 ? 1 : 0));
    const [p, effect] = [0.6, 0.7];
    // a subdistribution with proportional hazards: P(cause 1 by t) = 1 - (1 - p (1 - exp(-t)))^exp(effect b)
    const made = Array.from(b, (value) => {
      const ratio = Math.exp(effect * value);
      const ever = 1 - (1 - p) ** ratio;
      const first = draw.uniform() < ever;
      const u = draw.uniform();
      const time = first ? -Math.log(1 - (1 - (1 - u * ever) ** (1 / ratio)) / p) : -Math.log(draw.uniform()) / ratio;
      const [entry, censored] = [0.7 * draw.uniform(), 0.3 + 3 * draw.uniform()];
      return { entry, time: Math.min(time, censored), cause: time > censored ? 0 : first ? 1 : 2, b: value };
    }).filter(({ entry, time }) => entry < time);
    const { rows: expanded, cluster } = fineGrayIntervals({
      ...causes(
        made.map(({ time }) => time),
        made.map(({ cause }) => cause),
        made.map(({ entry }) => entry),
      ),
      covariates: [Float64Array.from(made, (row) => row.b)],
      names: ['b'],
    });
    const fit = cox.fit(expanded, { ties: 'breslow', cluster });
    if (!fit.ok) throw new Error('no fit');
    expect(Math.abs(fit.coefficients[0]! - effect)).toBeLessThan(2.5 * fit.standardErrors[0]!);
    expect(fit.standardErrors[0]!).toBeLessThan(0.1);
  });
});
