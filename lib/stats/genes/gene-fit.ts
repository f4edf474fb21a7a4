import { dot, inverse, multiply } from '../numeric/linear.ts';
import { GeneInformation } from './gene-information.ts';
import { GeneLikelihood } from './gene-likelihood.ts';
import type { GeneNull } from './gene-null.ts';
import { GENE_OUTCOME } from './gene-outcome.ts';
import { GeneSteps } from './gene-steps.ts';

/** The gene's own variance, as a share, below which the covariates determine it. */
const DETERMINED = 1e-9;

/** A coefficient at which a monotone likelihood is at its limit: e^-30 of the risk is left. */
const FAR = 30;

/** Newton ends when the rise it predicts (twice it) is below this. */
const RISE = 1e-18;
const MOST_ROUNDS = 40;

/** Steps by the approximate information end when the rise that they predict (twice it) is below this: the next is 3e-8 standard errors long. */
const NEAR = 1e-15;
/** They are given up when a step is longer than this share of the one before, squared, or after so many. */
const PACE = 0.1;
const MOST_STEPS = 8;

interface GeneFit {
  readonly outcome: number;
  readonly coefficient: number;
  readonly standardError: number;
  readonly score: number;
  readonly likelihoodRatio: number;
}

interface Maximum {
  readonly coefficient: number;
  readonly standardError: number;
  readonly logLikelihood: number;
}

const NOTHING = { coefficient: Number.NaN, standardError: Number.NaN, score: Number.NaN, likelihoodRatio: Number.NaN };

/** Fits one gene after the other beside the same covariates. */
export class GeneFitter {
  private readonly model: GeneNull;
  private readonly likelihood: GeneLikelihood;
  private readonly information: GeneInformation;
  private readonly steps: GeneSteps;
  /** Carriers' risk in each slot. */
  private readonly share: Float64Array;
  private readonly start: Float64Array;
  private readonly beta: Float64Array;
  private readonly step: Float64Array;

  constructor(model: GeneNull) {
    const width = model.p + 1;
    this.model = model;
    this.likelihood = new GeneLikelihood(model);
    this.information = new GeneInformation(model, this.likelihood);
    this.steps = new GeneSteps(model);
    this.share = new Float64Array(model.size.length);
    this.start = new Float64Array(width);
    this.beta = new Float64Array(width);
    this.step = new Float64Array(width);
  }

  /** `carriers` are places in the order of time, ascending; `events` of them have the event. */
  fit(carriers: Int32Array, events: number, scoreOnly: boolean): GeneFit {
    const { p, lived, beta } = this.model;
    const { steps, start } = this;
    const { end, alone, square } = this.makeSlots(carriers);
    let expected = 0;
    for (let k = 0; k < carriers.length; k++) expected += lived[carriers[k]!]!;
    const information = expected - square;
    if (end === 0 || end === alone || !(information > 1e-12))
      return { ...NOTHING, outcome: GENE_OUTCOME.noInformation };
    const rest = information - steps.begin(carriers);
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
    start[p] = own.beta * (information / rest);
    for (let j = 0; j < p; j++) start[j] = beta[j]! - steps.along[j]! * start[p];
    const isUsable = steps.scale(information, own.information);
    const found = (isUsable ? this.climb(carriers, events) : undefined) ?? this.newton(start, carriers, events, false);
    if (found === undefined) return { ...NOTHING, outcome: GENE_OUTCOME.notConverged, score };
    return {
      outcome: monotone,
      coefficient: found.coefficient,
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
    const { passed, risk, slot, event, share: tie, from, eventFrom, to, inverseSize, rows } = this.model;
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
    for (let s = 0; s < end; s++) square += (share[s]! * inverseSize[s]!) ** 2;
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

  /** Steps from the start by the score and the approximate information; undefined where they don't lead quickly to the maximum. */
  private climb(carriers: Int32Array, events: number): Maximum | undefined {
    const { likelihood, steps, step, beta } = this;
    const { p } = this.model;
    beta.set(this.start);
    let last = Number.POSITIVE_INFINITY;
    for (let round = 0; round < MOST_STEPS; round++) {
      const logLikelihood = likelihood.at(beta, carriers, events);
      steps.solve(likelihood.score, step);
      const rise = dot(step, likelihood.score);
      if (!(rise >= 0 && rise <= PACE * last && Math.abs(step[p]!) < 1)) return undefined;
      for (let j = 0; j <= p; j++) beta[j]! += step[j]!;
      if (rise < NEAR) {
        const standardError = Math.sqrt(steps.variance(likelihood, carriers));
        return { coefficient: beta[p]!, standardError, logLikelihood: logLikelihood + rise / 2 };
      }
      last = rise;
    }
    return undefined;
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
  private newton(start: Float64Array, carriers: Int32Array, events: number, held: boolean): Maximum | undefined {
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
      const variance = inverse(this.information.of(carriers, width), width, 1e-12);
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
      if (rise < RISE) {
        const standardError = Math.sqrt(variance[width * width - 1]!);
        if (Math.abs(at[width - 1]!) > FAR && !held) return undefined;
        if (held && this.moved(beta) > FAR / 8) return undefined; // too far for e^-30 to be nothing: the whole fit tells
        return { coefficient: beta[start.length - 1]!, standardError, logLikelihood: logLikelihood + rise / 2 };
      }
    }
    return undefined;
  }

  /** How far the covariates' part of a linear predictor may have moved from their own model's. */
  private moved(beta: Float64Array): number {
    const { p, beta: origin, reach } = this.model;
    let most = 0;
    for (let j = 0; j < p; j++) most += Math.abs(beta[j]! - origin[j]!) * reach[j]!;
    return most;
  }
}
