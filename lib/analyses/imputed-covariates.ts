import type { CohortFrame } from '../cohort/index.ts';
import { type ImputationColumn, impute } from '../stats/index.ts';
import type { Progress } from './analysis.ts';
import { type Covariate, isMissing } from './covariate.ts';

/** Covariates of some patients, complete in each data set. */
export interface CompletedCovariates {
  /** Rows of the frame; those whose sequencing doesn't tell of a covariate are left out. */
  readonly rows: Int32Array;
  readonly sets: readonly (readonly Covariate[])[];
  /** By covariate, of how many of these rows it was imputed. */
  readonly missing: readonly number[];
  /** How many were left out since their sequencing doesn't tell of a covariate. */
  readonly notSequenced: number;
}

/** Completed data sets of covariates by chained equations; what rests on sequencing is never imputed. */
export function completeCovariates(
  frame: CohortFrame,
  covariates: readonly Covariate[],
  all: Int32Array,
  predictors: (rows: Int32Array) => readonly ImputationColumn[],
  imputations: number,
  progress: Pick<Progress, 'stopped'>,
): CompletedCovariates | { readonly why: string } {
  const genomic = covariates.filter(({ asked, pointer }) => frame.sequenced(asked, pointer));
  const rows = all.filter((row) => !genomic.some((covariate) => isMissing(covariate, row)));
  const levels = covariates.map(({ values }) =>
    values.kind === 'number'
      ? []
      : [...new Set(Int32Array.from(rows, (row) => values.codes[row]!))].filter((code) => code >= 0).sort((a, b) => a - b),
  );
  const columns = covariates.map(({ title, values }, i): ImputationColumn => {
    if (values.kind === 'number') {
      const own = Float64Array.from(rows, (row) => (Number.isFinite(values.of[row]!) ? values.of[row]! : Number.NaN));
      return { name: title, kind: 'numeric', values: own };
    }
    const codes = Float64Array.from(rows, (row) => {
      const place = levels[i]!.indexOf(values.codes[row]!);
      return place < 0 ? Number.NaN : place;
    });
    return levels[i]!.length > 2
      ? { name: title, kind: 'categorical', levels: levels[i]!.length, values: codes }
      : { name: title, kind: 'binary', values: codes };
  });
  if (rows.length === 0) return { why: 'nobody has all that is never imputed' };
  const found = impute([...columns, ...predictors(rows)], { imputations, progress: () => progress.stopped() });
  if (!found.ok) return { why: `nobody has ${found.columns.join(', ')}` };
  const sets = found.completed.map((set) =>
    covariates.map((covariate, i): Covariate => {
      const { values } = covariate;
      if (values.kind === 'number') {
        const of = values.of.slice();
        rows.forEach((row, k) => {
          of[row] = set[i]![k]!;
        });
        return { ...covariate, values: { ...values, of } };
      }
      const codes = values.codes.slice();
      rows.forEach((row, k) => {
        codes[row] = levels[i]![set[i]![k]!]!;
      });
      return { ...covariate, values: { ...values, codes } };
    }),
  );
  return { rows, sets, missing: found.missing.slice(0, covariates.length), notSequenced: all.length - rows.length };
}
