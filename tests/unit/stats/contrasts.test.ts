import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compareQuantiles,
  compareSurvival,
  cox,
  coxSubgroups,
  kaplanMeier,
  logistic,
  logisticSubgroups,
  logRank,
  maxCombo,
  random,
  survivalCalibration,
} from '../../../lib/stats/index.ts';
import { followUp, groupsOf, observed, patients } from './follow-ups.ts';

const curve = (time: number[], event: number[]) => kaplanMeier.solve(kaplanMeier.accumulate(observed(time, event)));

describe('the difference in survival at a time', () => {
  it('without censoring is that of two proportions', () => {
    const found = compareSurvival(curve([1, 2, 5, 6], [1, 1, 1, 1]), curve([1, 4, 5, 6], [1, 1, 1, 1]), 3);
    if (!found.ok) throw new Error('no contrast');
    expect(found.difference.estimate).toAgree(0.25, 1e-14);
    expect(found.difference.standardError).toAgree(Math.sqrt((0.5 * 0.5) / 4 + (0.75 * 0.25) / 4), 1e-14);
    expect(found.ratio?.estimate).toAgree(1.5, 1e-14);
    expect(found.logLogTest?.p).toBeGreaterThan(0.3);
  });

  it('has no log-log test where a curve is at 1, and says when follow-up ends before the time', () => {
    const [one, two] = [curve([5, 6], [1, 1]), curve([1, 2, 9], [1, 0, 0])];
    expect(compareSurvival(one, two, 2)).not.toHaveProperty('logLogTest');
    expect(compareSurvival(one, two, 10)).toEqual({ ok: false, problem: 'beyond follow-up', last: 9 });
    expect(compareSurvival(one, one, 10)).toMatchObject({ ok: true, difference: { estimate: 0 } });
  });
});

describe('the difference of medians', () => {
  const draw = random(8);
  const sample = (n: number, mean: number) =>
    curve(
      Array.from({ length: n }, () => -Math.log(draw.uniform()) * mean),
      Array.from({ length: n }, () => (draw.uniform() < 0.8 ? 1 : 0)),
    );

  it('has an interval that holds it, and turns its sign with the groups', () => {
    for (let i = 0; i < 20; i++) {
      const [a, b] = [sample(40, 10), sample(50, 14)];
      const [there, back] = [compareQuantiles(a, b), compareQuantiles(b, a)];
      expect(there.lower <= there.estimate && there.estimate <= there.upper).toBe(true);
      const mirrored = [there.estimate, there.upper, there.lower].map((x) => -Number(x));
      expect([back.estimate, back.lower, back.upper]).toEqual(mirrored);
    }
  });

  it('has an interval that covers the truth about as often as it says', () => {
    let covered = 0;
    const runs = 300;
    for (let i = 0; i < runs; i++) {
      const { lower, upper } = compareQuantiles(sample(60, 10), sample(60, 10));
      if (lower === 'not reached' || upper === 'not reached') throw new Error('of so few every median is reached');
      if (lower <= 0 && 0 <= upper) covered++;
    }
    // the statistic is the least over pairs: conservative, the more so the smaller the sample
    expect(covered / runs).toBeGreaterThan(0.93);
  });

  it('is not reached, with a limit that is not bounded, where a curve stays above', () => {
    const found = compareQuantiles(curve([1, 2, 3, 4], [1, 1, 1, 1]), curve([1, 9, 9, 9], [1, 0, 0, 0]));
    expect(found.estimate).toBe('not reached');
    expect(found.upper).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('max-combo', () => {
  const tablesOf = (rows: Parameters<typeof groupsOf>[0]) =>
    logRank.accumulate(
      followUp(rows),
      groupsOf(rows).map((g) => Math.min(g, 1)),
      2,
    );

  it('of one weight is that test', () => {
    fc.assert(
      fc.property(patients({ min: 4 }), (rows) => {
        const tables = tablesOf(rows);
        const one = maxCombo(tables, { weights: ['gehan'] });
        const test = logRank.solve(tables, { weight: 'gehan' });
        if (!one.ok || !test.ok) return;
        expect(one.p).toAgree(test.p, 1e-10);
        expect(one.statistic ** 2).toAgree(test.chiSquare, 1e-9);
      }),
      { numRuns: 30 },
    );
  });

  it('lies between the best single test and its Bonferroni bound, for any weights', () => {
    fc.assert(
      fc.property(patients({ min: 10 }), (rows) => {
        const tables = tablesOf(rows);
        const found = maxCombo(tables, { points: 20_000, tolerance: 1e-3 });
        if (!found.ok) return;
        const single = found.weights.map((weight) => {
          const test = logRank.solve(tables, { weight });
          return test.ok ? test.p : 1;
        });
        expect(found.p).toBeGreaterThanOrEqual(Math.min(...single) - 1e-12);
        expect(found.p).toBeLessThanOrEqual(Math.min(1, 4 * Math.min(...single)) + 1e-12);
      }),
      { numRuns: 15 },
    );
  });

  it('takes two groups, and says so', () => {
    const rows = observed([1, 2, 3], [1, 1, 1]);
    expect(maxCombo(logRank.accumulate(rows, Int32Array.of(0, 1, 2), 3))).toMatchObject({ problem: 'not two groups' });
    expect(maxCombo(logRank.accumulate(rows, Int32Array.of(0, 0, 0), 2))).toMatchObject({ problem: 'not two groups' });
    const none = observed([1, 2], [0, 0]);
    expect(maxCombo(logRank.accumulate(none, Int32Array.of(0, 1), 2))).toMatchObject({ problem: 'no events' });
  });

  it('has under no difference a p value that is about uniform', () => {
    const draw = random(21);
    let [small, runs] = [0, 200];
    for (let i = 0; i < runs; i++) {
      const time = Array.from({ length: 60 }, () => -Math.log(draw.uniform()));
      const tables = logRank.accumulate(
        observed(
          time,
          Array.from(time, () => (draw.uniform() < 0.8 ? 1 : 0)),
        ),
        Int32Array.from(time, (_, row) => row % 2),
        2,
      );
      const found = maxCombo(tables, { points: 10_000, tolerance: 1e-2 });
      if (found.ok && found.p < 0.2) small++;
    }
    expect(small / runs).toBeGreaterThan(0.13);
    expect(small / runs).toBeLessThan(0.28);
  });
});

describe('subgroups', () => {
  const draw = random(31);
  const n = 400;
  const column = (of: () => number) => Float64Array.from({ length: n }, of);
  const treated = column(() => (draw.uniform() < 0.5 ? 1 : 0));
  const age = column(() => draw.normal());
  const codes = Int32Array.from({ length: n }, () => Math.floor(3 * draw.uniform()));
  const effect = (i: number) => (codes[i] === 2 ? 1.5 : 0) * treated[i]!;
  const time = treated.map((_, i) => -Math.log(draw.uniform()) * Math.exp(-effect(i)));
  const event = Uint8Array.from(time, () => (draw.uniform() < 0.8 ? 1 : 0));
  const factor = { name: 'site', codes, levels: ['a', 'b', 'c'] };
  const rows = { time, event, names: ['treated', 'age'], covariates: [treated, age] };

  it('of a Cox model are its fits in each, with the likelihood ratio of the interaction', () => {
    const [found] = coxSubgroups(rows, [factor]);
    const own = [...codes.keys()].filter((i) => codes[i] === 2);
    const alone = cox.fit({
      time: Float64Array.from(own, (i) => time[i]!),
      event: Uint8Array.from(own, (i) => event[i]!),
      names: rows.names,
      covariates: rows.covariates.map((values) => Float64Array.from(own, (i) => values[i]!)),
    });
    const third = found!.effects[2]!;
    if (!alone.ok || !third.ok || !found!.interaction.ok) throw new Error('no fit');
    expect([third.ratio, third.lower, third.upper]).toEqual([alone.hazardRatios[0], alone.lower[0], alone.upper[0]]);
    expect(found!.interaction.degreesOfFreedom).toBe(2);
    expect(found!.interaction.p).toBeLessThan(1e-4);
    expect(found!.effects.reduce((sum, one) => sum + one.n, 0)).toBe(n);
  });

  it('leave out rows of an unknown level, and name what can’t be estimated', () => {
    const some = codes.map((code, i) => (i < 10 ? -1 : code));
    const never = treated.map((value, i) => (codes[i] === 0 ? 1 : value));
    const found = coxSubgroups({ ...rows, covariates: [never, age] }, [
      { ...factor, codes: some },
      { name: 'all', codes: new Int32Array(n), levels: ['one'] },
    ]);
    expect(found[0]).toMatchObject({ missing: 10 });
    expect(found[0]!.effects[0]).toMatchObject({ ok: false, problem: 'constant' });
    expect(found[1]!.interaction).toEqual({ ok: false, problem: 'one level' });
  });

  it('of a logistic model test the interaction as the deviances differ', () => {
    const outcome = Uint8Array.from(time, (t) => (t < 0.5 ? 1 : 0));
    const model = { outcome, names: ['treated'], covariates: [treated] };
    const [found] = logisticSubgroups(model, [factor]);
    const is = [1, 2].map((code) => Float64Array.from(codes, (c) => (c === code ? 1 : 0)));
    const times = is.map((values) => values.map((value, i) => value * treated[i]!));
    const deviance = (more: Float64Array[]) => {
      const fit = logistic.fit({ outcome, names: ['t', ...more.map(String)], covariates: [treated, ...more] });
      return fit.ok ? fit.deviance : Number.NaN;
    };
    if (!found!.interaction.ok) throw new Error('no test');
    expect(found!.interaction.statistic).toAgree(deviance(is) - deviance([...is, ...times]), 1e-9);
  });
});

describe('calibration of survival', () => {
  it('sets mean risks against Kaplan-Meier’s in groups of equal size', () => {
    const draw = random(41);
    const risk = Float64Array.from({ length: 200 }, () => draw.uniform());
    const f = observed(
      Array.from(risk, () => Math.ceil(10 * draw.uniform())),
      Array.from(risk, () => 1),
    );
    const groups = survivalCalibration(f, risk, 5, { groups: 4 });
    expect(groups.map(({ n }) => n)).toEqual([50, 50, 50, 50]);
    expect(groups[0]!.predicted).toBeLessThan(groups[3]!.predicted);
    const first = [...risk.keys()].filter((i) => risk[i]! <= [...risk].sort((a, b) => a - b)[49]!);
    const lowest = groups[0]!;
    if (!lowest.ok) throw new Error(lowest.problem);
    expect(lowest.observed).toAgree(first.filter((i) => f.time[i]! <= 5).length / 50, 1e-12);
    expect(lowest.lower).toBeLessThanOrEqual(lowest.observed);
    expect(lowest.upper).toBeGreaterThanOrEqual(lowest.observed);
  });
});
