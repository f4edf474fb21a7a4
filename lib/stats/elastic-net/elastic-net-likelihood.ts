import { expit } from '../logistic/logistic-likelihood.ts';
import { timeRanks } from '../survival/times.ts';

/** A likelihood of the linear predictor alone, per patient; its rows are in an order of its own. */
export interface PredictorLikelihood {
  readonly n: number;
  /** Row of the data that stands at each place. */
  readonly order: Int32Array;
  readonly hasIntercept: boolean;
  /** Log likelihood of the saturated model, per patient. */
  readonly saturated: number;
  /** Log likelihood at a predictor, per patient; fills `residual` with its derivatives. */
  evaluate(eta: Float64Array): number;
  readonly residual: Float64Array;
  /** Keeps the second derivatives of the last evaluation for {@link curvature}. */
  freeze(): void;
  /** Minus second derivatives times the column that stands in `columns` from `at` on; into `out` from `to` on. */
  curvature(columns: Float64Array, at: number, out: Float64Array, to: number): void;
}

/** Binomial likelihood; outcomes are 0 or 1. */
export function binomialLikelihood(outcome: Uint8Array): PredictorLikelihood {
  const n = outcome.length;
  const residual = new Float64Array(n);
  const weight = new Float64Array(n);
  const frozen = new Float64Array(n);
  return {
    n,
    order: Int32Array.from({ length: n }, (_, i) => i),
    hasIntercept: true,
    saturated: 0,
    residual,
    evaluate(eta) {
      let sum = 0;
      for (let i = 0; i < n; i++) {
        const p = expit(eta[i]!);
        const y = outcome[i]!;
        residual[i] = (y - p) / n;
        weight[i] = (p * (1 - p)) / n;
        sum -= Math.log1p(Math.exp(-Math.abs(eta[i]!))) + (eta[i]! < 0 === (y === 1) ? Math.abs(eta[i]!) : 0);
      }
      return sum / n;
    },
    freeze: () => frozen.set(weight),
    curvature(columns, at, out, to) {
      for (let i = 0; i < n; i++) out[to + i] = frozen[i]! * columns[at + i]!;
    },
  };
}

/** Cox's partial likelihood with Breslow's ties. Rows are ordered by time; those censored at a time are at risk at its events. */
export function coxPartialLikelihood(time: Float64Array, event: Uint8Array): PredictorLikelihood {
  const n = time.length;
  const { rank, distinct } = timeRanks(time);
  const order = Int32Array.from({ length: n }, (_, i) => i).sort((a, b) => rank[a]! - rank[b]!);
  const groups = distinct.length;
  const start = new Int32Array(groups + 1);
  for (let i = 0; i < n; i++) start[rank[i]! + 1]!++;
  for (let g = 0; g < groups; g++) start[g + 1]! += start[g]!;
  const died = Float64Array.from(order, (row) => event[row]!);
  const events = new Float64Array(groups);
  for (let i = 0; i < n; i++) events[rank[i]!]! += event[i]!;
  let saturated = 0;
  for (const d of events) if (d > 0) saturated -= (d * Math.log(d)) / n;
  const column = () => new Float64Array(n);
  const [residual, risk, hazard, frozenRisk, frozenHazard] = [column(), column(), column(), column(), column()];
  const [atRisk, square, sums] = [new Float64Array(groups), new Float64Array(groups), new Float64Array(groups)];
  return {
    n,
    order,
    hasIntercept: false,
    saturated,
    residual,
    evaluate(eta) {
      let most = Number.NEGATIVE_INFINITY;
      for (let i = 0; i < n; i++) most = Math.max(most, eta[i]!);
      const shift = Math.max(0, most - 200);
      let sum = 0;
      let total = 0;
      for (let g = groups - 1; g >= 0; g--) {
        for (let i = start[g]!; i < start[g + 1]!; i++) {
          risk[i] = Math.exp(eta[i]! - shift);
          total += risk[i]!;
          if (died[i] === 1) sum += eta[i]!;
        }
        atRisk[g] = total;
        if (events[g]! > 0) sum -= events[g]! * (Math.log(total) + shift);
      }
      let cumulative = 0;
      for (let g = 0; g < groups; g++) {
        cumulative += events[g]! / atRisk[g]!;
        for (let i = start[g]!; i < start[g + 1]!; i++) {
          hazard[i] = cumulative;
          residual[i] = (died[i]! - risk[i]! * cumulative) / n;
        }
      }
      return sum / n;
    },
    freeze() {
      frozenRisk.set(risk);
      frozenHazard.set(hazard);
      for (let g = 0; g < groups; g++) square[g] = events[g]! / atRisk[g]! ** 2;
    },
    curvature(columns, at, out, to) {
      let sum = 0;
      for (let g = groups - 1; g >= 0; g--) {
        for (let i = start[g]!; i < start[g + 1]!; i++) sum += frozenRisk[i]! * columns[at + i]!;
        sums[g] = sum;
      }
      let mean = 0;
      for (let g = 0; g < groups; g++) {
        mean += square[g]! * sums[g]!;
        for (let i = start[g]!; i < start[g + 1]!; i++) {
          out[to + i] = (frozenRisk[i]! * (frozenHazard[i]! * columns[at + i]! - mean)) / n;
        }
      }
    },
  };
}
