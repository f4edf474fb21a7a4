import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coxDesigns } from '../../../lib/stats/cox/cox-design.ts';
import { type CoxResult, type CoxRows, cox, logRank } from '../../../lib/stats/index.ts';
import { type Patient, patients, shuffled } from './follow-ups.ts';

function rowsOf(
  time: readonly number[],
  event: readonly number[],
  covariates: Readonly<Record<string, readonly number[]>>,
  strata?: readonly number[],
): CoxRows {
  return {
    time: Float64Array.from(time),
    event: Uint8Array.from(event),
    covariates: Object.values(covariates).map((values) => Float64Array.from(values)),
    names: Object.keys(covariates),
    ...(strata === undefined ? {} : { strata: Int32Array.from(strata) }),
  };
}

const model = (...given: Parameters<typeof rowsOf>) => cox.fit(rowsOf(...given));

const fitPatients = (rows: readonly Patient[]): CoxResult =>
  model(
    rows.map(({ time }) => time),
    rows.map(({ event }) => event),
    { x: rows.map(({ x }) => x), group: rows.map(({ group }) => group) },
    rows.map(({ group }) => Math.min(1, group)),
  );

const count = (n: number) => Array.from({ length: n }, (_, i) => i + 1);
const ones = (n: number) => Array<number>(n).fill(1);

/** Numbers that look random and are the same everywhere: a linear congruence, and normal ones of it by Box and Muller. */
function numbers(seed: number): { uniform(): number; normal(): number } {
  let state = seed;
  const uniform = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
  return {
    uniform,
    normal: () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform()),
  };
}

const random = numbers(42);
const a = count(50).map(random.normal);
const times = a.map((value) => -Math.log(random.uniform()) * Math.exp(-value));
const wave = count(50).map(Math.sin);

/** Efron's log-likelihood straight from its definition. */
function byDefinition({ time, event, covariates }: CoxRows, beta: readonly number[]): number {
  const eta = Array.from(time, (_, i) => beta.reduce((sum, b, j) => sum + b * covariates[j]![i]!, 0));
  let sum = 0;
  for (const t of new Set(time)) {
    const tied = [...time.keys()].filter((i) => time[i] === t && event[i] === 1);
    const risk = [...time.keys()].filter((i) => time[i]! >= t).reduce((all, i) => all + Math.exp(eta[i]!), 0);
    const own = tied.reduce((all, i) => all + Math.exp(eta[i]!), 0);
    tied.forEach((i, l) => {
      sum += eta[i]! - Math.log(risk - (l / tied.length) * own);
    });
  }
  return sum;
}

describe('a Cox model', () => {
  it('has the likelihood, score and information of its definition, ties and all', () => {
    fc.assert(
      fc.property(patients({ min: 3, max: 15 }), fc.double({ min: -0.5, max: 0.5, noNaN: true }), (rows, b) => {
        const given = rowsOf(
          rows.map(({ time }) => Math.round(time)),
          rows.map(({ event }) => event),
          { x: rows.map(({ x }) => x), group: rows.map(({ group }) => group) },
        );
        const beta = [b, b / 2];
        const { logLikelihood, score, information } = cox.accumulate(cox.design(given), Float64Array.from(beta));
        expect(logLikelihood).toAgree(byDefinition(given, beta), 1e-10);
        const h = 1e-4;
        for (let j = 0; j < 2; j++) {
          const moved = (by: number) => beta.map((value, k) => (k === j ? value + by : value));
          const slope = (byDefinition(given, moved(h)) - byDefinition(given, moved(-h))) / (2 * h);
          expect(score[j]).toAgree(slope, 1e-5);
          const [up, down] = [h, -h].map((by) => cox.accumulate(cox.design(given), Float64Array.from(moved(by))).score);
          for (let k = 0; k < 2; k++) {
            expect(information[j * 2 + k]).toAgree((down![k]! - up![k]!) / (2 * h), 1e-5);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it('is the same from strata merged one by one as from all rows, in any order', () => {
    fc.assert(
      fc.property(patients({ min: 6 }), fc.array(fc.nat(), { minLength: 5, maxLength: 40 }), (rows, keys) => {
        const [whole, other] = [fitPatients(rows), fitPatients(shuffled(rows, keys))];
        expect(other.ok).toBe(whole.ok);
        if (!whole.ok || !other.ok) return;
        expect(other.coefficients).toAgree(whole.coefficients, 1e-7);
        expect(other.standardErrors).toAgree(whole.standardErrors, 1e-7);
      }),
    );
  });

  it('has a merge that is associative and commutative', () => {
    fc.assert(
      fc.property(patients({ min: 6 }), (rows) => {
        const designs = coxDesigns(
          rowsOf(
            rows.map(({ time }) => time),
            rows.map(({ event }) => event),
            { x: rows.map(({ x }) => x) },
            rows.map(({ group }) => group),
          ),
        );
        if (designs.length < 3) return;
        const [x, y, z] = designs.map((design) => cox.accumulate(design, Float64Array.of(0.1)));
        const { merge } = cox;
        expect(merge(x!, y!)).toEqual(merge(y!, x!));
        const [left, right] = [merge(merge(x!, y!), z!), merge(x!, merge(y!, z!))];
        expect(left.logLikelihood).toAgree(right.logLikelihood, 1e-12);
        expect(left.score).toAgree(right.score, 1e-12);
        expect(left.information).toAgree(right.information, 1e-12);
      }),
    );
  });

  it('goes through rounds by hand to the fit it makes at once', () => {
    const rows = rowsOf(
      times,
      ones(50),
      { a, wave },
      count(50).map((i) => i % 3),
    );
    const designs = coxDesigns(rows);
    let round = cox.begin(rows.names);
    for (;;) {
      const summary = designs.map((design) => cox.accumulate(design, round.beta)).reduce(cox.merge);
      const next = cox.solve(round, summary);
      if (next.next === 'nothing') {
        expect(next.result).toEqual(cox.fit(rows));
        return;
      }
      if (next.next === 'direction') throw new Error('no likelihood of this test is monotone');
      round = next.state;
    }
  });

  it('has intervals that hold the estimate, p values within [0, 1], and tests that agree on one covariate', () => {
    fc.assert(
      fc.property(patients({ min: 8 }), (rows) => {
        const result = fitPatients(rows);
        if (!result.ok) return;
        result.hazardRatios.forEach((ratio, j) => {
          expect(result.lower[j]! <= ratio && ratio <= result.upper[j]!).toBe(true);
          expect(result.p[j]! >= 0 && result.p[j]! <= 1).toBe(true);
        });
        expect(result.likelihoodRatio.statistic).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it('has for its score test the log-rank test where nothing is tied', () => {
    const group = count(50).map((i) => i % 2);
    const fitted = model(times, ones(50), { group });
    const test = logRank.solve(
      logRank.accumulate(
        { time: Float64Array.from(times), event: Uint8Array.from(ones(50)) },
        Int32Array.from(group),
        2,
      ),
    );
    expect(fitted.ok && fitted.score.statistic).toAgree(test.ok && test.chiSquare, 1e-10);
  });

  it('takes the level of its intervals', () => {
    const [narrow, wide] = [0.9, 0.99].map((level) => cox.fit(rowsOf(times, ones(50), { a }), { level }));
    expect(narrow?.ok && wide?.ok && narrow.lower[0]! > wide.lower[0]!).toBe(true);
  });

  it('does not depend on the units or the origin of a covariate, nor on the unit of time', () => {
    const plain = model(times, ones(50), { a, wave });
    const other = model(
      times.map((t) => t * 1e-6),
      ones(50),
      { a: a.map((value) => value * 1000 + 1e6), wave: wave.map((value) => value / 1000) },
    );
    if (!plain.ok || !other.ok) throw new Error('both have an estimate');
    expect(other.coefficients[0]! * 1000).toAgree(plain.coefficients[0], 1e-9);
    expect(other.coefficients[1]! / 1000).toAgree(plain.coefficients[1], 1e-9);
    expect(other.likelihoodRatio.statistic).toAgree(plain.likelihoodRatio.statistic, 1e-9);
  });

  it('keeps its digits under an offset that leaves the covariate few', () => {
    const plain = model(times, ones(50), { a });
    for (const [offset, tolerance] of [
      [1e8, 1e-7],
      [1e12, 1e-3],
    ] as const) {
      const moved = model(times, ones(50), { a: a.map((value) => value + offset) });
      expect(moved.ok && moved.coefficients).toAgree(plain.ok && plain.coefficients, tolerance);
    }
  });

  it('bears an outlier a million times the rest', () => {
    const result = model(times, ones(50), { a: [...a.slice(0, 49), 1e6] });
    expect(result).toMatchObject({ ok: true });
  });

  it('takes 0.1 + 0.2 and 0.3 for tied', () => {
    const result = model([0.1 + 0.2, 0.3, 1], [1, 1, 1], { x: [0, 1, 1] });
    expect(result.ok && [result.logLikelihoodAtZero, result.logLikelihood]).toAgree([-1.7917595, -1.5992845], 1e-7);
  });

  it('stays at 0 when all events are at one time', () => {
    const result = model(Array(6).fill(5), ones(6), { x: [1, 2, 3, 4, 5, 9] });
    expect(result.ok && [result.coefficients[0], result.standardErrors[0]]).toAgree([0, 0.15811388], 1e-8);
    expect(result.ok && result.logLikelihood).toBeCloseTo(-6.5792512, 7);
  });

  it('accepts an event at time 0', () => {
    const result = model([0, 0, 1, 2], [1, 0, 1, 1], { x: [1, 0, 0, 1] });
    expect(result.ok && [result.coefficients[0], result.standardErrors[0]]).toAgree([0, Math.SQRT2], 1e-9);
  });

  it('ignores a stratum of one', () => {
    const result = model(count(6), ones(6), { x: [1, 0, 1, 0, 1, 0] }, [1, 1, 1, 1, 1, 2]);
    expect(result.ok && [result.coefficients[0], result.standardErrors[0]]).toAgree([-0.27394782, 1.0106745], 1e-7);
  });

  it('ignores who leaves before the first event', () => {
    const early = model([0.5, ...times.map((t) => t + 1)], [0, ...ones(50)], { a: [1e9, ...a] });
    const without = model(
      times.map((t) => t + 1),
      ones(50),
      { a },
    );
    expect(early.ok && early.coefficients).toAgree(without.ok && without.coefficients, 1e-9);
  });
});

describe('a Cox model without an estimate', () => {
  const alternating = [1, 0, 1, 0, 1, 0];

  it.each([
    ['no events', [], model(count(6), Array(6).fill(0), { x: alternating })],
    ['no information', ['x'], model([3], [1], { x: [2] })],
    ['no information', ['x'], model(count(6), ones(6), { x: alternating }, count(6))],
    ['no information', ['x'], model([1, 2, 3, 4], [0, 0, 1, 1], { x: [0, 1, 5, 5] })],
    ['constant', ['two'], model(count(6), [1, 1, 0, 1, 1, 0], { x: alternating, two: Array(6).fill(2) })],
    ['collinear', ['twice'], model(times, ones(50), { a, twice: a.map((value) => 2 * value) })],
    ['collinear', ['near'], model(times, ones(50), { a, near: a.map((value, i) => value + 1e-6 * wave[i]!) })],
  ])('says %s and names %j', (problem, columns, result) => {
    expect(result).toMatchObject({ ok: false, problem, columns });
  });

  it('has one when a covariate is only nearly another', () => {
    expect(model(times, ones(50), { a, near: a.map((value, i) => value + 1e-4 * wave[i]!) }).ok).toBe(true);
  });

  it('refuses covariates that are missing or too few', () => {
    expect(() => model([1, 2], [1, 1], { x: [1, Number.NaN] })).toThrow('invalid-covariate in row 1');
    expect(() => model([1, 2], [1, 1], { x: [1] })).toThrow('unequal-lengths');
    expect(() => model([1, 2], [1, 1], { x: [1, 2] }, [1])).toThrow('unequal-lengths');
    expect(() => model([-1, 2], [1, 1], { x: [1, 2] })).toThrow('invalid-time');
  });
});

describe('a monotone likelihood', () => {
  it('is told where no carrier has the event, with the tests that still hold', () => {
    const result = model(count(8), [1, 0, 1, 0, 1, 0, 1, 0], { carrier: [0, 1, 0, 1, 0, 1, 0, 1] });
    expect(result).toMatchObject({ problem: 'monotone', columns: ['carrier'], directions: [-1] });
    if (result.ok || result.problem !== 'monotone') throw new Error('it is monotone');
    expect(result.score.statistic).toBeCloseTo(4, 12);
    expect(result.logLikelihood).toBeCloseTo(-3.1780538, 7);
    expect(result.likelihoodRatio.statistic).toBeCloseTo(2 * (5.9506426 - 3.1780538), 6);
  });

  it('is told where all carriers have the event first', () => {
    const result = model(count(8), ones(8), { carrier: [1, 1, 1, 1, 0, 0, 0, 0] });
    expect(result).toMatchObject({ problem: 'monotone', directions: [1] });
    if (result.ok || result.problem !== 'monotone') throw new Error('it is monotone');
    expect([result.score.statistic, result.logLikelihood]).toAgree([7.3444068, -6.3561076], 1e-7);
  });

  it('is told where a covariate orders the times', () => {
    const result = model(count(8), ones(8), { x: [8, 7, 6, 5, 4, 3, 2, 1] });
    expect(result).toMatchObject({ problem: 'monotone', columns: ['x'], directions: [1] });
    expect(!result.ok && result.problem === 'monotone' && result.score.statistic).toBeCloseTo(12, 12);
  });

  it('is told beside covariates that have an estimate', () => {
    const rare = count(50).map((i) => (i % 10 === 0 ? 1 : 0));
    const result = model(
      times,
      rare.map((carrier) => 1 - carrier),
      { a, rare },
    );
    expect(result).toMatchObject({ problem: 'monotone', columns: ['rare'], directions: [-1] });
  });

  it('is told where only a combination of covariates orders the times', () => {
    const n = 40;
    const noise = count(n).map(random.normal);
    const other = count(n).map(random.normal);
    const result = model(count(n), ones(n), {
      sum: count(n).map((i) => -i + 50 * noise[i - 1]!),
      noise,
      other,
    });
    expect(result).toMatchObject({ problem: 'monotone', columns: ['sum', 'noise'], directions: [1, -1] });
  });

  it('is not seen where effects are only strong', () => {
    const { uniform, normal } = numbers(7);
    for (const effect of [3, 6]) {
      const x = count(80).map(normal);
      const t = x.map((value) => -Math.log(uniform()) * Math.exp(-effect * value));
      const result = model(
        t,
        count(80).map((i) => (i % 5 === 0 ? 0 : 1)),
        { x },
      );
      expect(result.ok && Math.abs(result.coefficients[0]! - effect) < 4 * result.standardErrors[0]!).toBe(true);
    }
  });

  it('of one covariate is exactly that in which every event leads, or trails, those at risk', () => {
    fc.assert(
      fc.property(patients({ min: 4, max: 8 }), (rows) => {
        const [time, event, x] = [rows.map((r) => r.time), rows.map((r) => r.event), rows.map((r) => Math.sign(r.x))];
        const leads = (sign: number) =>
          rows.every(
            (_, i) =>
              event[i] === 0 || rows.every((_, j) => time[j]! < time[i]! - 1e-9 || sign * x[j]! <= sign * x[i]!),
          );
        const result = model(time, event, { x });
        if (result.ok) expect(leads(1) || leads(-1)).toBe(false);
        else if (result.problem === 'monotone') expect(leads(result.directions[0]!)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});
