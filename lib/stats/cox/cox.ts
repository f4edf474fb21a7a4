import { dot, inverse, multiply } from '../numeric/linear.ts';
import { type Cone, coneOf, type Fall, narrowed, worseFall } from '../numeric/recession.ts';
import { type CoxRows, coxDesign, coxDesigns, type Ties } from './cox-design.ts';
import { coxLikelihood, mergeSummaries } from './cox-likelihood.ts';
import { neverFalls, worstFall } from './cox-monotone.ts';
import { robustVariance } from './cox-residuals.ts';
import { type CoxFailure, type CoxFit, type CoxResult, fitted, overallTests, withVariance } from './cox-result.ts';
import type { CoxSummary } from './cox-summary.ts';

/** Share of a covariate's information, beyond what the covariates before it have, below which it counts as collinear. */
const COLLINEAR = 1e-11;

/** Information an event, in squared mean absolute deviations, below which rounding alone makes it up. */
const NO_INFORMATION = 1e-13;

/**
 * Newton ends when the rise it predicts is below this: its last step is then 1e-9 standard errors, and the standard errors are off by about as
 * much. From a thousand events on the likelihood is so nearly a parabola that a longer last step costs no more.
 */
const RISE = 1e-18;

function enough(events: number): number {
  return RISE * Math.max(1, events / 1000);
}

/** Below this a rise that no longer shrinks is rounding, as it may be when covariates are all but collinear. */
const NEARLY = 1e-10;

function stalled(rise: number, before: Best | undefined): boolean {
  return before !== undefined && rise < NEARLY && rise > before.rise / 4;
}

/** Rise at which a likelihood known to be monotone is at its limit. */
const LIMIT_RISE = 1e-11;

/** A last step this long, in mean absolute deviations, isn't that of a maximum: the likelihood is checked for rising without end. */
const LONG_STEP = 1e-4;

/** A variance this many times that at coefficients of 0 isn't trusted to be a maximum's before the likelihood is checked for rising without end. */
const LOST = 1e4;

const MOST_ROUNDS = 200;
const MOST_HALVINGS = 60;

/** A point, the Newton step from it, and the rise of the likelihood which that predicts (twice it). */
interface Best {
  readonly beta: Float64Array;
  readonly summary: CoxSummary;
  readonly step: Float64Array;
  readonly rise: number;
}

/** Where a fit stands between two rounds. */
export interface CoxState {
  readonly names: readonly string[];
  readonly ties: Ties;
  readonly level: number;
  /** Where the next summary is wanted. */
  readonly beta: Float64Array;
  readonly iterations: number;
  readonly atZero?: CoxSummary;
  /** The best point so far, and the step taken from it. */
  readonly best?: Best;
  readonly halvings: number;
  /** The likelihood is known to be monotone along this direction. */
  readonly monotone?: Float64Array;
  /** What is known of the directions along which it may be. */
  readonly cone?: Cone;
}

/** What a fit wants next: a summary at `state.beta`; the worst fall of all strata along `direction`; or nothing more. */
export type CoxRound =
  | { readonly next: 'summary'; readonly state: CoxState }
  | { readonly next: 'direction'; readonly direction: Float64Array; readonly state: CoxState }
  | { readonly next: 'nothing'; readonly result: CoxResult };

/** How ties are taken, and which variance and level the intervals have. */
export interface CoxOptions {
  readonly ties?: Ties;
  /** Of the intervals, 0.95 unless said. */
  readonly level?: number;
  /** Whether the variance is the robust one (of Lin and Wei), which bears a wrong model; weights that aren't counts ask for it. */
  readonly robust?: boolean;
  /** A whole number a row: rows of one cluster (a patient's, say) may depend on each other. Makes the variance robust. */
  readonly cluster?: Int32Array;
}

/**
 * Cox's proportional hazards model. Class: by stratum (a batch is whole strata), in rounds; the robust variance is made in one pass over the
 * rows when the fit has ended, and is by stratum too where clusters lie within strata.
 * Source: Cox, J R Stat Soc B 1972;34:187; robust variance: Lin & Wei, JASA 1989;84:1074. Yardstick: survival::coxph.
 * O(n p²) a step of Newton, O(n log n) once.
 */
export const cox = {
  /** What a stratum needs before any round. */
  design: coxDesign,

  accumulate: coxLikelihood,

  merge: mergeSummaries,

  /** What a stratum says of a direction, and the worse of two strata's. */
  worstFall,
  mergeFalls: worseFall,

  /** The first state: nothing known, coefficients 0. */
  begin(names: readonly string[], { level = 0.95, ties = 'efron' }: Pick<CoxOptions, 'level' | 'ties'> = {}): CoxState {
    return { names, ties, level, beta: new Float64Array(names.length), iterations: 0, halvings: 0 };
  },

  /** What forbids an estimate, seen at coefficients of 0. */
  withoutEstimate(names: readonly string[], summary: CoxSummary): CoxFailure | undefined {
    const p = names.length;
    const { events, spread, information, logLikelihood } = summary;
    if (events === 0) return failed(summary, 'no events', []);
    if (logLikelihood === 0) return failed(summary, 'no information', names); // never two at risk at once
    const constant = names.filter((_, j) => spread[j] === 0);
    if (constant.length > 0) return failed(summary, 'constant', constant);
    const blank = names.filter(
      (_, j) => !(information[j * p + j]! * meanDeviation(summary, j) ** 2 > NO_INFORMATION * events),
    );
    if (blank.length > 0) return failed(summary, 'no information', blank);
    const variance = inverse(information, p, COLLINEAR);
    return 'dependent' in variance ? failed(summary, 'collinear', [names[variance.dependent]!]) : undefined;
  },

  /** From the merged summary at `state.beta`, the next round. */
  solve(state: CoxState, summary: CoxSummary): CoxRound {
    if (state.atZero === undefined) {
      const failure = cox.withoutEstimate(state.names, summary);
      if (failure !== undefined) return { next: 'nothing', result: failure };
    }
    const atZero = state.atZero ?? summary;
    const { best } = state;
    const allowed = 1e-10 * Math.max(1, Math.abs(atZero.logLikelihood));
    if (best !== undefined && !(summary.logLikelihood >= best.summary.logLikelihood - allowed))
      return halve(state, atZero);
    const p = state.names.length;
    const variance = inverse(summary.information, p, 0);
    if ('dependent' in variance) {
      // far out, where hardly any risk is left but one row's, the information vanishes
      if (best === undefined || state.monotone !== undefined) return end(state, atZero, best?.summary ?? summary);
      return monotoneOr({ ...state, atZero });
    }
    const step = multiply(variance, summary.score);
    const rise = dot(step, summary.score);
    const now: CoxState = { ...state, atZero, best: { beta: state.beta, summary, step, rise }, halvings: 0 };
    if (state.monotone !== undefined) {
      if (rise < LIMIT_RISE || state.iterations >= MOST_ROUNDS) return end(now, atZero, summary, rise);
    } else if (rise <= enough(summary.events) || stalled(rise, best) || state.iterations >= MOST_ROUNDS) {
      const longest = Math.max(...step.map((s, j) => Math.abs(s) * meanDeviation(summary, j)));
      if (longest > LONG_STEP || rise > NEARLY || isLost(variance, atZero)) return monotoneOr(now);
      return { next: 'nothing', result: estimate(now, variance) };
    }
    const beta = state.beta.map((b, j) => b + step[j]!);
    return { next: 'summary', state: { ...now, beta, iterations: state.iterations + 1 } };
  },

  /** From the worst fall of all strata along a round's direction, the next round. */
  solveDirection(state: CoxState, fall: Fall | undefined): CoxRound {
    const { best, atZero, cone } = state;
    if (best === undefined || atZero === undefined || cone === undefined)
      throw new RangeError('a direction is asked for only after a summary');
    const units = unitsOf(atZero);
    const next = narrowed(cone, fall && { by: fall.by, vector: fall.vector.map((v, j) => v / units[j]!) });
    if (next !== 'rises') return along(state, next);
    return end({ ...state, monotone: cone.residual.map((v, j) => v / units[j]!) }, atZero, best.summary, best.rise);
  },

  /** The whole fit, over all strata of `rows`. Throws {@link InvalidFollowUp} on rows that can't be used. */
  fit(rows: CoxRows, options: CoxOptions = {}): CoxResult {
    const designs = coxDesigns(rows, options.ties);
    const summaryAt = (beta: Float64Array) =>
      designs.map((design) => coxLikelihood(design, beta)).reduce(mergeSummaries);
    const fallAlong = (direction: Float64Array) =>
      designs.map((design) => worstFall(design, direction)).reduce(worseFall);
    let round = cox.solve(cox.begin(rows.names, options), summaryAt(new Float64Array(rows.names.length)));
    if (round.next === 'summary') {
      const monotone = monotoneColumn(round.state, (unit) => designs.every((design) => neverFalls(design, unit)));
      if (monotone !== undefined) round = { next: 'summary', state: { ...round.state, monotone } };
    }
    while (round.next !== 'nothing') {
      round =
        round.next === 'summary'
          ? cox.solve(round.state, summaryAt(round.state.beta))
          : cox.solveDirection(round.state, fallAlong(round.direction));
    }
    const { result } = round;
    if (!result.ok && result.problem === 'no information' && isHidden(rows, options.ties))
      return { ...result, problem: 'overflow' };
    const { robust = options.cluster !== undefined, cluster } = options;
    return result.ok && robust ? withVariance(result, robustVariance(rows, result, cluster)) : result;
  },
};

/** Whether only the offset hides what covariates tell: so steep that at each event one row has all the risk that doubles hold. */
function isHidden({ offset, ...rows }: CoxRows, ties: Ties | undefined): boolean {
  if (offset === undefined) return false;
  const zero = new Float64Array(rows.names.length);
  const without = coxDesigns(rows, ties).map((design) => coxLikelihood(design, zero));
  return cox.withoutEstimate(rows.names, without.reduce(mergeSummaries)) === undefined;
}

/** A direction of single covariates along which the likelihood never falls: exact, and found at the first event to the contrary. */
function monotoneColumn({ names }: CoxState, never: (direction: Float64Array) => boolean): Float64Array | undefined {
  const found = new Float64Array(names.length);
  for (let j = 0; j < names.length; j++) {
    const unit = new Float64Array(names.length);
    unit[j] = 1;
    if (never(unit)) found[j] = 1;
    else {
      unit[j] = -1;
      if (never(unit)) found[j] = -1;
    }
  }
  return found.some((sign) => sign !== 0) ? found : undefined;
}

function failed(
  { n, dropped, events }: CoxSummary,
  problem: CoxFailure['problem'],
  columns: readonly string[],
): CoxFailure {
  return { ok: false, n, dropped, events, problem, columns };
}

/** The last step was too long: half of it. */
function halve(state: CoxState, atZero: CoxSummary): CoxRound {
  const best = state.best!;
  if (state.halvings >= MOST_HALVINGS) {
    if (state.monotone !== undefined) return end(state, atZero, best.summary);
    return { next: 'nothing', result: failed(atZero, 'overflow', state.names) };
  }
  const halvings = state.halvings + 1;
  const beta = best.beta.map((b, j) => b + best.step[j]! / 2 ** halvings);
  return { next: 'summary', state: { ...state, beta, halvings, iterations: state.iterations + 1 } };
}

/** Whether of the information at coefficients of 0 so little is left that the likelihood may be monotone, and only rounding ended the rounds. */
function isLost(variance: Float64Array, { information, score }: CoxSummary): boolean {
  const p = score.length;
  const atZero = inverse(information, p, 0);
  return 'dependent' in atZero || score.some((_, j) => variance[j * p + j]! > LOST * atZero[j * p + j]!);
}

/** Asks whether the likelihood is monotone, by directions in units of the covariates' mean deviations; score and size are the strata's sums. */
function monotoneOr(state: CoxState): CoxRound {
  const { score, events } = state.atZero!;
  const units = unitsOf(state.atZero!);
  return along(
    state,
    coneOf(
      score.map((u, j) => u / units[j]!),
      events * Math.sqrt(score.length),
    ),
  );
}

/** The next direction to ask about, or, where none is left, the estimate that there must be. */
function along(state: CoxState, cone: Cone | undefined): CoxRound {
  const { best, atZero, names } = state;
  if (cone !== undefined) {
    const units = unitsOf(atZero!);
    const direction = cone.residual.map((v, j) => v / units[j]!);
    return { next: 'direction', direction, state: { ...state, cone } };
  }
  const variance = inverse(best!.summary.information, names.length, 0);
  if ('dependent' in variance || best!.rise > NEARLY) {
    return { next: 'nothing', result: failed(atZero!, 'overflow', names) };
  }
  return { next: 'nothing', result: estimate(state, variance) };
}

function unitsOf(summary: CoxSummary): Float64Array {
  return summary.spread.map((_, j) => meanDeviation(summary, j));
}

function meanDeviation({ spread, n }: CoxSummary, j: number): number {
  return spread[j]! / n;
}

/** Ends a monotone fit at its limit; what is missing of it is about the rise that the next step predicts. */
function end(state: CoxState, atZero: CoxSummary, last: CoxSummary, rise = 0): CoxRound {
  const { names, monotone } = state;
  if (monotone === undefined) return { next: 'nothing', result: failed(atZero, 'overflow', names) };
  const reach = monotone.map((v, j) => Math.abs(v) * meanDeviation(atZero, j));
  const most = Math.max(...reach);
  const going = [...names.keys()].filter((j) => reach[j]! > 0.01 * most);
  const logLikelihood = last.logLikelihood + rise;
  return {
    next: 'nothing',
    result: {
      ok: false,
      n: atZero.n,
      dropped: atZero.dropped,
      events: atZero.events,
      problem: 'monotone',
      columns: going.map((j) => names[j]!),
      directions: going.map((j) => (monotone[j]! > 0 ? 1 : -1)),
      ...overallTests(atZero, logLikelihood),
      logLikelihoodAtZero: atZero.logLikelihood,
      logLikelihood,
    },
  };
}

/** The fit after one last step from the best point. */
function estimate({ names, ties, level, iterations, atZero, best }: CoxState, variance: Float64Array): CoxFit {
  const { beta, summary, step, rise } = best!;
  return fitted({
    names,
    ties,
    level,
    iterations: iterations + 1,
    atZero: atZero!,
    beta: beta.map((b, j) => b + step[j]!),
    variance,
    logLikelihood: summary.logLikelihood + rise / 2,
    rise,
  });
}
