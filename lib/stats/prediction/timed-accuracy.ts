import { cumulativeIncidence, incidenceAt } from '../competing-risks/cumulative-incidence.ts';
import { normalHalfWidth } from '../numeric/distributions.ts';
import { moments, varianceOf } from '../numeric/sample.ts';
import type { CauseFollowUp } from '../survival/cause-table.ts';
import { censoringWeights } from '../survival/censoring-weights.ts';
import { checkLength } from '../survival/follow-up.ts';
import type { CensoringWeights } from '../survival/horizon-weights.ts';

/** The cause that is predicted, and the level of the intervals. */
export interface TimedOptions {
  /** The event that is predicted; 1 unless said. Other causes than it compete. */
  readonly cause?: number;
  /** Of the intervals, 0.95 unless said. */
  readonly level?: number;
}

/** An estimate with Wald limits, cut to [0, 1]. */
export interface BoundedEstimate {
  readonly estimate: number;
  readonly standardError: number;
  readonly lower: number;
  readonly upper: number;
}

/** How well risks predict an event by a horizon. */
export interface TimedAccuracy {
  readonly ok: true;
  readonly horizon: number;
  readonly level: number;
  readonly cases: number;
  readonly controls: number;
  /** Chance that a patient with the event by the horizon has the larger risk than one without, ties counting half. */
  readonly area: BoundedEstimate;
  /** Mean squared distance of the risk from the outcome. */
  readonly brier: BoundedEstimate;
  /** Brier's score of the prediction that doesn't know the covariates. */
  readonly brierNull: number;
}

/** The measures at a horizon; or that there are no cases, or no controls, by then. */
export type TimedResult =
  | TimedAccuracy
  | { readonly ok: false; readonly problem: 'no cases' | 'no controls'; readonly horizon: number };

/**
 * Area under the curve and Brier's score of predicted risks at a horizon, by inverse censoring weights, with standard errors that account for the
 * estimated censoring. Where patients come under observation late (left truncation), by weights that account for that too: entry has to be independent of
 * time and risk. Class: pooled rows. O(n log n).
 * Source: Blanche, Dartigues & Jacqmin-Gadda, Stat Med 2013;32:5381; Gerds & Schumacher, Biom J 2006;48:1029.
 * Yardstick: riskRegression::Score(cens.model = "km").
 */
export function timedAccuracy(
  f: CauseFollowUp,
  risk: Float64Array,
  horizon: number,
  { cause = 1, level = 0.95 }: TimedOptions = {},
): TimedResult {
  checkLength(risk, f.time.length);
  const censoring = censoringWeights(f, horizon, cause);
  const { state, weights } = censoring;
  const cases = state.filter((is, i) => is === 'case' && weights[i]! > 0).length;
  const controls = state.filter((is, i) => is !== 'case' && weights[i]! > 0).length;
  if (cases === 0) return { ok: false, problem: 'no cases', horizon };
  if (controls === 0) return { ok: false, problem: 'no controls', horizon };
  const width = normalHalfWidth(level);
  const bounded = ([estimate, influence]: readonly [number, Float64Array]): BoundedEstimate => {
    const standardError = Math.sqrt(varianceOf(moments.accumulate(influence)) / influence.length);
    return {
      estimate,
      standardError,
      lower: Math.max(0, estimate - width * standardError),
      upper: Math.min(1, estimate + width * standardError),
    };
  };
  const curve = cumulativeIncidence.solve(
    cumulativeIncidence.accumulate(
      f,
      f.cause.reduce((most, code) => Math.max(most, code), cause),
    ),
    cause,
  );
  const marginal = risk.slice().fill(incidenceAt(curve, [horizon])[0]!.incidence);
  return {
    ok: true,
    horizon,
    level,
    cases,
    controls,
    area: bounded(areaOf(censoring, risk)),
    brier: bounded(brierOf(censoring, risk)),
    brierNull: brierOf(censoring, marginal)[0],
  };
}

/** Estimate and influence of each row. */
function brierOf({ weights, state, influence }: CensoringWeights, risk: Float64Array): readonly [number, Float64Array] {
  const squares = risk.map((r, i) => (state[i] === 'case' ? 1 - r : r) ** 2);
  let sum = 0;
  for (let i = 0; i < risk.length; i++) sum += weights[i]! * squares[i]!;
  const estimate = sum / risk.length;
  const throughWeights = influence(squares);
  return [estimate, squares.map((square, i) => weights[i]! * square - estimate + throughWeights[i]!)];
}

/** Both sums of the ratio are sums over pairs; a row's influence is that of its pairs, and that through the weights. */
function areaOf({ weights, state, influence }: CensoringWeights, risk: Float64Array): readonly [number, Float64Array] {
  const n = risk.length;
  const isCase = (i: number) => state[i] === 'case';
  const weightOfCase = (i: number) => (isCase(i) ? weights[i]! : 0);
  const weightOfControl = (i: number) => (isCase(i) ? 0 : weights[i]!);
  const order = Uint32Array.from(risk.keys()).sort((a, b) => risk[a]! - risk[b]!);
  const beaten = new Float64Array(n); // by row, the weight of the other kind that it beats (case) or that beats it (control)
  let [below, cases, controls] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    cases += weightOfCase(i);
    controls += weightOfControl(i);
  }
  let [casesBelow, pairs] = [0, 0];
  for (let i = 0, j = 0; i < n; i = j) {
    let [tiedCases, tiedControls] = [0, 0];
    for (j = i; j < n && risk[order[j]!] === risk[order[i]!]; j++) {
      tiedCases += weightOfCase(order[j]!);
      tiedControls += weightOfControl(order[j]!);
    }
    for (let k = i; k < j; k++) {
      const row = order[k]!;
      beaten[row] = isCase(row) ? below + tiedControls / 2 : cases - casesBelow - tiedCases / 2;
    }
    pairs += tiedCases * (below + tiedControls / 2);
    below += tiedControls;
    casesBelow += tiedCases;
  }
  const area = pairs / (cases * controls);
  // the ratio's derivative: (d pairs - area d(cases x controls)) / (cases x controls), over n as influences are
  const share = beaten.map((value, i) => (n * (value - area * (isCase(i) ? controls : cases))) / (cases * controls));
  const throughWeights = influence(share);
  return [area, share.map((value, i) => weights[i]! * value + throughWeights[i]!)];
}

/**
 * Integrated Brier score up to each time: the mean over time of the score, which keeps its value from one time to the next and is 0 at time 0.
 * The closer the times, the better. Source: Graf, Stat Med 1999;18:2529. Yardstick: riskRegression::Score(summary = "ibs"). O(times).
 */
export function integratedBrier(times: readonly number[], scores: readonly number[]): number[] {
  let area = 0;
  return times.map((time, k) => {
    if (k > 0) area += scores[k - 1]! * (time - times[k - 1]!);
    return area / time;
  });
}
