import { describe, expect, it } from 'vitest';
import {
  bootstrapOptimism,
  concordance,
  cumulativeIncidence,
  elasticNet,
  fineGray,
  grayTest,
  incidenceAt,
  kaplanMeier,
  maximallySelected,
  random,
  survivalAt,
  survivalCalibration,
  survivalDecisionCurve,
  timedAccuracy,
} from '../../../lib/stats/index.ts';
import { differences } from './nasty.ts';

/** Patients as they would all be, and of them those who came under observation before their time was over. */
function simulated(size: number, seed: number, { censoring = 150, late = 60 } = {}) {
  const draw = random(seed);
  const all = Array.from({ length: size }, () => {
    const x = draw.normal();
    const [first, other] = [1, 1].map(() => -Math.log(draw.uniform()) * 100);
    const time = Math.min(first! / Math.exp(x), other! * 3);
    return {
      x,
      time,
      cause: first! / Math.exp(x) < other! * 3 ? 1 : 2,
      entry: Math.max(0, (draw.uniform() * 1.5 - 0.5) * late),
    };
  });
  const seen = all.flatMap((one) => {
    const ends = one.entry + draw.uniform() * censoring;
    if (one.time <= one.entry) return [];
    return [{ ...one, time: Math.min(one.time, ends), cause: one.time <= ends ? one.cause : 0 }];
  });
  return { all, seen };
}

type Rows = readonly { x: number; time: number; cause: number; entry: number }[];

const columns = (rows: Rows) => ({
  time: Float64Array.from(rows, ({ time }) => time),
  cause: Uint8Array.from(rows, ({ cause }) => cause),
  entry: Float64Array.from(rows, ({ entry }) => entry),
});
const risks = (rows: Rows) => Float64Array.from(rows, ({ x }) => 1 / (1 + Math.exp(-x)));

/** By the definitions, in as many steps as there are pairs: weights from Aalen and Johansen's risk sets. */
function byDefinition(rows: Rows, horizon: number, cause: number) {
  const atRisk = (t: number) => rows.filter(({ entry, time }) => entry < t && t <= time).length;
  const survivalBefore = (t: number) => {
    const times = [...new Set(rows.filter((row) => row.cause > 0 && row.time < t).map(({ time }) => time))];
    return times.reduce(
      (s, at) => s * (1 - rows.filter((row) => row.cause > 0 && row.time === at).length / atRisk(at)),
      1,
    );
  };
  const past = rows.filter(({ entry, time }) => entry <= horizon && time > horizon).length;
  const weights = rows.map(({ time, cause: code, entry }) => {
    if (time > horizon) return entry <= horizon ? survivalBefore(horizon + 1e-9) / past : 0;
    return code === 0 ? 0 : survivalBefore(time) / atRisk(time);
  });
  const is = (row: Rows[number]) => row.time <= horizon && row.cause === cause;
  const r = risks(rows);
  const total = weights.reduce((sum, w) => sum + w, 0);
  const brier = rows.reduce((sum, row, i) => sum + weights[i]! * ((is(row) ? 1 : 0) - r[i]!) ** 2, 0) / total;
  let [won, pairs] = [0, 0];
  for (const [i, a] of rows.entries()) {
    for (const [j, b] of rows.entries()) {
      if (!is(a) || is(b)) continue;
      const w = weights[i]! * weights[j]!;
      pairs += w;
      won += w * (r[i]! > r[j]! ? 1 : r[i] === r[j] ? 0.5 : 0);
    }
  }
  const ofCase = rows.reduce((sum, row, i) => sum + (is(row) ? weights[i]! : 0), 0);
  return { brier, area: won / pairs, total, incidence: ofCase };
}

describe('accuracy at a horizon under left truncation', () => {
  const { seen } = simulated(160, 3);

  it('is that of the definition, whose weights give the incidences', () => {
    for (const cause of [1, 2]) {
      const found = timedAccuracy(columns(seen), risks(seen), 50, { cause });
      const wanted = byDefinition(seen, 50, cause);
      if (!found.ok) throw new Error(found.problem);
      expect(found.area.estimate).toAgree(wanted.area, 1e-12);
      expect(found.brier.estimate).toAgree(wanted.brier, 1e-12);
      expect(wanted.total).toAgree(1, 1e-12);
      const curve = cumulativeIncidence.solve(cumulativeIncidence.accumulate(columns(seen), 2), cause);
      expect(incidenceAt(curve, [50])[0]!.incidence).toAgree(wanted.incidence, 1e-12);
    }
  });

  it('ties as the definition does', () => {
    const tied = seen.map((row) => ({
      ...row,
      time: Math.ceil(row.time / 10) * 10,
      entry: Math.floor(row.entry / 10) * 10,
    }));
    const found = timedAccuracy(columns(tied), risks(tied), 50);
    const wanted = byDefinition(tied, 50, 1);
    if (!found.ok) throw new Error(found.problem);
    expect([found.area.estimate, found.brier.estimate]).toAgree([wanted.area, wanted.brier], 1e-12);
  });

  it('is with entry before all times what it is without', () => {
    const f = columns(seen);
    const { entry: _, ...bare } = f;
    const early = { ...f, entry: f.entry.map(() => 0) };
    expect(timedAccuracy(early, risks(seen), 50)).toEqual(timedAccuracy(bare, risks(seen), 50));
  });

  it('has the standard errors of what a little less of each patient changes', () => {
    const copies = 20; // so that leaving one out takes a twentieth of a patient
    const few = seen.slice(0, 60);
    const many = few.flatMap((row) => Array<(typeof few)[number]>(copies).fill(row));
    const whole = timedAccuracy(columns(few), risks(few), 50);
    if (!whole.ok) throw new Error(whole.problem);
    for (const measure of ['area', 'brier'] as const) {
      const squares = few.reduce((sum, _, i) => {
        const rest = many.toSpliced(i * copies, 1);
        const one = timedAccuracy(columns(rest), risks(rest), 50);
        if (!one.ok) throw new Error(one.problem);
        return sum + (copies * (whole[measure].estimate - one[measure].estimate)) ** 2;
      }, 0);
      expect(whole[measure].standardError / Math.sqrt(squares)).toBeCloseTo(1, 1);
    }
  });

  it('recovers what all patients would give', () => {
    const { all, seen: observed } = simulated(40_000, 5);
    const truth = timedAccuracy({ time: columns(all).time, cause: columns(all).cause }, risks(all), 50);
    const found = timedAccuracy(columns(observed), risks(observed), 50);
    if (!truth.ok || !found.ok) throw new Error('no accuracy');
    for (const measure of ['area', 'brier'] as const) {
      const off = Math.abs(found[measure].estimate - truth[measure].estimate);
      expect(off).toBeLessThan(4 * found[measure].standardError);
    }
    expect(Math.abs(found.brierNull - truth.brierNull)).toBeLessThan(0.01);
  });

  it('has intervals that hold the truth about as often as they say', () => {
    const truth = timedAccuracy(
      (({ entry: _, ...f }) => f)(columns(simulated(200_000, 99).all)),
      risks(simulated(200_000, 99).all),
      50,
    );
    if (!truth.ok) throw new Error(truth.problem);
    const held = { area: 0, brier: 0 };
    for (let k = 0; k < 400; k++) {
      const rows = simulated(250, 1000 + k).seen;
      const found = timedAccuracy(columns(rows), risks(rows), 50);
      if (!found.ok) throw new Error(found.problem);
      for (const measure of ['area', 'brier'] as const) {
        const { lower, upper } = found[measure];
        if (lower <= truth[measure].estimate && truth[measure].estimate <= upper) held[measure]++;
      }
    }
    expect(held.area / 400).toBeGreaterThan(0.91);
    expect(held.brier / 400).toBeGreaterThan(0.91);
    expect(Math.max(held.area, held.brier) / 400).toBeLessThan(0.99);
  });

  it('says so where nobody is under observation at the horizon', () => {
    const f = { time: Float64Array.of(1, 2, 9), cause: Uint8Array.of(1, 1, 1), entry: Float64Array.of(0, 1, 6) };
    expect(timedAccuracy(f, Float64Array.of(0.1, 0.2, 0.3), 5)).toMatchObject({ ok: false, problem: 'no controls' });
  });
});

describe('calibration and decision curves under left truncation', () => {
  it('are those of all patients', () => {
    const { all, seen } = simulated(40_000, 11);
    const onlyFirst = (rows: Rows) => rows.map((row) => ({ ...row, cause: row.cause === 1 ? 1 : 0 }));
    const given = (rows: Rows) => {
      const { time, cause, entry } = columns(onlyFirst(rows));
      return { time, event: cause, entry };
    };
    const whole = (({ entry: _, ...f }) => f)(given(all));
    const truth = survivalDecisionCurve(whole, risks(all), 50, [0.3, 0.5, 0.7]);
    const found = survivalDecisionCurve(given(seen), risks(seen), 50, [0.3, 0.5, 0.7]);
    const unweighted = survivalDecisionCurve(
      (({ entry: _, ...f }) => f)(given(seen)),
      risks(seen),
      50,
      [0.3, 0.5, 0.7],
    );
    truth.forEach(({ model, treated, all: everybody }, i) => {
      expect(Math.abs(found[i]!.model - model)).toBeLessThan(0.02);
      expect(Math.abs(found[i]!.treated - treated)).toBeLessThan(0.02);
      expect(Math.abs(found[i]!.all - everybody)).toBeLessThan(0.02);
      expect(Math.abs(unweighted[i]!.treated - treated)).toBeGreaterThan(0.03);
    });
    const groups = survivalCalibration(given(seen), risks(seen), 50, { groups: 4 });
    for (const group of groups) {
      if (!group.ok) throw new Error(group.problem);
      expect(group.lower).toBeLessThanOrEqual(group.observed);
      expect(group.upper).toBeGreaterThanOrEqual(group.observed);
    }
    const total = survivalCalibration(given(seen), risks(seen), 50, { groups: 1 })[0]!;
    if (!total.ok) throw new Error(total.problem);
    const mean = risks(all).reduce((sum, r) => sum + r, 0) / all.length;
    expect(Math.abs(total.predicted - mean)).toBeLessThan(0.01);
    const curve = kaplanMeier.solve(kaplanMeier.accumulate(given(seen)));
    expect(total.observed).toAgree(1 - survivalAt(curve, [50])[0]!.survival, 1e-12);
  });
});

describe("Gray's test under left truncation", () => {
  it('has p values that are uniform where incidences are equal, whoever comes late', () => {
    const found = { small: 0, all: 0 };
    for (let k = 0; k < 400; k++) {
      // who comes late, and how many are censored, differs between the groups; the events don't
      const groups = [
        simulated(90, 5000 + k, { late: 20 }).seen,
        simulated(130, 9000 + k, { late: 70, censoring: 90 }).seen,
      ];
      const rows = groups.flat().map((row) => ({ ...row, time: Math.ceil(row.time), entry: Math.floor(row.entry) }));
      const group = Int32Array.from(rows, (_, i) => (i < groups[0]!.length ? 0 : 1));
      const test = grayTest.solve(grayTest.accumulate(columns(rows), 2, group, 2), 1);
      if (!test.ok) throw new Error(test.problem);
      found.all++;
      if (test.p < 0.05) found.small++;
    }
    expect(found.small / found.all).toBeGreaterThan(0.025);
    expect(found.small / found.all).toBeLessThan(0.08);
  });
});

describe('a method with entry before all times', () => {
  const rows = simulated(120, 21).seen.map((row) => ({ ...row, time: Math.ceil(row.time) }));
  const { time, cause } = columns(rows);
  const event = cause.map((code) => (code === 1 ? 1 : 0));
  const entry = time.map(() => 0);
  const covariates = [Float64Array.from(rows, ({ x }) => x), Float64Array.from(rows, (_, i) => i % 2)];
  const model = { covariates, names: ['x', 'odd'] };

  it.each([
    ['Fine-Gray', (late: object) => fineGray({ time, cause, ...late, ...model })],
    ['maximally selected statistics', (late: object) => maximallySelected({ time, event, ...late }, covariates[0]!)],
    ['elastic net', (late: object) => elasticNet({ kind: 'survival', followUp: { time, event, ...late } }, covariates)],
    [
      'Gray',
      (late: object) =>
        grayTest.solve(
          grayTest.accumulate(
            { time, cause, ...late },
            2,
            Int32Array.from(time, (_, i) => i % 2),
            2,
          ),
          1,
        ),
    ],
    [
      'concordance',
      (late: object) => concordance.solve(concordance.accumulate({ time, event, ...late }, covariates[0]!)),
    ],
    ['calibration', (late: object) => survivalCalibration({ time, event, ...late }, risks(rows), 40)],
    ['decision curve', (late: object) => survivalDecisionCurve({ time, event, ...late }, risks(rows), 40, [0.2, 0.6])],
    ['bootstrap optimism', (late: object) => bootstrapOptimism({ time, event, ...late, ...model }, { samples: 10 })],
  ] as const)('(%s) is what it is without', (_, run) => {
    expect(differences(run({ entry }), run({}), 1e-8)).toEqual([]);
  });
});
