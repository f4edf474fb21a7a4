import type { CoxDesign } from '../cox/cox-design.ts';
import { relativeRisk, scaledCoefficients } from '../cox/cox-risk.ts';
import { inverse } from '../numeric/linear.ts';

/**
 * What the covariates' own model (every gene's coefficient 0) says, made once for all genes. Rows are in the order of time; covariates are scaled;
 * events are counted by event time, not by distinct time. Where d events tie, the l-th of d slots has 1 - l / d of each of them at risk.
 */
export interface GeneNull {
  readonly rows: number;
  readonly p: number;
  readonly x: Float64Array;
  /** By event time: first row at risk, first row with the event and first row after it; and the first of its slots (with an end). */
  readonly from: Int32Array;
  readonly eventFrom: Int32Array;
  readonly to: Int32Array;
  readonly slot: Int32Array;
  /** By slot, the share l / d. */
  readonly share: Float64Array;
  /** By row: event times passed, its own included, and whether it is an event. */
  readonly passed: Int32Array;
  readonly event: Uint8Array;
  /** By row, twice the event times passed, and 1 more for an event: where what a row has met is kept. */
  readonly cell: Int32Array;
  readonly anyTies: boolean;
  /** By covariate, the sum over events, and the largest size. */
  readonly eventTotals: Float64Array;
  readonly reach: Float64Array;
  readonly beta: Float64Array;
  /** By row, at `beta`: relative risk, and that times the hazard lived through. */
  readonly risk: Float64Array;
  readonly lived: Float64Array;
  /** By slot, the risk of all in it. */
  readonly size: Float64Array;
  readonly inverseSize: Float64Array;
  /** By row, what a carrier adds to the information between her gene and each covariate. Row-major. */
  readonly cross: Float64Array;
  /** Inverse of the covariates' information. */
  readonly variance: Float64Array;
  readonly logLikelihood: number;
}

/** Shared parts at the maximum of the covariates' model, `coefficients` in their own units. Efron's ties. */
export function geneNull(design: CoxDesign, coefficients: readonly number[]): GeneNull {
  const { rows, x, times, start, firstEvent, scale } = design;
  const p = scale.length;
  const when = Array.from({ length: times }, (_, t) => t).filter((t) => firstEvent[t]! < start[t + 1]!);
  const m = when.length;
  const from = Int32Array.from(when, (t) => start[t]!);
  const eventFrom = Int32Array.from(when, (t) => firstEvent[t]!);
  const to = Int32Array.from(when, (t) => start[t + 1]!);
  const slot = new Int32Array(m + 1);
  for (let g = 0; g < m; g++) slot[g + 1] = slot[g]! + to[g]! - eventFrom[g]!;
  const share = new Float64Array(slot[m]!);
  const passed = new Int32Array(rows);
  const event = new Uint8Array(rows);
  for (let g = 0; g < m; g++) {
    const d = slot[g + 1]! - slot[g]!;
    for (let l = 0; l < d; l++) share[slot[g]! + l] = l / d;
    passed.fill(g + 1, from[g]!, g + 1 < m ? from[g + 1]! : rows);
    event.fill(1, eventFrom[g]!, to[g]!);
  }
  const cell = passed.map((count, i) => 2 * count + event[i]!);
  const beta = scaledCoefficients(design, coefficients);
  const risk = relativeRisk(design, beta);
  const reach = new Float64Array(p);
  for (let j = 0; j < p; j++) for (let i = 0; i < rows; i++) reach[j] = Math.max(reach[j]!, Math.abs(x[j * rows + i]!));
  const lived = new Float64Array(rows);
  const size = new Float64Array(slot[m]!);
  const cross = new Float64Array(rows * p);
  const information = new Float64Array(p * p);
  let logLikelihood = 0;
  for (let j = 0; j < p; j++) logLikelihood += beta[j]! * design.eventTotals[j]!;
  // by event time: sums over those at risk and over the tied of r, r x
  const all = new Float64Array(m * (p + 1));
  const tied = new Float64Array(m * (p + 1));
  const running = new Float64Array(p + 1);
  for (let g = m - 1, i = rows - 1; g >= 0; g--) {
    const own = tied.subarray(g * (p + 1), (g + 1) * (p + 1));
    for (; i >= from[g]!; i--) {
      const target = event[i] === 1 ? own : running;
      target[0]! += risk[i]!;
      for (let j = 0; j < p; j++) target[1 + j]! += risk[i]! * x[j * rows + i]!;
    }
    for (let j = 0; j <= p; j++) running[j]! += own[j]!;
    all.set(running, g * (p + 1));
  }
  const onAll = new Float64Array(p); // sums over event times of what a unit of the gene's risk at risk, or tied, meets
  const onTied = new Float64Array(p);
  let hazard = 0;
  for (let g = 0, i = 0; g < m; g++) {
    const o = g * (p + 1);
    let [h, spared, a, b, c] = [0, 0, 0, 0, 0];
    for (let s = slot[g]!; s < slot[g + 1]!; s++) {
      size[s] = all[o]! - share[s]! * tied[o]!;
      logLikelihood -= Math.log(size[s]!);
      const v = 1 / size[s]!;
      h += v;
      spared += share[s]! * v;
      a += v * v;
      b += share[s]! * v * v;
      c += share[s]! ** 2 * v * v;
    }
    hazard += h;
    for (let j = 0; j < p; j++) {
      const [sum, own] = [all[o + 1 + j]!, tied[o + 1 + j]!];
      onAll[j]! += a * sum - b * own;
      onTied[j] = c * own - b * sum;
      for (let k = 0; k < p; k++) {
        information[j * p + k]! -= (a * sum - b * own) * all[o + 1 + k]! + onTied[j]! * tied[o + 1 + k]!;
      }
    }
    for (i = from[g]!; i < (g + 1 < m ? from[g + 1]! : rows); i++) {
      lived[i] = risk[i]! * (hazard - (event[i] === 1 ? spared : 0));
      for (let j = 0; j < p; j++) {
        cross[i * p + j] = lived[i]! * x[j * rows + i]! - risk[i]! * (onAll[j]! + (event[i] === 1 ? onTied[j]! : 0));
      }
    }
  }
  for (let j = 0; j < p; j++) {
    for (let k = 0; k < p; k++) {
      for (let i = 0; i < rows; i++) information[j * p + k]! += lived[i]! * x[j * rows + i]! * x[k * rows + i]!;
    }
  }
  const variance = inverse(information, p, 0);
  if ('dependent' in variance) throw new RangeError("the covariates' model has no maximum");
  return {
    rows,
    p,
    x,
    from,
    eventFrom,
    to,
    slot,
    share,
    passed,
    event,
    cell,
    anyTies: share.some((s) => s > 0),
    eventTotals: design.eventTotals,
    reach,
    beta,
    risk,
    lived,
    size,
    inverseSize: size.map((value) => 1 / value),
    cross,
    variance,
    logLikelihood,
  };
}
