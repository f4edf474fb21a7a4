import { cox } from './cox.ts';
import { type CoxRows, coxDesign } from './cox-design.ts';
import type { CoxFailure, CoxMonotone } from './cox-result.ts';
import { chiSquare } from './distributions.ts';
import { checkLength } from './follow-up.ts';
import { carriersByCoverage, type GeneBits } from './gene-carriers.ts';
import { GeneLikelihood } from './gene-likelihood.ts';
import { type GeneNull, geneNull } from './gene-null.ts';
import { GENE_OUTCOME, type ModelScan } from './gene-outcome.ts';
import { dot, inverse, multiply } from './linear.ts';

export interface AdjustedScan extends ModelScan {
  /** Where the covariates alone have no estimate among those covered: why. The genes' outcome is `noCovariateModel`. */
  readonly failures: readonly (CoxFailure | CoxMonotone)[];
}

export interface AdjustedScanOptions {
  /** Score tests for all, and no estimates: ten times as fast. */
  readonly scoreOnly?: boolean;
}

/** The gene's own variance, as a share, below which the covariates determine it. */
const DETERMINED = 1e-9;

/** A coefficient at which a monotone likelihood is at its limit: e^-30 of the risk is left. */
const FAR = 30;

/** Newton ends when the rise it predicts (twice it) is below this. */
const RISE = 1e-18;
/** Twice the rise that the step to a point next to the maximum predicted: that is 3e-5 standard errors long. */
const NEAR = 1e-9;
const MOST_ROUNDS = 40;

/**
 * Cox model of each of many binary genes beside the same covariates, Efron's ties. The covariates' model is fitted once (for each set of patients
 * that genes cover); from it come every gene's score test in as many steps as there are carriers, and its first estimate. Monotone likelihoods of the
 * gene are told exactly, by counting. Source: as {@link cox}. Yardstick: survival::coxph for each gene.
 */
export function adjustedScan(
  rows: CoxRows,
  genes: GeneBits,
  patients: Int32Array | undefined,
  { scoreOnly = false }: AdjustedScanOptions = {},
): AdjustedScan {
  const { time, event, names, covariates, entry, strata, weights, offset } = rows;
  for (const given of [entry, strata, weights, offset]) {
    if (given !== undefined) throw new RangeError('an adjusted gene scan takes no entry, strata, weights or offset');
  }
  if (patients !== undefined) checkLength(patients, time.length);
  const column = () => new Float64Array(genes.count).fill(Number.NaN);
  const scan = {
    covered: new Int32Array(genes.count),
    carriers: new Int32Array(genes.count),
    carrierEvents: new Int32Array(genes.count),
    outcome: new Uint8Array(genes.count),
    coefficient: column(),
    standardError: column(),
    wald: column(),
    p: column(),
    score: column(),
    scoreP: column(),
    likelihoodRatio: column(),
    likelihoodRatioP: column(),
    failures: [] as (CoxFailure | CoxMonotone)[],
  };
  let most = time.length - 1;
  if (patients !== undefined) for (const patient of patients) most = Math.max(most, patient);
  const position = new Int32Array(most + 1).fill(-1);
  for (let i = 0; i < time.length; i++) position[patients?.[i] ?? i] = i;
  for (const group of carriersByCoverage(genes, position)) {
    const pick = (values: Float64Array) => Float64Array.from(group.covered, (i) => values[i]!);
    const own: CoxRows = {
      time: pick(time),
      event: Uint8Array.from(group.covered, (i) => event[i]!),
      names,
      covariates: covariates.map(pick),
    };
    const fit = cox.fit(own);
    if (!fit.ok) scan.failures.push(fit);
    const design = coxDesign(own);
    const model = fit.ok ? geneNull(design, fit.coefficients) : undefined;
    const fitter = model && new GeneFitter(model);
    const early = design.n - design.rows;
    const placeOf = new Int32Array(design.n); // in the order of time; below 0, never at risk at an event
    design.source.forEach((i, at) => {
      placeOf[i] = at - early;
    });
    group.genes.forEach((gene, k) => {
      const members = group.carriers.subarray(0, group.take(k));
      scan.covered[gene] = group.covered.length;
      scan.carriers[gene] = members.length;
      let events = 0;
      for (const i of members) events += own.event[i]!;
      scan.carrierEvents[gene] = events;
      if (fitter === undefined) {
        scan.outcome[gene] = GENE_OUTCOME.noCovariateModel;
        return;
      }
      const places = members
        .map((i) => placeOf[i]!)
        .filter((place) => place >= 0)
        .sort();
      const found = fitter.fit(places, events, scoreOnly);
      scan.outcome[gene] = found.outcome;
      scan.coefficient[gene] = found.coefficient;
      scan.standardError[gene] = found.standardError;
      scan.score[gene] = found.score;
      scan.likelihoodRatio[gene] = found.likelihoodRatio;
      scan.wald[gene] = (found.coefficient / found.standardError) ** 2;
    });
  }
  for (let gene = 0; gene < genes.count; gene++) {
    if (scan.outcome[gene] !== GENE_OUTCOME.estimated) scan.wald[gene] = Number.NaN;
    scan.p[gene] = chiSquare.upper(scan.wald[gene]!, 1);
    scan.scoreP[gene] = chiSquare.upper(scan.score[gene]!, 1);
    scan.likelihoodRatioP[gene] = chiSquare.upper(scan.likelihoodRatio[gene]!, 1);
  }
  return scan;
}

interface GeneFit {
  readonly outcome: number;
  readonly coefficient: number;
  readonly standardError: number;
  readonly score: number;
  readonly likelihoodRatio: number;
}

const NOTHING = { coefficient: Number.NaN, standardError: Number.NaN, score: Number.NaN, likelihoodRatio: Number.NaN };

/** Fits one gene after the other beside the same covariates. */
class GeneFitter {
  private readonly model: GeneNull;
  private readonly likelihood: GeneLikelihood;
  /** Carriers' risk in each slot. */
  private readonly share: Float64Array;

  constructor(model: GeneNull) {
    this.model = model;
    this.likelihood = new GeneLikelihood(model);
    this.share = new Float64Array(model.size.length);
  }

  /** `carriers` are places in the order of time, ascending; `events` of them have the event. */
  fit(carriers: Int32Array, events: number, scoreOnly: boolean): GeneFit {
    const { p, cross, lived, variance } = this.model;
    const { end, alone, square } = this.makeSlots(carriers);
    const shared = new Float64Array(p); // information between gene and covariates
    let expected = 0;
    for (let k = 0; k < carriers.length; k++) {
      const i = carriers[k]!;
      expected += lived[i]!;
      for (let j = 0; j < p; j++) shared[j]! += cross[i * p + j]!;
    }
    const information = expected - square;
    if (end === 0 || end === alone || !(information > 1e-12))
      return { ...NOTHING, outcome: GENE_OUTCOME.noInformation };
    const along = multiply(variance, shared);
    const rest = information - dot(along, shared);
    if (!(rest > DETERMINED * information)) return { ...NOTHING, outcome: GENE_OUTCOME.collinear };
    const score = (events - expected) ** 2 / rest;
    const monotone =
      events === alone ? GENE_OUTCOME.decreasing : events === end ? GENE_OUTCOME.increasing : GENE_OUTCOME.estimated;
    if (scoreOnly) return { ...NOTHING, outcome: monotone, score };
    if (monotone !== GENE_OUTCOME.estimated) {
      const coefficient = monotone === GENE_OUTCOME.increasing ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
      return {
        ...NOTHING,
        outcome: monotone,
        coefficient,
        score,
        likelihoodRatio: this.limit(carriers, events, coefficient),
      };
    }
    const own = this.alone(events, expected, information, end);
    const first = own.beta * (information / rest);
    const start = new Float64Array(p + 1);
    for (let j = 0; j < p; j++) start[j] = this.model.beta[j]! - along[j]! * first;
    start[p] = first;
    this.nearer(start, carriers, events, along, shared, own.information, information);
    const found = this.newton(start, carriers, events, false);
    if (found === undefined) return { ...NOTHING, outcome: GENE_OUTCOME.notConverged, score };
    return {
      outcome: monotone,
      coefficient: found.beta[p]!,
      standardError: found.standardError,
      score,
      likelihoodRatio: Math.max(0, 2 * (found.logLikelihood - this.model.logLikelihood)),
    };
  }

  /**
   * Risk of the carriers in each slot, into `share`. Answers how many slots have any (they are the first), how many only carriers (the last), and the
   * sum of squared shares of the risk.
   */
  private makeSlots(carriers: Int32Array): { end: number; alone: number; square: number } {
    const { passed, risk, slot, event, share: tie, from, eventFrom, to, size, rows } = this.model;
    const { share } = this;
    let left = 0;
    for (let k = 0; k < carriers.length; k++) left += risk[carriers[k]!]!;
    let end = 0;
    for (let k = 0; k < carriers.length; k++) {
      const i = carriers[k]!;
      for (const until = slot[passed[i]!]!; end < until; end++) share[end] = left;
      left -= risk[i]!;
    }
    let alone = 0;
    for (let g = from.length - 1, k = carriers.length - 1, n = 0; g >= 0; g--) {
      for (; k >= 0 && carriers[k]! >= from[g]!; k--) n++;
      if (n !== rows - from[g]!) break;
      alone += to[g]! - eventFrom[g]!;
    }
    for (let k = 0; k < carriers.length; k++) {
      const i = carriers[k]!;
      if (event[i] === 0) continue;
      const g = passed[i]! - 1;
      for (let s = slot[g]! + 1; s < slot[g + 1]!; s++) share[s]! -= tie[s]! * risk[i]!;
    }
    let square = 0;
    for (let s = 0; s < end; s++) square += (share[s]! / size[s]!) ** 2;
    return { end, alone, square };
  }

  /** The gene's coefficient with the covariates held: two rounds of Halley's method over the slots. */
  private alone(events: number, expected: number, information: number, end: number) {
    const { size } = this.model;
    const { share } = this;
    let beta = Math.log(events / expected);
    let settled = information;
    if (!(Math.abs(beta) < 4)) beta = Math.sign(events - expected) * 4;
    for (let round = 0; round < 2; round++) {
      const ratio = Math.exp(beta);
      let [s1, s2, s3] = [0, 0, 0];
      for (let s = 0; s < end; s++) {
        const q = share[s]! / (size[s]! + (ratio - 1) * share[s]!);
        s1 += q;
        s2 += q * q;
        s3 += q * q * q;
      }
      const [a, b] = [ratio * s1, ratio * ratio * s2];
      const [u, v, w] = [events - a, a - b, a - 3 * b + 2 * ratio ** 3 * s3];
      const step = (2 * u * v) / (2 * v * v + u * w);
      beta += Math.abs(step) < 2 ? step : 2 * Math.sign(u);
      settled = v + w * step > 0.2 * v ? v + w * step : v;
      if (Math.abs(step) < 0.1) break;
    }
    return Number.isFinite(beta)
      ? { beta, information: settled }
      : { beta: (events - expected) / information, information };
  }

  /** Moves a start by its own score and the null model's information, the gene's part of which is scaled to what the gene alone has there. */
  private nearer(
    start: Float64Array,
    carriers: Int32Array,
    events: number,
    along: Float64Array,
    shared: Float64Array,
    own: number,
    atNull: number,
  ): void {
    const { p, variance } = this.model;
    const { score } = this.likelihood;
    this.likelihood.scoreAt(start, carriers, events);
    const ratio = own / atNull;
    const step = multiply(variance, score.subarray(0, p));
    const move = (score[p]! - ratio * dot(shared, step)) / (own - ratio * ratio * dot(along, shared));
    if (!(Math.abs(move) < 1)) return;
    start[p]! += move;
    for (let j = 0; j < p; j++) start[j]! += step[j]! - ratio * along[j]! * move;
  }

  /** Likelihood-ratio statistic where the gene's hazard ratio is 0 or infinite, the covariates free. */
  private limit(carriers: Int32Array, events: number, coefficient: number): number {
    const { p, beta } = this.model;
    const start = new Float64Array(p + 1);
    start.set(beta);
    start[p] = FAR * Math.sign(coefficient);
    const found = this.newton(start, carriers, events, true);
    return found === undefined ? Number.NaN : Math.max(0, 2 * (found.logLikelihood - this.model.logLikelihood));
  }

  /** Newton's method with halving; with the gene `held`, over the covariates alone. Undefined where it doesn't converge. */
  private newton(start: Float64Array, carriers: Int32Array, events: number, held: boolean) {
    const width = held ? start.length - 1 : start.length;
    const { likelihood } = this;
    let beta = start;
    let best = Number.NEGATIVE_INFINITY;
    let step = new Float64Array(start.length);
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const logLikelihood = likelihood.at(beta, carriers, events);
      if (!(logLikelihood >= best - 1e-10 * Math.max(1, Math.abs(best)))) {
        step = step.map((s) => s / 2);
        beta = beta.map((b, j) => b - step[j]!);
        continue;
      }
      best = logLikelihood;
      const variance = inverse(symmetric(likelihood.information, start.length, width), width, 1e-12);
      if ('dependent' in variance) return undefined;
      const score = likelihood.score.subarray(0, width);
      const move = multiply(variance, score);
      const rise = dot(move, score);
      const own = Math.abs(move[width - 1]!);
      const shorter = held || own < 3 ? 1 : 3 / own;
      step = new Float64Array(start.length);
      for (let j = 0; j < width; j++) step[j] = shorter * move[j]!;
      const at = beta;
      beta = beta.map((b, j) => b + step[j]!);
      if (rise < NEAR && !held && own < 1) return this.settled(beta, variance, carriers, events);
      if (rise < RISE) {
        const standardError = Math.sqrt(variance[width * width - 1]!);
        if (Math.abs(at[width - 1]!) > FAR && !held) return undefined;
        return { beta, logLikelihood: logLikelihood + rise / 2, standardError };
      }
    }
    return undefined;
  }

  /**
   * A fit at `beta`, next to the maximum, from the score there and the variance close by: the standard error is right to the second order of what the
   * information changes, se² = 2 v - v'Iv with v the gene's column of that variance.
   */
  private settled(beta: Float64Array, variance: Float64Array, carriers: Int32Array, events: number) {
    const { likelihood } = this;
    const width = beta.length;
    const logLikelihood = likelihood.scoreAt(beta, carriers, events);
    const column = variance.slice((width - 1) * width);
    const form = likelihood.curvatureAlong(column, carriers);
    const move = multiply(variance, likelihood.score);
    const rise = dot(move, likelihood.score);
    return {
      beta: beta.map((b, j) => b + move[j]!),
      logLikelihood: logLikelihood + rise / 2,
      standardError: Math.sqrt(2 * column[width - 1]! - form),
    };
  }
}

function symmetric(upper: Float64Array, width: number, size: number): Float64Array {
  const out = new Float64Array(size * size);
  for (let j = 0; j < size; j++) {
    for (let k = j; k < size; k++) out[j * size + k] = out[k * size + j] = upper[j * width + k]!;
  }
  return out;
}
