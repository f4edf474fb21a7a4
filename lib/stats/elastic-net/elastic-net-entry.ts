import { ranksWithEntry } from '../survival/entry-ranks.ts';
import type { PredictorLikelihood } from './elastic-net-likelihood.ts';

/**
 * Cox's partial likelihood with Breslow's ties of patients who come under observation late: at risk after `entry`, until `time`. Rows are ordered by time.
 * O(n) an evaluation. Yardstick: glmnet of a Surv(start, stop, event).
 */
export function coxEntryLikelihood(time: Float64Array, event: Uint8Array, entry: Float64Array): PredictorLikelihood {
  const n = time.length;
  const { rank, entered, distinct } = ranksWithEntry(time, entry);
  const order = Int32Array.from({ length: n }, (_, i) => i).sort((a, b) => rank[a]! - rank[b]!);
  const until = Int32Array.from(order, (row) => rank[row]!);
  const from = Int32Array.from(order, (row) => entered![row]!);
  const latestFirst = Int32Array.from({ length: n }, (_, i) => i).sort((a, b) => from[b]! - from[a]!);
  const died = Float64Array.from(order, (row) => event[row]!);
  const times = distinct.length;
  const events = new Float64Array(times);
  for (let i = 0; i < n; i++) events[until[i]!]! += died[i]!;
  let saturated = 0;
  for (const d of events) if (d > 0) saturated -= (d * Math.log(d)) / n;
  const rows = () => new Float64Array(n);
  const [residual, risk, hazard, frozenRisk, frozenHazard, product] = [rows(), rows(), rows(), rows(), rows(), rows()];
  const [square, atRisk, sums] = [new Float64Array(times), new Float64Array(times), new Float64Array(times)];
  const [lived, mean] = [new Float64Array(times + 1), new Float64Array(times + 1)];

  /** By time, the sum over those at risk. */
  const sumAtRisk = (values: Float64Array, into: Float64Array) => {
    let [sum, row, gone] = [0, n - 1, 0];
    for (let t = times - 1; t >= 0; t--) {
      for (; row >= 0 && until[row] === t; row--) sum += values[row]!;
      for (; gone < n && from[latestFirst[gone]!]! > t; gone++) sum -= values[latestFirst[gone]!]!;
      into[t] = sum;
    }
  };

  return {
    n,
    order,
    hasIntercept: false,
    saturated,
    residual,
    evaluate(eta) {
      const most = eta.reduce((largest, value) => Math.max(largest, value), Number.NEGATIVE_INFINITY);
      const shift = Math.max(0, most - 200);
      let sum = 0;
      for (let i = 0; i < n; i++) {
        risk[i] = Math.exp(eta[i]! - shift);
        if (died[i] === 1) sum += eta[i]!;
      }
      sumAtRisk(risk, atRisk);
      for (let t = 0; t < times; t++) {
        if (events[t]! > 0) sum -= events[t]! * (Math.log(atRisk[t]!) + shift);
        lived[t + 1] = lived[t]! + (events[t]! > 0 ? events[t]! / atRisk[t]! : 0);
      }
      for (let i = 0; i < n; i++) {
        hazard[i] = lived[until[i]! + 1]! - lived[from[i]!]!;
        residual[i] = (died[i]! - risk[i]! * hazard[i]!) / n;
      }
      return sum / n;
    },
    freeze() {
      frozenRisk.set(risk);
      frozenHazard.set(hazard);
      for (let t = 0; t < times; t++) square[t] = events[t]! > 0 ? events[t]! / atRisk[t]! ** 2 : 0;
    },
    curvature(columns, at, out, to) {
      for (let i = 0; i < n; i++) product[i] = frozenRisk[i]! * columns[at + i]!;
      sumAtRisk(product, sums);
      for (let t = 0; t < times; t++) mean[t + 1] = mean[t]! + square[t]! * sums[t]!;
      for (let i = 0; i < n; i++) {
        const own = mean[until[i]! + 1]! - mean[from[i]!]!;
        out[to + i] = (frozenHazard[i]! * product[i]! - frozenRisk[i]! * own) / n;
      }
    },
  };
}
