import { chiSquareTest, type Test } from '../numeric/distributions.ts';
import { dot, inverse, multiply } from '../numeric/linear.ts';
import { kaplanMeier } from '../survival/kaplan-meier.ts';
import { timeRanks } from '../survival/times.ts';
import type { CoxDesign, CoxRows } from './cox-design.ts';
import { coxLikelihood } from './cox-likelihood.ts';
import { designsOf } from './cox-residuals.ts';
import type { CoxFit } from './cox-result.ts';

/** How time enters: as the share that had the event before (Kaplan-Meier), as it is, as its rank, or as its logarithm. */
export const TIME_SCALES = ['km', 'identity', 'rank', 'log'] as const;

/** One of {@link TIME_SCALES}. */
export type TimeScale = (typeof TIME_SCALES)[number];

/** Tests of proportional hazards, by covariate and of all; or why there are none. */
export type Proportionality =
  | {
      readonly ok: true;
      readonly scale: TimeScale;
      /** Of the terms; of the covariates, where no terms were given. */
      readonly names: readonly string[];
      /** By term: that its coefficients don't change with time. */
      readonly tests: readonly Test[];
      /** That none does. */
      readonly global: Test;
    }
  /** `one time`: all events are at one time (on the scale); `collinear`: a covariate varies too little over time. */
  | { readonly ok: false; readonly problem: 'one time' | 'collinear' };

/** Covariates that belong together, such as the levels of a factor: tested at once. */
export interface ProportionalityTerm {
  readonly name: string;
  /** Names of its covariates in the fit. */
  readonly columns: readonly string[];
}

/**
 * Test of proportional hazards: the score test of adding covariate times g(time) to the fit. Not for exact ties. O(n p²).
 * Source: Grambsch & Therneau, Biometrika 1994;81:515, with the information as it is instead of its mean over events.
 * Yardstick: survival::cox.zph; without terms, as with terms = FALSE.
 */
export function proportionality(
  rows: CoxRows,
  fit: CoxFit,
  scale: TimeScale = 'km',
  terms: readonly ProportionalityTerm[] = fit.names.map((name) => ({ name, columns: [name] })),
): Proportionality {
  const p = fit.names.length;
  const g = centredScale(rows, scale);
  const beta = Float64Array.from(fit.coefficients);
  const score = new Float64Array(2 * p);
  const information = new Float64Array(4 * p * p);
  let varies = false;
  for (const design of designsOf(rows, fit)) {
    const by = factorByTime(design, g);
    varies ||= by.some((value, t) => Math.abs(value) > 1e-12 && design.firstEvent[t]! < design.start[t + 1]!);
    const plain = coxLikelihood(design, beta).information;
    const once = coxLikelihood(design, beta, by);
    const twice = coxLikelihood(
      design,
      beta,
      by.map((value) => value * value),
    ).information;
    for (let j = 0; j < p; j++) {
      score[p + j]! += once.score[j]!;
      for (let k = 0; k < p; k++) {
        information[j * 2 * p + k]! += plain[j * p + k]!;
        information[j * 2 * p + p + k]! += once.information[j * p + k]!;
        information[(p + j) * 2 * p + k]! += once.information[j * p + k]!;
        information[(p + j) * 2 * p + p + k]! += twice[j * p + k]!;
      }
    }
  }
  if (!varies) return { ok: false, problem: 'one time' };
  const of = (names: readonly string[]) =>
    scoreTest(
      score,
      information,
      p,
      names.map((name) => fit.names.indexOf(name)),
    );
  const tests = terms.map(({ columns }) => of(columns));
  const global = of(fit.names);
  if (global === undefined || !tests.every((test) => test !== undefined)) return { ok: false, problem: 'collinear' };
  return { ok: true, scale, names: terms.map(({ name }) => name), tests, global };
}

/** The score test of the time-dependent parts of some covariates, given the plain parts of all. */
function scoreTest(
  score: Float64Array,
  information: Float64Array,
  p: number,
  added: readonly number[],
): Test | undefined {
  const kept = [...Array.from({ length: p }, (_, j) => j), ...added.map((j) => p + j)];
  const size = kept.length;
  const own = Float64Array.from({ length: size * size }, (_, at) => {
    return information[kept[Math.floor(at / size)]! * 2 * p + kept[at % size]!]!;
  });
  const variance = inverse(own, size, 1e-12);
  if ('dependent' in variance) return undefined;
  const u = Float64Array.from(kept, (j) => (j < p ? 0 : score[j]!));
  return chiSquareTest(Math.max(0, dot(multiply(variance, u), u)), added.length);
}

/** By row, g(time) less its mean over events. */
function centredScale(rows: CoxRows, scale: TimeScale): Float64Array {
  const g = onScale(rows, scale);
  let sum = 0;
  let events = 0;
  for (let i = 0; i < g.length; i++) {
    if (rows.event[i] === 0 || rows.weights?.[i] === 0) continue;
    sum += g[i]!;
    events++;
  }
  return g.map((value) => value - sum / events);
}

/** By row, g(time). The strata's times stand on one scale. */
function onScale({ time, event, entry }: CoxRows, scale: TimeScale): Float64Array {
  if (scale === 'identity') return time;
  if (scale === 'log') return time.map(Math.log);
  const { rank, distinct } = timeRanks(time);
  if (scale === 'rank') {
    const counts = new Int32Array(distinct.length + 1);
    for (const r of rank) counts[r + 1]!++;
    for (let r = 0; r < distinct.length; r++) counts[r + 1]! += counts[r]!;
    return Float64Array.from(rank, (r) => (counts[r]! + counts[r + 1]! + 1) / 2);
  }
  const curve = kaplanMeier.solve(kaplanMeier.accumulate({ time, event, ...(entry === undefined ? {} : { entry }) }));
  const before = Float64Array.from(distinct, (t) => {
    let at = 0;
    while (at < curve.time.length && curve.time[at]! < t) at++;
    return at === 0 ? 0 : 1 - curve.survival[at - 1]!;
  });
  return Float64Array.from(rank, (r) => before[r]!);
}

/** A design's times on the scale; any row that leaves at a time says its value. */
function factorByTime({ times, start, source, n, rows }: CoxDesign, g: Float64Array): Float64Array {
  return Float64Array.from({ length: times }, (_, t) =>
    start[t]! < start[t + 1]! ? g[source[n - rows + start[t]!]!]! : 0,
  );
}
