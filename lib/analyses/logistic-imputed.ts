import type { CohortFrame } from '../cohort/index.ts';
import type { Findings, ResultTable } from '../result/index.ts';
import { type PooledCoefficient, pool } from '../stats/index.ts';
import type { Progress } from './analysis.ts';
import { cell, pCells } from './cells.ts';
import { CITATION } from './citations.ts';
import { type CompletedCovariates, completeCovariates } from './imputed-covariates.ts';
import type { ModelOf } from './logistic-model.ts';
import { fitLogistic } from './logistic-regression.ts';
import { reasonOf } from './model-tables.ts';
import { columnsOf, type Term, termsOf } from './model-terms.ts';

/** A model's part of the findings that stands beside that of the complete cases. */
export type ImputedPart = Pick<Findings, 'method' | 'citations' | 'warnings' | 'tables'>;

const PLAIN = { penalty: 'none', interval: 'wald' } as const;

function without(why: string): ImputedPart {
  return {
    method: [],
    citations: [],
    tables: [],
    warnings: [{ code: 'not-imputed', says: `What is missing could not be imputed: ${why}.` }],
  };
}

/** The model on data sets in which what was missing is imputed, its coefficients pooled by Rubin's rules. */
export function logisticImputed(
  frame: CohortFrame,
  { outcome, covariates, interactions, known }: ModelOf,
  { impute: imputations, level }: { readonly impute: number; readonly level: number },
  progress: Progress,
): ImputedPart {
  const outcomeOf = (rows: Int32Array) => Uint8Array.from(rows, (row) => outcome.codes[row]!);
  const done = completeCovariates(
    frame,
    covariates,
    known.rows,
    (rows) => [{ name: 'the outcome', kind: 'binary', values: Float64Array.from(outcomeOf(rows)) }],
    imputations,
    progress,
  );
  if ('why' in done) return without(done.why);
  const { rows, sets } = done;
  const codes = outcomeOf(rows);
  const terms = sets.map((completed) => termsOf(completed, interactions, rows));
  const fits = terms.map((each) => {
    progress.stopped();
    return fitLogistic(codes, columnsOf(each), { ...PLAIN, level });
  });
  if (!fits.every(({ result }) => result?.ok)) return without('in a data set the model has no estimate');
  const names = fits[0]!.rows.names;
  if (!fits.every(({ rows: { names: own } }) => own.join() === names.join()))
    return without('the data sets do not have the same covariates');
  const pooled = pool(
    fits.map(({ estimates }) => ({
      coefficients: names.map((name) => estimates.get(name)!.coefficient),
      standardErrors: names.map((name) => estimates.get(name)!.standardError),
    })),
    { level, completeDegreesOfFreedom: rows.length - names.length - 1 },
  );
  return {
    method: [
      `Beside the complete cases the model was fitted to ${imputations} data sets in which what was missing is imputed by chained equations, of all covariates and the outcome (numbers by predictive mean matching, others by logistic models), and pooled by Rubin's rules with Barnard and Rubin's degrees of freedom. What a patient's sequencing doesn't tell was not imputed.`,
    ],
    citations: [CITATION.chainedEquations, CITATION.rubin, CITATION.barnardRubin],
    warnings: [],
    tables: [imputedTable(terms[0]!, new Map(names.map((name, i) => [name, pooled[i]!])), done, covariates.length)],
  };
}

function imputedTable(
  terms: readonly Term[],
  pooled: ReadonlyMap<string, PooledCoefficient>,
  { rows, missing, notSequenced }: CompletedCovariates,
  covariates: number,
): ResultTable {
  return {
    id: 'imputed',
    title: 'Odds ratios with what was missing imputed',
    columns: [
      { key: 'covariate', label: 'Covariate', format: 'text' },
      { key: 'level', label: 'Level', format: 'text' },
      { key: 'n', label: 'Patients', format: 'count' },
      { key: 'imputed', label: 'Of whom imputed', format: 'count' },
      {
        key: 'odds_ratio',
        label: 'Odds ratio, pooled',
        format: 'ratio',
        low: 'odds_ratio_low',
        high: 'odds_ratio_high',
        why: 'odds_ratio_why',
      },
      { key: 'p', label: 'p', format: 'p', why: 'p_why' },
      { key: 'missing_information', label: 'Missing information', format: 'share', why: 'odds_ratio_why' },
    ],
    rows: terms.flatMap((term, t) =>
      term.lines.map((line) => {
        const own = line.weights.length === 1 ? pooled.get(line.weights[0]![0]) : undefined;
        const why = own ? '' : reasonOf(term, line) || 'a sum of coefficients, which was not pooled';
        return {
          covariate: term.title,
          level: line.label,
          n: rows.length,
          imputed: t < covariates ? missing[t]! : null,
          odds_ratio: cell(Math.exp(own?.estimate ?? Number.NaN)),
          odds_ratio_low: cell(Math.exp(own?.lower ?? Number.NaN)),
          odds_ratio_high: cell(Math.exp(own?.upper ?? Number.NaN)),
          odds_ratio_why: why,
          coefficient: cell(own?.estimate ?? Number.NaN),
          standard_error: cell(own?.standardError ?? Number.NaN),
          degrees_of_freedom: cell(own?.degreesOfFreedom ?? Number.NaN),
          ...pCells('p', own?.p ?? Number.NaN, Math.log(own?.p ?? Number.NaN), why),
          missing_information: cell(own?.missingInformation ?? Number.NaN),
        };
      }),
    ),
    notes: [
      `${rows.length} patients${notSequenced > 0 ? `; ${notSequenced} whose sequencing doesn't tell of a covariate are left out` : ''}.`,
    ],
  };
}
