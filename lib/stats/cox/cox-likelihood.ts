import type { CoxDesign } from './cox-design.ts';
import { exactLikelihood } from './cox-exact.ts';
import { addSums, CHUNK, meanEventWeight, relativeRisk, removeSums, weigh } from './cox-risk.ts';
import type { CoxSummary } from './cox-summary.ts';

/** A product of denominators is turned into a logarithm before it leaves this range. */
const LARGE = 1e150;
const SMALL = 1e-150;

/**
 * Partial likelihood of one stratum: logarithm, score and information at `beta`. With a `factor` by time, score and information are the sums
 * over times of factor times that time's share (the logarithm isn't).
 *
 * Pass A makes r = exp(x beta) and, for each time, sums of r and r x over those censored and those with the event. Going back in time, the l-th of
 * d tied events has the denominator S0 - (l / d) E0 (Breslow: S0), with S0 over all at risk and E0 over the tied. Pass B uses that the sum over
 * events of S2 / S0 is X' diag(w) X, with w = r times the hazard that a row lives through (less the tied share in its own event), so that no
 * matrix is kept by time. Weights multiply r, and each of the tied counts with their mean weight. O(n p²).
 *
 * Source: Efron, JASA 1977;72:557; Breslow, Biometrics 1974;30:89; the arrangement of risk sums as survival's coxfit6. Yardstick:
 * survival::coxph.
 */
export function coxLikelihood(design: CoxDesign, beta: Float64Array, factor?: Float64Array): CoxSummary {
  if (design.ties === 'exact') return exactLikelihood(design, beta);
  const { n, dropped, events, spread, times, start, firstEvent, scale, offset, vectors } = design;
  const p = scale.length;
  const width = p + 1;
  const efron = design.ties === 'efron';
  const weighted = design.weights !== undefined;
  const plain = !weighted && factor === undefined;
  const unit = scale.map((f) => (f === 0 ? 0 : 1 / f)); // of a scaled covariate, in the covariate's own
  const scaled = beta.map((b, j) => b * unit[j]!);
  const risk = vectors?.makeRisks(scaled, offset?.values) ?? relativeRisk(design, scaled);
  const addRows = (from: number, to: number, sums: Float64Array) => {
    if (vectors === undefined) addSums(design, risk, from, to, sums);
    else vectors.addSums(from, to, sums);
  };
  weigh(design, risk);
  const hazard = new Float64Array(times);
  const tiedShare = new Float64Array(times);
  const score = new Float64Array(p);
  const information = new Float64Array(p * p);
  const all = new Float64Array(width);
  const tied = new Float64Array(width);
  let logarithm = 0;
  let product = 1;
  let gone = 0;
  for (let t = times - 1; t >= 0; t--) {
    const from = firstEvent[t]!;
    const d = start[t + 1]! - from;
    addRows(start[t]!, from, all);
    if (d > 0) {
      tied.fill(0);
      addRows(from, from + d, tied);
      for (let j = 0; j < width; j++) all[j]! += tied[j]!;
      const s0 = all[0]!;
      const e0 = tied[0]!;
      const weight = meanEventWeight(design, t);
      let h = 0;
      let g = 0;
      let a = 0;
      let b = 0;
      let c = 0;
      for (let l = 0; l < d; l++) {
        const share = efron ? l / d : 0;
        const denominator = s0 - share * e0;
        if (weighted) logarithm += weight * Math.log(denominator);
        else product *= denominator;
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
      if (!plain) {
        const times = weight * (factor?.[t] ?? 1);
        h *= times;
        g *= times;
        a *= times;
        b *= times;
        c *= times;
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
    gone = removeSums(design, risk, t, gone, all);
  }
  let logLikelihood = -logarithm - Math.log(product) + (offset?.eventTotal ?? 0);
  const totals = factor === undefined ? design.eventTotals : eventTotals(design, factor);
  for (let j = 0; j < p; j++) {
    score[j]! += totals[j]!;
    logLikelihood += scaled[j]! * design.eventTotals[j]!;
  }
  liveThrough(design, hazard, tiedShare, risk);
  if (vectors === undefined) addCrossProduct(design, risk, information);
  else vectors.addCrossProduct(information);
  for (let j = 0; j < p; j++) {
    score[j]! *= unit[j]!;
    for (let k = j; k < p; k++) {
      information[j * p + k]! *= unit[j]! * unit[k]!;
      information[k * p + j] = information[j * p + k]!;
    }
  }
  return { n, dropped, events, spread, logLikelihood, score, information };
}

/** By column, the (weighted) sum over rows with the event of factor times the covariate. */
function eventTotals(
  { rows, x, scale, times, start, firstEvent, weights }: CoxDesign,
  factor: Float64Array,
): Float64Array {
  return scale.map((_, j) => {
    let sum = 0;
    for (let t = 0; t < times; t++) {
      for (let i = firstEvent[t]!; i < start[t + 1]!; i++) sum += factor[t]! * (weights?.[i] ?? 1) * x[j * rows + i]!;
    }
    return sum;
  });
}

/** Multiplies each risk by the hazard that the row lives through, from entry to exit, less the tied share where it ends in the event. */
function liveThrough(
  { times, start, firstEvent, entry }: CoxDesign,
  hazard: Float64Array,
  tiedShare: Float64Array,
  risk: Float64Array,
): void {
  const before = entry === undefined ? undefined : new Float64Array(times + 1);
  let lived = 0;
  for (let t = 0; t < times; t++) {
    if (before !== undefined) before[t] = lived;
    lived += hazard[t]!;
    const from = start[t]!;
    const own = lived - tiedShare[t]!;
    if (before === undefined) {
      for (let i = from; i < firstEvent[t]!; i++) risk[i]! *= lived;
      for (let i = firstEvent[t]!; i < start[t + 1]!; i++) risk[i]! *= own;
    } else {
      for (let i = from; i < firstEvent[t]!; i++) risk[i]! *= lived - before[entry!.from[i]!]!;
      for (let i = firstEvent[t]!; i < start[t + 1]!; i++) risk[i]! *= own - before[entry!.from[i]!]!;
    }
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
    dropped: a.dropped + b.dropped,
    events: a.events + b.events,
    spread: a.spread.map((s, j) => s + b.spread[j]!),
    logLikelihood: a.logLikelihood + b.logLikelihood,
    score: a.score.map((u, j) => u + b.score[j]!),
    information: a.information.map((v, j) => v + b.information[j]!),
  };
}
