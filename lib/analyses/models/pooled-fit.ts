import { pool, studentT } from '../../stats/index.ts';
import { reasonOf } from './model-tables.ts';
import type { Term } from './model-terms.ts';
import { type Estimate, type Fit, lineEstimate, NO_ESTIMATE } from './regression.ts';

/** An estimate pooled over completed data sets; `z` is Student's t. */
export interface PooledEstimate extends Estimate {
  /** Barnard and Rubin's; NaN where nothing was imputed. */
  readonly degreesOfFreedom: number;
  /** The share of what the data would tell of it were nothing missing, that is missing. */
  readonly missingInformation: number;
}

/** The model of one completed data set. */
export interface OneFit {
  readonly terms: readonly Term[];
  readonly model: Fit;
  /** Of the complete data: patients less coefficients, or of a Cox model events less coefficients, as mice has it. */
  readonly degreesOfFreedom: number;
}

/** A line of a model's table, pooled. */
export interface PooledLine {
  readonly covariate: string;
  readonly level: string;
  /** None of a reference, or of a term without columns: `absent` says which. */
  readonly estimate: PooledEstimate | undefined;
  readonly absent: string;
}

/** All lines of a model, pooled. */
export interface PooledModel {
  readonly lines: readonly PooledLine[];
  /** Some data set had no finite estimate, and all were fitted by Firth's penalised likelihood. */
  readonly firth: boolean;
}

/**
 * The lines of a model over completed data sets by Rubin's rules. Where a data set has no finite estimate all are fitted again by Firth's penalised
 * likelihood (`fitted(k, true)`), and if that fails the line has none. Yardstick: mice::pool.
 */
export function poolModel(
  sets: number,
  fitted: (k: number, firth: boolean) => OneFit,
  level: number,
  between: (done: number) => void,
): PooledModel {
  const all = (firth: boolean) =>
    Array.from({ length: sets }, (_, k) => {
      between(k / sets);
      return fitted(k, firth);
    });
  const plain = all(false);
  const endless = plain.some(({ model }) =>
    [...model.estimates].some(([name, { why }]) => why !== '' && !model.dropped.has(name)),
  );
  const penalised = endless ? all(true) : plain;
  return { lines: pooledLines(penalised, level), firth: endless };
}

function pooledLines(fits: readonly OneFit[], level: number): PooledLine[] {
  const [first] = fits;
  return first!.terms.flatMap((term, t) => {
    const same = fits.every(({ terms }) => namesOf(terms[t]!) === namesOf(term));
    return term.lines.map((line, l): PooledLine => {
      const named = { covariate: term.title, level: line.label, absent: reasonOf(term, line) };
      if (line.weights.length === 0) return { ...named, estimate: undefined };
      if (!same) return { ...named, estimate: none('not the same levels in every completed data set') };
      const estimates = fits.map(({ terms, model }) => lineEstimate(model, terms[t]!.lines[l]!, level)!);
      return { ...named, estimate: pooled(estimates, first!.degreesOfFreedom, level) };
    });
  });
}

/** By which two data sets' terms are known to be of the same levels. */
function namesOf({ columns, lines }: Term): string {
  return [...columns.map(({ name }) => name), ...lines.map(({ label }) => label)].join(' ');
}

function none(why: string): PooledEstimate {
  return { ...NO_ESTIMATE, degreesOfFreedom: Number.NaN, missingInformation: Number.NaN, why };
}

/** Estimates of one coefficient in all data sets as one. */
function pooled(estimates: readonly Estimate[], degreesOfFreedom: number, level: number): PooledEstimate {
  const without = estimates.find(({ why, standardError }) => why !== '' || !(standardError > 0));
  if (without !== undefined) return none(without.why || 'no standard error in a completed data set');
  const [found] = pool(
    estimates.map(({ coefficient, standardError }) => ({
      coefficients: [coefficient],
      standardErrors: [standardError],
    })),
    { level, completeDegreesOfFreedom: Math.max(1, degreesOfFreedom) },
  );
  const { estimate, standardError, lower, upper, t, p, missingInformation } = found!;
  return {
    coefficient: estimate,
    standardError,
    lower,
    upper,
    z: t,
    p,
    logP: studentT.logTwoSided(t, found!.degreesOfFreedom),
    why: '',
    degreesOfFreedom: found!.degreesOfFreedom,
    missingInformation,
  };
}

/** A model of which nothing was missing, as if pooled: its own estimates, without missing information. */
export function unimputed(terms: readonly Term[], model: Fit, level: number): PooledModel {
  const lines = terms.flatMap((term) =>
    term.lines.map((line): PooledLine => {
      const own = lineEstimate(model, line, level);
      const estimate = own && {
        ...own,
        degreesOfFreedom: Number.NaN,
        missingInformation: own.why === '' ? 0 : Number.NaN,
      };
      return { covariate: term.title, level: line.label, estimate, absent: reasonOf(term, line) };
    }),
  );
  return { lines, firth: false };
}
