import { checkLength } from '../survival/follow-up.ts';
import { type CoxDesign, type CoxRows, coxDesigns } from './cox-design.ts';
import type { CoxFit } from './cox-result.ts';
import { type RiskSums, riskSums } from './cox-risk-sums.ts';

/** One element a row of the caller's, in their order; matrices have a row a row and a column a covariate. */
export interface CoxResiduals {
  /** Events less those expected. */
  readonly martingale: Float64Array;
  readonly deviance: Float64Array;
  /** By row, its share of the score. Row-major. */
  readonly score: Float64Array;
  /** By row, about how much each coefficient changes where the row is left out; times the row's weight. Row-major. */
  readonly dfbeta: Float64Array;
  /** One row an event, by stratum and time. */
  readonly schoenfeld: SchoenfeldResiduals;
}

export interface SchoenfeldResiduals {
  readonly count: number;
  /** The event's place in the caller's rows. */
  readonly row: Int32Array;
  readonly time: Float64Array;
  /** Covariate less its mean over those at risk. Row-major. */
  readonly values: Float64Array;
  /** About the coefficient that the event by itself speaks for: residuals times variance times events, plus the coefficient. */
  readonly scaled: Float64Array;
}

/**
 * Residuals of a fit over the rows that it was made from. Not for exact ties. O(n p + events p²).
 * Source: Therneau, Grambsch & Fleming, Biometrika 1990;77:147; Grambsch & Therneau, Biometrika 1994;81:515.
 * Yardstick: survival's residuals.coxph.
 */
export function coxResiduals(rows: CoxRows, fit: CoxFit): CoxResiduals {
  const designs = designsOf(rows, fit);
  const n = rows.time.length;
  const p = fit.names.length;
  const martingale = new Float64Array(n);
  const score = new Float64Array(n * p);
  const schoenfeld = {
    row: new Int32Array(fit.events),
    time: new Float64Array(fit.events),
    values: new Float64Array(fit.events * p),
  };
  let at = 0;
  for (const design of designs) {
    const sums = riskSums(design, fit.coefficients);
    addResiduals(design, sums, martingale, score);
    at = addSchoenfeld(design, sums, schoenfeld, at);
  }
  const deviance = martingale.map((m, i) => {
    const inside = m + (rows.event[i] === 1 ? Math.log(1 - m) : 0);
    return Math.sign(m) * Math.sqrt(Math.max(0, -2 * inside));
  });
  const variance = (fit.naive ?? fit).variance;
  return {
    martingale,
    deviance,
    score,
    dfbeta: weighted(timesMatrix(score, variance), rows.weights),
    schoenfeld: {
      count: fit.events,
      ...schoenfeld,
      scaled: timesMatrix(schoenfeld.values, variance).map((v, i) => v * fit.events + fit.coefficients[i % p]!),
    },
  };
}

/** The sum over clusters (rows, without) of the outer product of their dfbetas. Row-major. */
export function robustVariance(rows: CoxRows, fit: CoxFit, cluster?: Int32Array): Float64Array {
  const n = rows.time.length;
  const p = fit.names.length;
  const score = new Float64Array(n * p);
  const martingale = new Float64Array(n);
  for (const design of designsOf(rows, fit))
    addResiduals(design, riskSums(design, fit.coefficients), martingale, score);
  const dfbeta = weighted(timesMatrix(score, (fit.naive ?? fit).variance), rows.weights);
  const each = cluster === undefined ? dfbeta : summed(dfbeta, cluster, n, p);
  const variance = new Float64Array(p * p);
  for (let i = 0; i < each.length; i += p) {
    for (let j = 0; j < p; j++) for (let k = 0; k < p; k++) variance[j * p + k]! += each[i + j]! * each[i + k]!;
  }
  return variance;
}

/** The designs that a fit was made of. */
export function designsOf(rows: CoxRows, { ties }: CoxFit): CoxDesign[] {
  if (ties === 'exact') throw new RangeError('this is not defined for exact ties');
  return coxDesigns(rows, ties);
}

/** By cluster, the sums over its rows. */
function summed(values: Float64Array, cluster: Int32Array, n: number, p: number): Float64Array {
  checkLength(cluster, n);
  const place = new Map<number, number>();
  for (const code of cluster) if (!place.has(code)) place.set(code, place.size);
  const sums = new Float64Array(place.size * p);
  for (let i = 0; i < n; i++) {
    const to = place.get(cluster[i]!)! * p;
    for (let j = 0; j < p; j++) sums[to + j]! += values[i * p + j]!;
  }
  return sums;
}

function timesMatrix(values: Float64Array, matrix: readonly (readonly number[])[]): Float64Array {
  const p = matrix.length;
  const out = new Float64Array(values.length);
  for (let i = 0; i < values.length; i += p) {
    for (let j = 0; j < p; j++) {
      let sum = 0;
      for (let k = 0; k < p; k++) sum += values[i + k]! * matrix[k]![j]!;
      out[i + j] = sum;
    }
  }
  return out;
}

function weighted(values: Float64Array, weights: Float64Array | undefined): Float64Array {
  if (weights === undefined) return values;
  const p = values.length / weights.length;
  return values.map((v, i) => v * weights[Math.floor(i / p)]!);
}

/**
 * Martingale and score residuals of a stratum's rows. Between entry and exit a row gathers hazard H and, by covariate, the sum A of hazard times
 * mean: its martingale residual is event - r H, its score residual event (x - mean) - r (x H - A).
 */
function addResiduals(design: CoxDesign, sums: RiskSums, martingale: Float64Array, score: Float64Array): void {
  const { rows, x, scale, times, start, firstEvent, source, entry, n } = design;
  const { risk, hazard, tiedHazard, hazardMean, tiedHazardMean, mean } = sums;
  const p = scale.length;
  const early = n - rows;
  const lived = new Float64Array(times + 1);
  const livedMean = new Float64Array((times + 1) * p);
  for (let t = 0; t < times; t++) {
    lived[t + 1] = lived[t]! + hazard[t]!;
    for (let j = 0; j < p; j++) livedMean[(t + 1) * p + j] = livedMean[t * p + j]! + hazardMean[t * p + j]!;
  }
  for (let t = 0; t < times; t++) {
    for (let i = start[t]!; i < start[t + 1]!; i++) {
      const event = i >= firstEvent[t]!;
      const from = entry?.from[i] ?? 0;
      const own = lived[t + 1]! - lived[from]! - (event ? tiedHazard[t]! : 0);
      const r = risk[i]!;
      const to = source[early + i]!;
      martingale[to] = (event ? 1 : 0) - r * own;
      for (let j = 0; j < p; j++) {
        const value = x[j * rows + i]!;
        const ownMean =
          livedMean[(t + 1) * p + j]! - livedMean[from * p + j]! - (event ? tiedHazardMean[t * p + j]! : 0);
        const residual = (event ? value - mean[t * p + j]! : 0) - r * (value * own - ownMean);
        score[to * p + j] = scale[j] === 0 ? 0 : residual / scale[j]!;
      }
    }
  }
}

function addSchoenfeld(
  { rows, x, scale, times, time, start, firstEvent, source, n }: CoxDesign,
  { mean }: RiskSums,
  into: { row: Int32Array; time: Float64Array; values: Float64Array },
  first: number,
): number {
  const p = scale.length;
  let at = first;
  for (let t = 0; t < times; t++) {
    for (let i = firstEvent[t]!; i < start[t + 1]!; i++, at++) {
      into.row[at] = source[n - rows + i]!;
      into.time[at] = time[t]!;
      for (let j = 0; j < p; j++) {
        into.values[at * p + j] = scale[j] === 0 ? 0 : (x[j * rows + i]! - mean[t * p + j]!) / scale[j]!;
      }
    }
  }
  return at;
}
