/** How strong confounding had to be to explain an estimate away. */
export interface EValue {
  /** The estimate, or the limit of its interval nearest to 1, on the scale of risk ratios. */
  readonly riskRatio: number;
  /** The least association, as a risk ratio, that an unmeasured confounder had with both exposure and outcome; 1 where none is needed. */
  readonly eValue: number;
}

/**
 * The risk ratio that a hazard ratio stands for: of a rare outcome itself, of a common one by the approximation with its square root,
 * (1 - 0.5^sqrt(HR)) / (1 - 0.5^sqrt(1/HR)).
 * Source: VanderWeele & Ding, Ann Intern Med 2017;167:268, table 2; VanderWeele, Biometrics 2017;73:1. Yardstick: EValue::toRR.
 */
function riskRatioOfHazards(hazardRatio: number, common: boolean): number {
  if (!common) return hazardRatio;
  return (1 - 0.5 ** Math.sqrt(hazardRatio)) / (1 - 0.5 ** Math.sqrt(1 / hazardRatio));
}

/** The E-value of a risk ratio: RR + sqrt(RR (RR - 1)), of one below 1 by its inverse. Source: VanderWeele & Ding 2017. */
function eValueOf(riskRatio: number): number {
  const away = riskRatio < 1 ? 1 / riskRatio : riskRatio;
  return away + Math.sqrt(away * (away - 1));
}

/**
 * E-values of a hazard ratio and of the limit of its interval that is nearest to 1 (1 where the interval holds 1). All numbers are positive.
 * Source: VanderWeele & Ding, Ann Intern Med 2017;167:268. Yardstick: EValue::evalues.HR. O(1).
 */
export function eValues(
  { estimate, lower, upper }: { readonly estimate: number; readonly lower: number; readonly upper: number },
  { common }: { readonly common: boolean },
): { readonly estimate: EValue; readonly limit: EValue } {
  const nearest = estimate < 1 ? upper : lower;
  const crosses = lower <= 1 && upper >= 1;
  const [point, limit] = [riskRatioOfHazards(estimate, common), riskRatioOfHazards(nearest, common)];
  return {
    estimate: { riskRatio: point, eValue: eValueOf(point) },
    limit: { riskRatio: limit, eValue: crosses ? 1 : eValueOf(limit) },
  };
}
