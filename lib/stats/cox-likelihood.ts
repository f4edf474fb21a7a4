import type { CoxDesign } from './cox-design.ts';

/** What one stratum, or several merged, say at given coefficients; in the covariates' own units. */
export interface CoxSummary {
  readonly n: number;
  readonly events: number;
  /** By covariate, sum of absolute deviations from the stratum's mean. */
  readonly spread: Float64Array;
  /** Not finite where exp of the linear predictor leaves the doubles. */
  readonly logLikelihood: number;
  readonly score: Float64Array;
  /** Row-major. */
  readonly information: Float64Array;
}

/** Rows handled at a time, so that what a pass needs of them stays in the fastest cache. */
const CHUNK = 256;

/** A product of denominators is turned into a logarithm before it leaves this range. */
const LARGE = 1e150;
const SMALL = 1e-150;

/**
 * Partial likelihood of one stratum with Efron's ties: logarithm, score and information at `beta`.
 *
 * Pass A makes r = exp(x beta) and, for each time, sums of r and r x over those censored and those with the event. Going back in time, the l-th of
 * d tied events has the denominator S0 - (l / d) E0, with S0 over all at risk and E0 over the tied. Pass B uses that the sum over events of
 * S2 / S0 is X' diag(w) X, with w = r times the hazard that a row lives through (less the tied share in its own event), so that no matrix is
 * kept by time.
 *
 * Source: Efron, JASA 1977;72:557; the arrangement of risk sums as survival's coxfit6. Yardstick: survival::coxph.
 */
export function coxLikelihood(design: CoxDesign, beta: Float64Array): CoxSummary {
  const { n, events, spread, times, start, firstEvent, scale, eventTotals } = design;
  const p = scale.length;
  const width = p + 1;
  const unit = scale.map((factor) => (factor === 0 ? 0 : 1 / factor)); // of a scaled covariate, in the covariate's own
  const scaled = beta.map((b, j) => b * unit[j]!);
  const risk = relativeRisk(design, scaled);
  const hazard = new Float64Array(times);
  const tiedShare = new Float64Array(times);
  const score = new Float64Array(p);
  const information = new Float64Array(p * p);
  const all = new Float64Array(width);
  const tied = new Float64Array(width);
  let logarithm = 0;
  let product = 1;
  for (let t = times - 1; t >= 0; t--) {
    const from = firstEvent[t]!;
    const d = start[t + 1]! - from;
    addSums(design, risk, start[t]!, from, all);
    if (d === 0) continue;
    tied.fill(0);
    addSums(design, risk, from, from + d, tied);
    for (let j = 0; j < width; j++) all[j]! += tied[j]!;
    const s0 = all[0]!;
    const e0 = tied[0]!;
    let h = 0;
    let g = 0;
    let a = 0;
    let b = 0;
    let c = 0;
    for (let l = 0; l < d; l++) {
      const share = l / d;
      const denominator = s0 - share * e0;
      product *= denominator;
      if (product > LARGE || product < SMALL) {
        logarithm += Math.log(product);
        product = 1;
      }
      const v = 1 / denominator;
      h += v;
      g += share * v;
      a += v * v;
      b += share * v * v;
      c += share * share * v * v;
    }
    hazard[t] = h;
    tiedShare[t] = g;
    for (let j = 0; j < p; j++) {
      const s = all[1 + j]!;
      const e = tied[1 + j]!;
      score[j]! -= s * h - e * g;
      const onAll = a * s - b * e;
      const onTied = c * e - b * s;
      for (let k = j; k < p; k++) information[j * p + k]! -= onAll * all[1 + k]! + onTied * tied[1 + k]!;
    }
  }
  let logLikelihood = -logarithm - Math.log(product);
  for (let j = 0; j < p; j++) {
    score[j]! += eventTotals[j]!;
    logLikelihood += scaled[j]! * eventTotals[j]!;
  }

  let lived = 0;
  for (let t = 0; t < times; t++) {
    lived += hazard[t]!;
    for (let i = start[t]!; i < firstEvent[t]!; i++) risk[i]! *= lived;
    for (let i = firstEvent[t]!, own = lived - tiedShare[t]!; i < start[t + 1]!; i++) risk[i]! *= own;
  }
  addCrossProduct(design, risk, information);
  for (let j = 0; j < p; j++) {
    score[j]! *= unit[j]!;
    for (let k = j; k < p; k++) {
      information[j * p + k]! *= unit[j]! * unit[k]!;
      information[k * p + j] = information[j * p + k]!;
    }
  }
  return { n, events, spread, logLikelihood, score, information };
}

/** exp of the linear predictor, a row each. */
function relativeRisk({ rows, x }: CoxDesign, beta: Float64Array): Float64Array {
  const p = beta.length;
  const risk = new Float64Array(rows);
  if (beta.every((b) => b === 0)) return risk.fill(1);
  for (let from = 0; from < rows; from += CHUNK) {
    const to = Math.min(rows, from + CHUNK);
    let j = 0;
    for (; j + 1 < p; j += 2) {
      const b = beta[j]!;
      const c = beta[j + 1]!;
      const o = j * rows;
      for (let i = from; i < to; i++) risk[i]! += b * x[o + i]! + c * x[o + rows + i]!;
    }
    if (j < p) {
      const b = beta[j]!;
      const o = j * rows;
      for (let i = from; i < to; i++) risk[i]! += b * x[o + i]!;
    }
    for (let i = from; i < to; i++) risk[i] = Math.exp(risk[i]!);
  }
  return risk;
}

/** Adds the rows' sum of r, and of r x by covariate. */
function addSums(
  { rows, x, scale }: CoxDesign,
  risk: Float64Array,
  from: number,
  to: number,
  sums: Float64Array,
): void {
  const p = scale.length;
  let total = 0;
  for (let i = from; i < to; i++) total += risk[i]!;
  sums[0]! += total;
  let j = 0;
  for (; j + 1 < p; j += 2) {
    const o = j * rows;
    let first = 0;
    let second = 0;
    for (let i = from; i < to; i++) {
      const r = risk[i]!;
      first += r * x[o + i]!;
      second += r * x[o + rows + i]!;
    }
    sums[1 + j]! += first;
    sums[2 + j]! += second;
  }
  if (j < p) {
    const o = j * rows;
    let sum = 0;
    for (let i = from; i < to; i++) sum += risk[i]! * x[o + i]!;
    sums[1 + j]! += sum;
  }
}

/** Adds X' diag(weight) X to the upper triangle, two columns by two, so that a row read serves four sums. */
function addCrossProduct({ rows, x, scale }: CoxDesign, weight: Float64Array, into: Float64Array): void {
  const p = scale.length;
  const weighted = new Float64Array(CHUNK * p);
  for (let from = 0; from < rows; from += CHUNK) {
    const size = Math.min(rows, from + CHUNK) - from;
    for (let j = 0; j < p; j++) {
      const o = j * rows + from;
      const w = j * CHUNK;
      for (let i = 0; i < size; i++) weighted[w + i] = weight[from + i]! * x[o + i]!;
    }
    let j = 0;
    for (; j + 1 < p; j += 2) {
      const w = j * CHUNK;
      let k = j;
      for (; k + 1 < p; k += 2) {
        const o = k * rows + from;
        let jk = 0;
        let jl = 0;
        let mk = 0;
        let ml = 0;
        for (let i = 0; i < size; i++) {
          const wj = weighted[w + i]!;
          const wm = weighted[w + CHUNK + i]!;
          const xk = x[o + i]!;
          const xl = x[o + rows + i]!;
          jk += wj * xk;
          jl += wj * xl;
          mk += wm * xk;
          ml += wm * xl;
        }
        into[j * p + k]! += jk;
        into[j * p + k + 1]! += jl;
        into[(j + 1) * p + k + 1]! += ml;
        if (k > j) into[(j + 1) * p + k]! += mk;
      }
      if (k < p) {
        const o = k * rows + from;
        let jk = 0;
        let mk = 0;
        for (let i = 0; i < size; i++) {
          jk += weighted[w + i]! * x[o + i]!;
          mk += weighted[w + CHUNK + i]! * x[o + i]!;
        }
        into[j * p + k]! += jk;
        into[(j + 1) * p + k]! += mk;
      }
    }
    if (j < p) {
      const o = j * rows + from;
      const w = j * CHUNK;
      let jj = 0;
      for (let i = 0; i < size; i++) jj += weighted[w + i]! * x[o + i]!;
      into[j * p + j]! += jj;
    }
  }
}

/** Both strata's. */
export function mergeSummaries(a: CoxSummary, b: CoxSummary): CoxSummary {
  return {
    n: a.n + b.n,
    events: a.events + b.events,
    spread: a.spread.map((s, j) => s + b.spread[j]!),
    logLikelihood: a.logLikelihood + b.logLikelihood,
    score: a.score.map((u, j) => u + b.score[j]!),
    information: a.information.map((v, j) => v + b.information[j]!),
  };
}

/**
 * Whether the likelihood never falls along `direction`: at each event the row has the largest linear predictor of all at risk, within `slack`
 * (in mean absolute deviations). Then no maximum exists that way: the likelihood is monotone.
 */
export function neverFalls(design: CoxDesign, direction: Float64Array, slack: number): boolean {
  const { rows, times, start, firstEvent, x, scale } = design;
  const steps = direction.map((v, j) => (scale[j] === 0 ? 0 : v / scale[j]!));
  const used = [...steps.keys()].filter((j) => steps[j] !== 0);
  const predictor = (i: number) => {
    let sum = 0;
    for (const j of used) sum += steps[j]! * x[j * rows + i]!;
    return sum;
  };
  let largest = Number.NEGATIVE_INFINITY;
  for (let t = times - 1; t >= 0; t--) {
    for (let i = start[t]!; i < start[t + 1]!; i++) largest = Math.max(largest, predictor(i));
    for (let i = firstEvent[t]!; i < start[t + 1]!; i++) if (predictor(i) < largest - slack) return false;
  }
  return true;
}
