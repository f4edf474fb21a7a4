import type { CohortFrame } from '../../cohort/index.ts';
import { type Findings, type ForestFigure, printLevel } from '../../result/index.ts';
import type { ImputationColumn } from '../../stats/index.ts';
import type { Progress } from '../parts/analysis.ts';
import type { Covariate } from '../parts/covariate.ts';
import type { Selection } from '../parts/selection.ts';
import { type ImputedData, imputeCovariates } from './imputed-data.ts';
import {
  type Beside,
  besideTable,
  type Counted,
  imputedAssumptions,
  imputedCitations,
  imputedForest,
  imputedMethod,
  imputedTable,
  imputedWarnings,
} from './imputed-tables.ts';
import { type ModelWords, reasonOf } from './model-tables.ts';
import type { Term } from './model-terms.ts';
import { type OneFit, type PooledModel, poolModel, unimputed } from './pooled-fit.ts';
import { type Fit, lineEstimate } from './regression.ts';

/** A model of covariates, to be told imputed beside its complete cases. */
export interface ModelToImpute {
  readonly frame: CohortFrame;
  readonly covariates: readonly Covariate[];
  /** Those of whom all but covariates is known. */
  readonly selection: Selection;
  readonly complete: Counted & { readonly rows: Int32Array; readonly terms: readonly Term[]; readonly model: Fit };
  readonly times: number;
  readonly words: ModelWords;
  readonly title: string;
  /** Whether the outcome is a time. */
  readonly survival: boolean;
  /** What stands in the equations beside the covariates, and what is never imputed, in words. */
  readonly knows: string;
  readonly never: string;
  predictors(rows: Int32Array): readonly ImputationColumn[];
  events(rows: Int32Array): number;
  /** The model with covariates that are known of all these rows. */
  fitted(covariates: readonly Covariate[], rows: Int32Array, firth: boolean): OneFit;
}

/** What imputation adds to an analysis. */
export interface ImputedModel
  extends Pick<Findings, 'method' | 'citations' | 'assumptions' | 'warnings' | 'tables'>,
    Counted {
  readonly data: ImputedData;
  readonly pooled: PooledModel;
  readonly figure: ForestFigure;
}

/** The pooled estimates, with a table that sets the complete cases beside them. Throws `nothing-to-analyse`, `stopped`. */
export function imputedModel(of: ModelToImpute, progress: Progress, from: number, to: number): ImputedModel {
  const { complete, words, title } = of;
  const half = (from + to) / 2;
  const data = imputeCovariates({ ...of, complete: complete.rows }, progress, from, half);
  const { rows, sets } = data;
  const pooled =
    sets.length === 0
      ? unimputed(complete.terms, complete.model, words.level)
      : poolModel(
          sets.length,
          (k, firth) => of.fitted(sets[k]!, rows, firth),
          words.level,
          (done) => {
            progress.stopped();
            progress.stage('fitting imputed data', half + (to - half) * done);
          },
        );
  const counted = { n: rows.length, events: of.events(rows) };
  const percent = printLevel(words.level);
  return {
    ...counted,
    data,
    pooled,
    method: imputedMethod(data, { knows: of.knows, never: of.never, percent }),
    citations: imputedCitations(of.survival),
    assumptions: imputedAssumptions(data),
    warnings: imputedWarnings(data, pooled),
    tables: [
      besideTable(besideRows(of, pooled, counted), words, {
        id: 'imputed',
        title: `${words.ratio}s, complete cases and imputed`,
        notes: [],
      }),
      imputedTable(data),
    ],
    figure: imputedForest(pooled, counted, { ...words, events: of.survival ? 'events' : words.events }, title),
  };
}

/** Lines of the pooled model with those of the complete cases of the same name. */
function besideRows(
  { complete, words: { level: interval } }: Pick<ModelToImpute, 'complete' | 'words'>,
  { lines }: PooledModel,
  counted: Counted,
): Beside[] {
  const { n, events, terms, model } = complete;
  return lines.map(({ covariate, level, estimate, absent }) => {
    const [term, line] =
      terms
        .filter(({ title }) => title === covariate)
        .flatMap((each) => each.lines.filter(({ label }) => label === level).map((own) => [each, own] as const))[0] ??
      [];
    const without = term && line ? reasonOf(term, line) : 'nobody has it';
    return {
      covariate,
      level,
      complete: { n, events, estimate: line && lineEstimate(model, line, interval), absent: without },
      imputed: { ...counted, estimate, absent },
    };
  });
}
