import {
  brierScore,
  type HosmerLemeshow,
  hosmerLemeshow,
  type LogisticRows,
  logistic,
  type Roc,
  random,
  rankSum,
  rocArea,
} from '../../stats/index.ts';
import type { Progress } from '../parts/analysis.ts';
import { logOddsOf, riskOf } from './logistic-regression.ts';

/** What predicted risks are worth in the patients that the model was made from. */
export interface Performance {
  readonly area: Roc | undefined;
  readonly brier: number;
  readonly fit: HosmerLemeshow;
}

export function performanceOf(outcome: Uint8Array, risk: Float64Array, level: number): Performance {
  const area = rocArea(outcome, risk, { level });
  return { area: area.ok ? area : undefined, brier: brierScore(outcome, risk), fit: hosmerLemeshow(outcome, risk) };
}

/** How much of it the bootstrap takes back: what each sample's model does better in its own sample than in the patients. */
export interface Optimism {
  readonly area: number;
  readonly brier: number;
  /** Of new patients' outcomes on the predicted log odds. */
  readonly slope: number;
  /** Samples without an estimate, left out of the means. */
  readonly failed: number;
}

/** Source: Harrell, Lee & Mark, Stat Med 1996;15:361. The seed is fixed, so that an answer stays the same. */
export function optimismOf(rows: LogisticRows, samples: number, progress: Progress): Optimism | undefined {
  const draw = random(1);
  const n = rows.outcome.length;
  const found: { area: number; brier: number; slope: number }[] = [];
  for (let s = 0; s < samples; s++) {
    progress.stopped();
    const sample = Int32Array.from({ length: n }, () => draw.below(n));
    const own: LogisticRows = {
      names: rows.names,
      outcome: Uint8Array.from(sample, (i) => rows.outcome[i]!),
      covariates: rows.covariates.map((values) => Float64Array.from(sample, (i) => values[i]!)),
    };
    const fit = logistic.fit(own);
    if (!fit.ok) continue;
    const logOdds = logOddsOf(rows, fit.coefficients);
    const risk = riskOf(logOdds);
    const slope = logistic.fit({ outcome: rows.outcome, names: ['log odds'], covariates: [logOdds] });
    const [inSample, inPatients] = [areaOf(own.outcome, fit.fitted), areaOf(rows.outcome, logOdds)];
    if (!slope.ok || inSample === undefined || inPatients === undefined) continue;
    found.push({
      area: inSample - inPatients,
      brier: brierScore(own.outcome, fit.fitted) - brierScore(rows.outcome, risk),
      slope: slope.coefficients[1]!,
    });
  }
  if (found.length === 0) return undefined;
  const mean = (key: 'area' | 'brier' | 'slope') => found.reduce((sum, each) => sum + each[key], 0) / found.length;
  return { area: mean('area'), brier: mean('brier'), slope: mean('slope'), failed: samples - found.length };
}

/** The area alone, which costs less than DeLong's variance with it. */
function areaOf(outcome: Uint8Array, marker: Float64Array): number | undefined {
  const [yes, no] = [marker.filter((_, i) => outcome[i] === 1), marker.filter((_, i) => outcome[i] === 0)];
  const found = rankSum(yes, no, { exact: false });
  return found.ok ? found.statistic / (yes.length * no.length) : undefined;
}
