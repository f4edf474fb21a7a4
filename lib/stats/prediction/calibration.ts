import { type LogisticResult, logistic } from '../logistic/logistic.ts';
import { chiSquareTest, type Test } from '../numeric/distributions.ts';
import { sampleQuantile, sortedSample } from '../numeric/sample.ts';

/** A group of patients with similar risks. */
export interface RiskGroup {
  readonly n: number;
  readonly events: number;
  /** Sum of predicted risks. */
  readonly expected: number;
}

/** `too few groups`: fewer than three, so that no degree of freedom is left. */
export type HosmerLemeshow =
  | { readonly ok: true; readonly groups: readonly RiskGroup[]; readonly test: Test }
  | { readonly ok: false; readonly problem: 'too few groups'; readonly groups: readonly RiskGroup[] };

/**
 * Hosmer and Lemeshow's test of fit: outcomes against predicted risks in groups between the risks' quantiles (type 7, closed above).
 * Where ties make quantiles equal the groups are merged, and the degrees of freedom follow those that are left.
 * Source: Hosmer & Lemeshow 1980. Yardstick: ResourceSelection::hoslem.test. O(n log n).
 */
export function hosmerLemeshow(
  outcome: Uint8Array,
  risk: Float64Array,
  { groups = 10 }: { readonly groups?: number } = {},
): HosmerLemeshow {
  const found = riskGroups(outcome, risk, groups);
  if (found.length < 3) return { ok: false, problem: 'too few groups', groups: found };
  let statistic = 0;
  for (const { n, events, expected } of found) statistic += (events - expected) ** 2 / (expected * (1 - expected / n));
  return { ok: true, groups: found, test: chiSquareTest(statistic, found.length - 2) };
}

/** Patients by quantiles of risk: what a calibration curve shows. Yardstick: the groups of ResourceSelection::hoslem.test. O(n log n). */
export function riskGroups(outcome: Uint8Array, risk: Float64Array, groups: number): readonly RiskGroup[] {
  if (risk.length !== outcome.length) throw new RangeError('risk and outcome differ in length');
  const sorted = sortedSample(risk);
  const ends = new Set(Array.from({ length: groups }, (_, g) => sampleQuantile(sorted, (g + 1) / groups)));
  const least = sorted[0]!;
  const bounds = [...ends].filter((end, _, all) => end > least || all.length === 1);
  const found = bounds.map(() => ({ n: 0, events: 0, expected: 0 }));
  risk.forEach((r, i) => {
    const at = bounds.findIndex((end) => r <= end);
    const group = found[at < 0 ? bounds.length - 1 : at]!;
    group.n++;
    group.events += outcome[i]!;
    group.expected += r;
  });
  return found.filter(({ n }) => n > 0);
}

/** Brier's score: mean squared distance of the risk from the outcome. Source: Brier 1950. O(n). */
export function brierScore(outcome: Uint8Array, risk: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < risk.length; i++) sum += (outcome[i]! - risk[i]!) ** 2;
  return sum / risk.length;
}

/**
 * Calibration of predicted risks: slope and intercept of the outcome's log odds on the predicted ones. A slope below 1 shows overfitting.
 * Source: Cox 1958; Miller 1991. Yardstick: rms::val.prob. O(n) a step of Newton.
 */
export function calibrationSlope(outcome: Uint8Array, risk: Float64Array): LogisticResult {
  return logistic.fit({ outcome, covariates: [risk.map((r) => Math.log(r) - Math.log1p(-r))], names: ['log odds'] });
}
