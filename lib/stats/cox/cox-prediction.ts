import { countUntil } from '../survival/event-table.ts';
import { checkLength } from '../survival/follow-up.ts';
import { baselineHazard } from './cox-curve.ts';
import type { CoxRows } from './cox-design.ts';
import type { CoxFit } from './cox-result.ts';

/** Of whom survival is predicted: a column a covariate, and the stratum where the model has strata. */
export interface CoxPatients {
  readonly covariates: readonly Float64Array[];
  readonly strata?: Int32Array;
}

/**
 * Survival that a fit predicts for each patient at given times, without intervals (see {@link coxCurves} for those). `rows` are those that were
 * fitted. One column a time. O(rows p + patients (p + times)).
 * Yardstick: summary(survfit(fit, newdata), times)$surv; 1 less it is predictRisk's.
 */
export function predictSurvival(
  rows: CoxRows,
  fit: CoxFit,
  patients: CoxPatients,
  times: readonly number[],
): Float64Array[] {
  const n = patients.covariates[0]?.length ?? 0;
  for (const column of patients.covariates) checkLength(column, n);
  const baselines = new Map(baselineHazard(rows, fit).map((baseline) => [baseline.stratum, baseline]));
  const predictor = new Float64Array(n);
  patients.covariates.forEach((values, j) => {
    for (let i = 0; i < n; i++) predictor[i]! += fit.coefficients[j]! * values[i]!;
  });
  return times.map((time) => {
    const hazards = new Map(
      [...baselines].map(([stratum, baseline]) => {
        const upTo = countUntil(baseline.time, (t) => t <= time);
        return [stratum, upTo === 0 ? 0 : baseline.cumulativeHazard[upTo - 1]!];
      }),
    );
    return predictor.map((value, i) => Math.exp(-hazards.get(patients.strata?.[i] ?? 0)! * Math.exp(value)));
  });
}
