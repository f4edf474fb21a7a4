import { chiSquareTest, normal, normalHalfWidth, type Test } from '../numeric/distributions.ts';
import { mantelHaenszel, type Stratum } from '../tables/mantel-haenszel.ts';

/** Effects of studies and their variances: what a meta-analysis takes. */
export interface StudyEffects {
  readonly effects: Float64Array;
  readonly variances: Float64Array;
}

/** A half is added to the cells of a study that has an empty one, as metafor's default. */
function filled([a, b, c, d]: Stratum): Stratum {
  return a * b * c * d === 0 ? [a + 0.5, b + 0.5, c + 0.5, d + 0.5] : [a, b, c, d];
}

/** Logarithms of the studies' odds ratios. Yardstick: metafor::escalc, OR. O(studies). */
export function logOddsRatios(studies: readonly Stratum[]): StudyEffects {
  const tables = studies.map(filled);
  return {
    effects: Float64Array.from(tables, ([a, b, c, d]) => Math.log((a / b) * (d / c))),
    variances: Float64Array.from(tables, ([a, b, c, d]) => 1 / a + 1 / b + 1 / c + 1 / d),
  };
}

/** Logarithms of the studies' risk ratios. Yardstick: metafor::escalc, RR. O(studies). */
export function logRiskRatios(studies: readonly Stratum[]): StudyEffects {
  const tables = studies.map(filled);
  return {
    effects: Float64Array.from(tables, ([a, b, c, d]) => Math.log(a / (a + b) / (c / (c + d)))),
    variances: Float64Array.from(tables, ([a, b, c, d]) => 1 / a - 1 / (a + b) + 1 / c - 1 / (c + d)),
  };
}

/** A common log odds ratio of studies, with the test that they share it. */
export interface CommonOdds {
  readonly ok: true;
  readonly logOddsRatio: number;
  readonly standardError: number;
  readonly lower: number;
  readonly upper: number;
  readonly level: number;
  readonly p: number;
  readonly heterogeneity: Test;
}

/** `empty margin`: no study has events and others on both arms. `empty cells`: each has none on the same arm, the odds ratio is 0 or infinite. */
export type CommonOddsResult = CommonOdds | { readonly ok: false; readonly problem: 'empty margin' | 'empty cells' };

function common(logOddsRatio: number, standardError: number, level: number, heterogeneity: Test): CommonOdds {
  const reach = normalHalfWidth(level) * standardError;
  return {
    ok: true,
    logOddsRatio,
    standardError,
    lower: logOddsRatio - reach,
    upper: logOddsRatio + reach,
    level,
    p: normal.twoSided(logOddsRatio / standardError),
    heterogeneity,
  };
}

/** Mantel and Haenszel's pooled odds ratio; heterogeneity by inverse variances about it. Class: by study. Yardstick: metafor::rma.mh. O(studies). */
export function mantelHaenszelOdds(
  studies: readonly Stratum[],
  { level = 0.95 }: { readonly level?: number } = {},
): CommonOddsResult {
  const pooled = mantelHaenszel(studies, { level });
  if (!pooled.ok) return pooled;
  if (pooled.standardError === 'undefined') return { ok: false, problem: 'empty cells' };
  const log = Math.log(pooled.oddsRatio.estimate);
  const informative = studies.filter(([a, b, c, d]) => a + c > 0 && b + d > 0);
  const { effects, variances } = logOddsRatios(informative);
  const q = effects.reduce((sum, effect, i) => sum + (effect - log) ** 2 / variances[i]!, 0);
  return common(log, pooled.standardError, level, chiSquareTest(q, informative.length - 1));
}

/**
 * Peto's one-step odds ratio, for rare events in balanced arms. Class: additive. Source: Yusuf et al. 1985. Yardstick: metafor::rma.peto.
 * O(studies).
 */
export function petoOdds(
  studies: readonly Stratum[],
  { level = 0.95 }: { readonly level?: number } = {},
): CommonOddsResult {
  let [excess, information, squares, used] = [0, 0, 0, 0];
  for (const [a, b, c, d] of studies) {
    const n = a + b + c + d;
    const variance = (((a + b) / n) * ((c + d) / n) * (a + c) * (b + d)) / (n - 1);
    if (!(variance > 0)) continue;
    const distance = a - ((a + b) * (a + c)) / n;
    excess += distance;
    information += variance;
    squares += distance ** 2 / variance;
    used++;
  }
  if (used === 0) return { ok: false, problem: 'empty margin' };
  const log = excess / information;
  const q = Math.max(0, squares - excess ** 2 / information);
  return common(log, 1 / Math.sqrt(information), level, chiSquareTest(q, used - 1));
}
