import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bootstrapOptimism,
  brierScore,
  compareRoc,
  concordance,
  cox,
  coxCurves,
  decisionCurve,
  giniMeanDifference,
  linearPredictor,
  nomogram,
  predictSurvival,
  random,
  rocArea,
  splineBasis,
  splineKnots,
  survivalDecisionCurve,
  timedAccuracy,
} from '../../../lib/stats/index.ts';

const draw = random(5);
const n = 150;
const x = Float64Array.from({ length: n }, () => draw.normal());
const b = Float64Array.from({ length: n }, () => (draw.uniform() < 0.4 ? 1 : 0));
const time = Float64Array.from(x, (value, i) => Math.ceil((-Math.log(draw.uniform()) * 100) / Math.exp(value + b[i]!)));
const event = Uint8Array.from(x, () => (draw.uniform() < 0.7 ? 1 : 0));
const rows = { time, event, covariates: [x, b], names: ['x', 'b'] };
const fit = cox.fit(rows);
if (!fit.ok) throw new Error('no fit');

describe('accuracy at a horizon', () => {
  const risk = predictSurvival(rows, fit, rows, [60])[0]!.map((s) => 1 - s);

  it('is plain where nobody is censored before the horizon', () => {
    const all = timedAccuracy({ time, cause: event.slice().fill(1) }, risk, 60);
    const outcome = Uint8Array.from(time, (t) => (t <= 60 ? 1 : 0));
    const area = rocArea(outcome, risk);
    if (!all.ok || !area.ok) throw new Error('no area');
    expect(all.area.estimate).toAgree(area.area, 1e-12);
    expect(all.brier.estimate).toAgree(brierScore(outcome, risk), 1e-12);
    const share = outcome.reduce((sum, y) => sum + y, 0) / n;
    expect(all.brierNull).toAgree(share * (1 - share), 1e-12);
    expect(compareRoc(outcome, risk, risk)).toMatchObject({ difference: 0 });
  });

  it('has standard errors that leaving each patient out approaches', () => {
    const found = timedAccuracy({ time, cause: event }, risk, 60);
    if (!found.ok) throw new Error('no accuracy');
    const without = (i: number) => {
      const rest = (_: number, j: number) => j !== i;
      return timedAccuracy({ time: time.filter(rest), cause: event.filter(rest) }, risk.filter(rest), 60);
    };
    for (const measure of ['area', 'brier'] as const) {
      const each = Array.from({ length: n }, (_, i) => {
        const one = without(i);
        return one.ok ? one[measure].estimate : Number.NaN;
      });
      const mean = each.reduce((sum, value) => sum + value, 0) / n;
      const error = Math.sqrt(((n - 1) / n) * each.reduce((sum, value) => sum + (value - mean) ** 2, 0));
      expect(Math.abs(found[measure].standardError / error - 1)).toBeLessThan(0.05);
    }
  });

  it('does not change with the order of the patients, nor the area with a rising function of the risk', () => {
    const back = <T extends Float64Array | Uint8Array>(values: T) => values.slice().reverse() as T;
    const [one, two, three] = [
      timedAccuracy({ time, cause: event }, risk, 60),
      timedAccuracy({ time: back(time), cause: back(event) }, back(risk), 60),
      timedAccuracy({ time, cause: event }, risk.map(Math.sqrt), 60),
    ];
    if (!one.ok || !two.ok || !three.ok) throw new Error('no accuracy');
    expect([two.area.estimate, two.area.standardError]).toAgree([one.area.estimate, one.area.standardError], 1e-12);
    expect([two.brier.estimate, two.brier.standardError]).toAgree([one.brier.estimate, one.brier.standardError], 1e-12);
    expect(three.area).toEqual(one.area);
  });

  it('counts a patient with another event as one without', () => {
    const found = timedAccuracy(
      { time: Float64Array.of(1, 2, 3, 9), cause: Uint8Array.of(1, 2, 1, 0) },
      Float64Array.of(0.9, 0.8, 0.7, 0.1),
      5,
    );
    expect(found).toMatchObject({ ok: true, cases: 2, controls: 2, area: { estimate: 0.75 } });
  });

  it('says when there is nothing to tell apart', () => {
    const f = { time: Float64Array.of(1, 9), cause: Uint8Array.of(1, 1) };
    expect(timedAccuracy(f, Float64Array.of(0.1, 0.2), 0.5)).toMatchObject({ ok: false, problem: 'no cases' });
    expect(timedAccuracy(f, Float64Array.of(0.1, 0.2), 10)).toMatchObject({ ok: false, problem: 'no controls' });
  });
});

describe('predicted survival', () => {
  it('is what the curve of the same covariates says', () => {
    const [curve] = coxCurves(rows, fit, [x[3]!, b[3]!]);
    const at = [...curve!.time].findLastIndex((t) => t <= 60);
    expect(predictSurvival(rows, fit, rows, [60])[0]![3]).toAgree(curve!.survival[at], 1e-12);
    expect(predictSurvival(rows, fit, rows, [-1])[0]![3]).toBe(1);
  });
});

describe('a decision curve', () => {
  it('of risks that all reach the threshold is that of treating all', () => {
    fc.assert(
      fc.property(
        fc.array(fc.boolean(), { minLength: 1 }),
        fc.double({ min: 0.01, max: 0.5, noNaN: true }),
        (has, threshold) => {
          const outcome = Uint8Array.from(has, Number);
          const [point] = decisionCurve(outcome, new Float64Array(has.length).fill(0.9), [threshold]);
          expect(point!.model).toAgree(point!.all, 1e-12);
          expect(point!.treated).toBe(1);
        },
      ),
    );
  });

  it('of survival without censoring is that of the outcome at the horizon', () => {
    const risk = predictSurvival(rows, fit, rows, [60])[0]!.map((s) => 1 - s);
    const outcome = Uint8Array.from(time, (t) => (t <= 60 ? 1 : 0));
    const plain = decisionCurve(outcome, risk, [0.2, 0.5]);
    const timed = survivalDecisionCurve({ time, event: event.slice().fill(1) }, risk, 60, [0.2, 0.5]);
    expect(timed.map(({ model }) => model)).toAgree(
      plain.map(({ model }) => model),
      1e-12,
    );
    expect(
      survivalDecisionCurve(
        rows,
        risk.map(() => 0),
        60,
        [0.5],
      )[0],
    ).toMatchObject({ treated: 0, model: 0 });
  });
});

describe('Gini’s mean difference', () => {
  it('is the mean distance of two values', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 2, maxLength: 20 }), (values) => {
        let sum = 0;
        for (const [i, a] of values.entries()) for (const c of values.slice(i + 1)) sum += Math.abs(a - c);
        const pairs = (values.length * (values.length - 1)) / 2;
        expect(giniMeanDifference(Float64Array.from(values))).toAgree(sum / pairs, 1e-12);
      }),
    );
  });
});

describe('a nomogram', () => {
  const found = nomogram({ names: ['x', 'b'], coefficients: fit.coefficients }, [x, b]);

  it('gives 0 to 100 points to the covariate that spans most, and 0 or more to the others', () => {
    const points = found.axes.map((axis) => axis.points);
    expect(Math.max(...points.flat())).toAgree(100, 1e-12);
    expect(Math.min(...points.flat())).toBe(0);
    expect(found.axes[1]!.values).toEqual([0, 1]);
  });

  it('leads from points back to the linear predictor', () => {
    const [first, second] = found.axes;
    const total = first!.points[2]! + second!.points[1]!;
    const predictor = first!.predictor[2]! + second!.predictor[1]!;
    expect(found.intercept + found.perPoint * total).toAgree(predictor, 1e-12);
  });

  it('turns the scale of a harmful covariate’s opposite round', () => {
    const protective = nomogram({ names: ['b'], coefficients: [-1] }, [b]);
    expect(protective.axes[0]!.points).toEqual([100, 0]);
  });
});

describe('a restricted cubic spline', () => {
  it('is linear beyond the outermost knots, and has no bend at them', () => {
    const knots = [1, 3, 5, 9];
    const columns = splineBasis(Float64Array.of(-4, -3, -2, 10, 11, 12), knots);
    for (const column of columns) {
      expect(column[0]! - 2 * column[1]! + column[2]!).toAgree(0, 1e-9);
      expect(column[3]! - 2 * column[4]! + column[5]!).toAgree(0, 1e-9);
    }
    expect(columns).toHaveLength(knots.length - 1);
  });

  it('has the fifth smallest and largest values for outer knots in a small sample, and fewer knots where they tie', () => {
    const small = Float64Array.from({ length: 20 }, (_, i) => i + 1);
    expect(splineKnots(small, 3)).toEqual([5, 10.5, 16]);
    expect(splineKnots(new Float64Array(200).fill(2), 4)).toEqual([2]);
    expect(() => splineKnots(small, 2)).toThrow(RangeError);
  });
});

describe('bootstrap optimism', () => {
  it('is 0 where every sample is the patients themselves', () => {
    const all = Int32Array.from({ length: n }, (_, i) => i);
    const found = bootstrapOptimism(rows, { resamples: [all, all] });
    if (!found.ok) throw new Error('no optimism');
    expect(found.concordance.optimism).toBe(0);
    expect(found.calibrationSlope.corrected).toAgree(1, 1e-9);
  });

  it('is the same for the same seed, above 0 for noise, and counts the samples that have no estimate', () => {
    const noise = Array.from({ length: 8 }, () => Float64Array.from({ length: n }, () => draw.normal()));
    const noisy = { ...rows, covariates: noise, names: noise.map((_, j) => `x${j}`) };
    const found = bootstrapOptimism(noisy, { samples: 20, seed: 4 });
    if (!found.ok) throw new Error('no optimism');
    expect(found).toEqual(bootstrapOptimism(noisy, { samples: 20, seed: 4 }));
    expect(found.concordance.optimism).toBeGreaterThan(0);
    expect(found.calibrationSlope.corrected).toBeLessThan(0.9);
    const one = bootstrapOptimism(rows, { resamples: [new Int32Array(n), Int32Array.from(x.keys())] });
    expect(one).toMatchObject({ ok: true, failed: 1 });
  });

  it.each(['efron', 'breslow'] as const)('has with %s ties the concordances of fits of the rows repeated', (ties) => {
    const tiedTime = time.map((t) => Math.ceil(t / 20));
    const given = { ...rows, time: tiedTime };
    const sample = Int32Array.from({ length: n }, () => draw.below(n));
    const found = bootstrapOptimism(given, { resamples: [sample], ties });
    const pick = (values: Float64Array) => Float64Array.from(sample, (row) => values[row]!);
    const own = {
      ...given,
      time: pick(tiedTime),
      event: Uint8Array.from(sample, (row) => event[row]!),
      covariates: given.covariates.map(pick),
    };
    const alone = cox.fit(own, { ties });
    if (!found.ok || !alone.ok) throw new Error('no fit');
    const harrell = (f: typeof own) => {
      const pairs = concordance.solve(concordance.accumulate(f, linearPredictor(f, alone)));
      return pairs.ok ? pairs.estimate : Number.NaN;
    };
    expect(found.inSample[0]).toAgree(harrell(own), 1e-12);
    expect(found.inPatients[0]).toAgree(harrell(given), 1e-12);
  });

  it('takes strata, entry and offset as the whole fit does, and a sample in which the likelihood is monotone as failed', () => {
    const strata = Int32Array.from(x.keys(), (i) => i % 2);
    const entry = time.map((t) => t / 3);
    const all = Int32Array.from(x.keys());
    for (const more of [{ strata }, { entry }, { offset: x.map((value) => value / 10) }]) {
      const found = bootstrapOptimism({ ...rows, ...more }, { resamples: [all] });
      expect(found).toMatchObject({ ok: true, failed: 0, concordance: { optimism: 0 } });
    }
    const few = Int32Array.from(x.keys(), (i) => (event[i] === 1 && b[i] === 1 ? 0 : i));
    const without = few.filter((i) => !(event[i] === 1 && b[i] === 1));
    const sample = Int32Array.from({ length: n }, (_, i) => without[i % without.length]!);
    expect(bootstrapOptimism(rows, { resamples: [sample, all] })).toMatchObject({ ok: true, failed: 1 });
  });

  it('reports its progress and can be stopped', () => {
    const seen: number[] = [];
    bootstrapOptimism(rows, { samples: 3, progress: (done) => seen.push(done) });
    expect(seen).toEqual([1, 2, 3]);
    expect(() => bootstrapOptimism(rows, { samples: 3, signal: AbortSignal.abort() })).toThrow();
  });
});
