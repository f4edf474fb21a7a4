import type { CoxDesign } from './cox-design.ts';
import { relativeRisk, scaledCoefficients } from './cox-risk.ts';
import type { CoxSummary } from './cox-summary.ts';

/**
 * The exact partial likelihood of a discrete model: at each time, the chance that of all ways to choose d of those at risk it was those with
 * the event. The sum over the ways is an elementary symmetric polynomial of the risks, made with its derivatives one row at a time.
 * O(p² times the sum over event times of d times those at risk).
 * Source: Cox, J R Stat Soc B 1972;34:187; Gail, Lubin & Rubinstein, Biometrika 1981;68:703. Yardstick: coxph(ties = "exact").
 */
export function exactLikelihood(design: CoxDesign, beta: Float64Array): CoxSummary {
  const { n, dropped, events, spread, rows, x, times, start, firstEvent, scale, entry, offset } = design;
  const p = scale.length;
  const scaled = scaledCoefficients(design, beta);
  const risk = relativeRisk(design, scaled);
  const score = design.eventTotals.slice();
  const information = new Float64Array(p * p);
  let logLikelihood = offset?.eventTotal ?? 0;
  for (let j = 0; j < p; j++) logLikelihood += scaled[j]! * design.eventTotals[j]!;
  for (let t = times - 1; t >= 0; t--) {
    const d = start[t + 1]! - firstEvent[t]!;
    if (d === 0) continue;
    const ways = new Ways(d, p);
    let total = 0;
    for (let i = start[t]!; i < rows; i++) if ((entry?.from[i] ?? 0) <= t) total += risk[i]!;
    const unit = d / total; // keeps the polynomials within the doubles
    for (let i = start[t]!; i < rows; i++) if ((entry?.from[i] ?? 0) <= t) ways.add(risk[i]! * unit, x, i, rows);
    logLikelihood -= Math.log(ways.sum) - d * Math.log(unit);
    for (let j = 0; j < p; j++) {
      const mean = ways.first(j) / ways.sum;
      score[j]! -= mean;
      for (let k = j; k < p; k++) {
        information[j * p + k]! += ways.second(j, k) / ways.sum - (mean * ways.first(k)) / ways.sum;
      }
    }
  }
  for (let j = 0; j < p; j++) {
    const unit = scale[j] === 0 ? 0 : 1 / scale[j]!;
    score[j]! *= unit;
    for (let k = j; k < p; k++) {
      information[j * p + k]! *= scale[k] === 0 ? 0 : unit / scale[k]!;
      information[k * p + j] = information[j * p + k]!;
    }
  }
  return { n, dropped, events, spread, logLikelihood, score, information };
}

/** Sums over all ways to choose up to `size` rows of the product of their risks, with first and second derivatives by coefficient. */
class Ways {
  private readonly size: number;
  private readonly p: number;
  private readonly sums: Float64Array;
  private readonly firsts: Float64Array;
  private readonly seconds: Float64Array;
  private rows = 0;

  constructor(size: number, p: number) {
    this.size = size;
    this.p = p;
    this.sums = new Float64Array(size + 1);
    this.sums[0] = 1;
    this.firsts = new Float64Array((size + 1) * p);
    this.seconds = new Float64Array((size + 1) * p * p);
  }

  /** Adds the i-th row, whose covariates stand at i, i + stride, ... of x. */
  add(risk: number, x: Float64Array, i: number, stride: number): void {
    const { p, sums, firsts, seconds } = this;
    this.rows++;
    for (let k = Math.min(this.size, this.rows); k > 0; k--) {
      const less = sums[k - 1]!;
      for (let j = 0; j < p; j++) {
        const xj = x[j * stride + i]!;
        const first = firsts[(k - 1) * p + j]!;
        for (let l = j; l < p; l++) {
          const xl = x[l * stride + i]!;
          const at = j * p + l;
          seconds[k * p * p + at]! +=
            risk * (seconds[(k - 1) * p * p + at]! + xl * first + xj * (firsts[(k - 1) * p + l]! + xl * less));
        }
      }
      for (let j = 0; j < p; j++) firsts[k * p + j]! += risk * (firsts[(k - 1) * p + j]! + x[j * stride + i]! * less);
      sums[k]! += risk * less;
    }
  }

  get sum(): number {
    return this.sums[this.size]!;
  }

  first(j: number): number {
    return this.firsts[this.size * this.p + j]!;
  }

  second(j: number, k: number): number {
    return this.seconds[this.size * this.p * this.p + j * this.p + k]!;
  }
}
