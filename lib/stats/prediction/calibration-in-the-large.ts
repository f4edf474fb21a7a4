import { expit } from '../logistic/logistic-likelihood.ts';
import { normal } from '../numeric/distributions.ts';

/** Calibration in the large: how far risks are too low (above 0) or too high on the whole. */
export type CalibrationInTheLarge = { readonly observed: number; readonly expected: number } & (
  | {
      readonly ok: true;
      /** Of survival log(observed / expected); of a binary outcome the intercept of a logistic regression with the predictor as offset. */
      readonly intercept: number;
      readonly standardError: number;
      readonly lower: number;
      readonly upper: number;
    }
  | { readonly ok: false; readonly problem: 'no events' | 'one class' }
);

function limited(intercept: number, standardError: number, level: number) {
  const width = -normal.quantile((1 - level) / 2) * standardError;
  return { ok: true as const, intercept, standardError, lower: intercept - width, upper: intercept + width };
}

/**
 * Of survival: events against the sum of the cumulative hazards that a model gives each patient up to the end of her time. The intercept is
 * that of a Poisson regression of the events with the logarithm of the hazards as offset; there is none without an event.
 * Source: Crowson, Atkinson & Therneau, Stat Methods Med Res 2016;25:1692. Yardstick: glm(event ~ offset(log(expected)), family = poisson). O(n).
 */
export function hazardInTheLarge(event: Uint8Array, hazard: Float64Array, level = 0.95): CalibrationInTheLarge {
  const observed = event.reduce((sum, e) => sum + e, 0);
  const expected = hazard.reduce((sum, h) => sum + h, 0);
  if (!(observed > 0 && expected > 0)) return { observed, expected, ok: false, problem: 'no events' };
  return { observed, expected, ...limited(Math.log(observed / expected), 1 / Math.sqrt(observed), level) };
}

/** Newton's method takes at most so many steps, each of at most so much. */
const MOST_STEPS = 100;
const LONGEST = 2;

/**
 * Of a binary outcome, from linear predictors; there is none where all have it or nobody (`one class`).
 * Yardstick: glm(outcome ~ offset(predictor), family = binomial). O(n) a step of Newton.
 */
export function riskInTheLarge(outcome: Uint8Array, predictor: Float64Array, level = 0.95): CalibrationInTheLarge {
  const observed = outcome.reduce((sum, y) => sum + y, 0);
  const expected = predictor.reduce((sum, eta) => sum + expit(eta), 0);
  if (observed === 0 || observed === outcome.length) return { observed, expected, ok: false, problem: 'one class' };
  let intercept = 0;
  let information = 0;
  for (let round = 0; round < MOST_STEPS; round++) {
    let score = 0;
    information = 0;
    predictor.forEach((eta, i) => {
      const p = expit(intercept + eta);
      score += outcome[i]! - p;
      information += p * (1 - p);
    });
    const step = Math.max(-LONGEST, Math.min(LONGEST, score / information));
    intercept += step;
    if (Math.abs(step) < 1e-12) break;
  }
  return { observed, expected, ...limited(intercept, 1 / Math.sqrt(information), level) };
}
