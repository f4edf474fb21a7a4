import { logistic } from '../logistic/logistic.ts';
import type { LogisticRows } from '../logistic/logistic-likelihood.ts';
import { chiSquareTest, type Test } from '../numeric/distributions.ts';
import { checkLength } from '../survival/follow-up.ts';
import { type CoxOptions, cox } from './cox.ts';
import type { CoxRows } from './cox-design.ts';

/** What divides the patients: a code a row, from 0; -1 is missing. */
export interface SubgroupFactor {
  readonly name: string;
  readonly codes: Int32Array;
  readonly levels: readonly string[];
}

/** The effect in one subgroup: a hazard or odds ratio with its Wald interval, or why there is none. */
export type SubgroupEffect = { readonly level: string; readonly n: number; readonly events: number } & (
  | { readonly ok: true; readonly ratio: number; readonly lower: number; readonly upper: number; readonly p: number }
  | { readonly ok: false; readonly problem: string }
);

/** A factor's subgroups, and the test that the effect is the same in all of them. */
export interface SubgroupAnalysis {
  readonly factor: string;
  /** Rows whose level is missing: left out. */
  readonly missing: number;
  readonly effects: readonly SubgroupEffect[];
  /** Likelihood ratio of a model with the effect's interaction with the factor to one with the factor alone. */
  readonly interaction: ({ readonly ok: true } & Test) | { readonly ok: false; readonly problem: string };
}

/** A fit as this needs it: the effect of the first covariate. */
type Fit = { readonly n: number; readonly events: number } & (
  | {
      readonly ok: true;
      readonly logLikelihood: number;
      readonly ratio: number;
      readonly lower: number;
      readonly upper: number;
      readonly p: number;
    }
  | { readonly ok: false; readonly problem: string }
);

/** Fits chosen rows with further covariates after the model's own. */
type Fitter = (rows: readonly number[], more: readonly Float64Array[]) => Fit;

/**
 * Effect of the model's first covariate (a treatment, 0 or 1, or any number) within subgroups, adjusted for the others, and tests of interaction.
 * As many tests as factors: p isn't adjusted for that. Class: pooled rows (a fit a subgroup).
 * Source: Wang et al, N Engl J Med 2007;357:2189. Yardstick: anova of two survival::coxph. A Cox model for each subgroup and two for each test: O(n p²) a step of each.
 */
export function coxSubgroups(
  rows: CoxRows,
  factors: readonly SubgroupFactor[],
  options: Pick<CoxOptions, 'ties' | 'level'> = {},
): SubgroupAnalysis[] {
  const { entry, weights, offset, strata } = rows;
  return analyse(rows.covariates, factors, (kept, more) => {
    const some = (column: Float64Array) => Float64Array.from(kept, (i) => column[i]!);
    const fit = cox.fit(
      {
        time: some(rows.time),
        event: Uint8Array.from(kept, (i) => rows.event[i]!),
        names: [...rows.names, ...more.map((_, j) => `(${j})`)],
        covariates: [...rows.covariates.map(some), ...more],
        ...(entry === undefined ? {} : { entry: some(entry) }),
        ...(weights === undefined ? {} : { weights: some(weights) }),
        ...(offset === undefined ? {} : { offset: some(offset) }),
        ...(strata === undefined ? {} : { strata: Int32Array.from(kept, (i) => strata[i]!) }),
      },
      options,
    );
    const { n, events } = fit;
    if (!fit.ok) return { ok: false, n, events, problem: fit.problem };
    const [ratio, lower, upper, p] = [fit.hazardRatios[0]!, fit.lower[0]!, fit.upper[0]!, fit.p[0]!];
    return { ok: true, n, events, logLikelihood: fit.logLikelihood, ratio, lower, upper, p };
  });
}

/**
 * The same for a binary outcome: odds ratios. Yardstick: anova of two stats::glm, family binomial.
 * A logistic model for each subgroup and two for each test: O(n p²) a step of each.
 */
export function logisticSubgroups(
  rows: LogisticRows,
  factors: readonly SubgroupFactor[],
  options: { readonly level?: number } = {},
): SubgroupAnalysis[] {
  const { weights } = rows;
  return analyse(rows.covariates, factors, (kept, more) => {
    const some = (column: Float64Array) => Float64Array.from(kept, (i) => column[i]!);
    const fit = logistic.fit(
      {
        outcome: Uint8Array.from(kept, (i) => rows.outcome[i]!),
        names: [...rows.names, ...more.map((_, j) => `(${j})`)],
        covariates: [...rows.covariates.map(some), ...more],
        ...(weights === undefined ? {} : { weights: some(weights) }),
      },
      options,
    );
    const { n, events } = fit;
    if (!fit.ok) return { ok: false, n, events, problem: fit.problem };
    const [ratio, lower, upper, p] = [fit.oddsRatios[1]!, fit.lower[1]!, fit.upper[1]!, fit.p[1]!];
    return { ok: true, n, events, logLikelihood: fit.logLikelihood, ratio, lower, upper, p };
  });
}

function analyse(
  covariates: readonly Float64Array[],
  factors: readonly SubgroupFactor[],
  effectIn: Fitter,
): SubgroupAnalysis[] {
  const treatment = covariates[0];
  if (treatment === undefined) throw new RangeError('subgroups need a covariate whose effect is looked at');
  return factors.map(({ name, codes, levels }) => {
    checkLength(codes, treatment.length);
    const known = [...codes.keys()].filter((i) => codes[i]! >= 0);
    const effects = levels.map((level, code): SubgroupEffect => {
      const found = effectIn(
        known.filter((i) => codes[i] === code),
        [],
      );
      const { n, events } = found;
      if (!found.ok) return { level, n, events, ok: false, problem: found.problem };
      const { ratio, lower, upper, p } = found;
      return { level, n, events, ok: true, ratio, lower, upper, p };
    });
    // levels that occur but the first: each a column of its own, and one times the treatment
    const present = levels.map((_, code) => code).filter((code) => known.some((i) => codes[i] === code));
    const is = present.slice(1).map((code) => Float64Array.from(known, (i) => (codes[i] === code ? 1 : 0)));
    const times = is.map((column) => column.map((value, row) => value * treatment[known[row]!]!));
    return {
      factor: name,
      missing: codes.length - known.length,
      effects,
      interaction: interactionOf(
        is.length,
        () => effectIn(known, is),
        () => effectIn(known, [...is, ...times]),
      ),
    };
  });
}

function interactionOf(degrees: number, without: () => Fit, within: () => Fit): SubgroupAnalysis['interaction'] {
  if (degrees === 0) return { ok: false, problem: 'one level' };
  const [one, two] = [without(), within()];
  if (!one.ok) return { ok: false, problem: one.problem };
  if (!two.ok) return { ok: false, problem: two.problem };
  return { ok: true, ...chiSquareTest(Math.max(0, 2 * (two.logLikelihood - one.logLikelihood)), degrees) };
}
