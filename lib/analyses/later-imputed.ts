import type { Findings, PrimaryEstimate, ResultTable } from '../result/index.ts';
import { hazardAtTime, type PooledCoefficient, pool } from '../stats/index.ts';
import type { Progress } from './analysis.ts';
import { cell, pCells } from './cells.ts';
import { CITATION } from './citations.ts';
import { eventsIn, followUpOf } from './follow-up.ts';
import { type CompletedCovariates, completeCovariates } from './imputed-covariates.ts';
import type { LaterOf } from './later.ts';
import { type Adjusting, fitInTime, JOINED } from './later-adjusted.ts';
import { reasonOf } from './model-tables.ts';
import type { Term } from './model-terms.ts';

/** What stands beside the complete cases; `primary` is the pooled estimate, where there is one. */
export interface ImputedInTime extends Pick<Findings, 'method' | 'citations' | 'warnings' | 'tables'> {
  readonly primary: PrimaryEstimate | undefined;
}

function without(why: string): ImputedInTime {
  return {
    method: [],
    citations: [],
    tables: [],
    primary: undefined,
    warnings: [{ code: 'not-imputed', says: `What is missing could not be imputed: ${why}.` }],
  };
}

/**
 * The time-dependent hazard ratio on data sets in which what was missing of the covariates is imputed, pooled by Rubin's rules. The imputation
 * holds the event, the cumulative hazard at each patient's time, and who ever joined.
 * Source: White & Royston, Stat Med 2009;28:1982. Yardstick: mice::pool of survival::coxph.
 */
export function imputedInTime(
  of: LaterOf,
  adjusting: Adjusting,
  imputations: number,
  progress: Pick<Progress, 'stopped'>,
): ImputedInTime {
  const { frame, request, endpoint, entry, later, selection } = of;
  const done = completeCovariates(
    frame,
    adjusting.covariates,
    selection.rows,
    (rows) => {
      const f = followUpOf(endpoint, rows, entry);
      return [
        { name: 'the event', kind: 'binary', values: Float64Array.from(f.event) },
        { name: 'the cumulative hazard', kind: 'numeric', values: hazardAtTime(f) },
        {
          name: 'who joined',
          kind: 'binary',
          values: Float64Array.from(rows, (row) => (later.joined[row]! >= 0 ? 1 : 0)),
        },
      ];
    },
    imputations,
    progress,
  );
  if ('why' in done) return without(done.why);
  const fits = done.sets.map((covariates) => {
    progress.stopped();
    return fitInTime(of, { ...adjusting, covariates, rows: done.rows });
  });
  const names = fits[0]!.model.rows.names;
  if (!fits.every(({ model }) => model.result?.ok)) return without('in a data set the model has no estimate');
  if (!fits.every(({ model }) => model.rows.names.join() === names.join()))
    return without('the data sets do not have the same covariates');
  const pooled = pool(
    fits.map(({ model }) => ({
      coefficients: names.map((name) => model.estimates.get(name)!.coefficient),
      standardErrors: names.map((name) => model.estimates.get(name)!.standardError),
    })),
    { level: request.level },
  );
  const byName = new Map(names.map((name, i) => [name, pooled[i]!]));
  const [no, yes] = later.grouping.labels;
  const main = byName.get(JOINED);
  return {
    method: [
      `Beside the complete cases the adjusted model was fitted to ${imputations} data sets in which what was missing is imputed by chained equations, of all covariates, the event, the Nelson-Aalen cumulative hazard and who ever came to be ${yes}, and pooled by Rubin's rules. What a patient's sequencing doesn't tell was not imputed.`,
    ],
    citations: [CITATION.chainedEquations, CITATION.rubin],
    warnings: [],
    tables: [imputedTable(fits[0]!.terms, byName, done)],
    primary: main && {
      says: `Hazard ratio of ${yes} against ${no}, time-dependent, adjusted for ${adjusting.others}, multiple imputation (${imputations})`,
      format: 'ratio',
      estimate: cell(Math.exp(main.estimate)),
      low: cell(Math.exp(main.lower)),
      high: cell(Math.exp(main.upper)),
      p: cell(main.p),
      n: done.rows.length,
      events: eventsIn(fits[0]!.f),
    },
  };
}

function imputedTable(
  terms: readonly Term[],
  pooled: ReadonlyMap<string, PooledCoefficient>,
  { rows, missing, notSequenced }: CompletedCovariates,
): ResultTable {
  return {
    id: 'imputed',
    title: 'Hazard ratios, time-dependent and adjusted, with what was missing imputed',
    columns: [
      { key: 'covariate', label: 'Covariate', format: 'text' },
      { key: 'level', label: 'Level', format: 'text' },
      { key: 'imputed', label: 'Patients of whom imputed', format: 'count' },
      {
        key: 'hazard_ratio',
        label: 'Hazard ratio, pooled',
        format: 'ratio',
        low: 'hazard_ratio_low',
        high: 'hazard_ratio_high',
        why: 'hazard_ratio_why',
      },
      { key: 'p', label: 'p', format: 'p', why: 'p_why' },
      { key: 'missing_information', label: 'Missing information', format: 'share', why: 'hazard_ratio_why' },
    ],
    rows: terms.flatMap((term, t) =>
      term.lines.map((line) => {
        const own = line.weights.length === 1 ? pooled.get(line.weights[0]![0]) : undefined;
        const why = own ? '' : reasonOf(term, line) || 'a sum of coefficients, which was not pooled';
        return {
          covariate: term.title,
          level: line.label,
          imputed: missing[t - 1] ?? null,
          hazard_ratio: cell(Math.exp(own?.estimate ?? Number.NaN)),
          hazard_ratio_low: cell(Math.exp(own?.lower ?? Number.NaN)),
          hazard_ratio_high: cell(Math.exp(own?.upper ?? Number.NaN)),
          hazard_ratio_why: why,
          coefficient: cell(own?.estimate ?? Number.NaN),
          standard_error: cell(own?.standardError ?? Number.NaN),
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
