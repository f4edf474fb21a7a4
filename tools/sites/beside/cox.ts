import { printRatio } from '../../../lib/result/index.ts';
import type { SiteRows } from '../../../lib/sharing/index.ts';
import { normal } from '../../../lib/stats/index.ts';
import { DEMO_ANALYSES } from '../demo-study.ts';
import { coxTogether, distanceFrom, rowsTogether } from '../together.ts';
import { type Beside, list, type Numbers } from './part.ts';

/** At the protocol's two rounds a coefficient is to be within so much of a standard error of all rows' (worst seen in 400 cohorts: 0.004). */
const COX_ERRORS = 0.01;

/** The model over the sites beside that of all rows with a stratum a site. */
export function besideCox(numbers: Numbers, sites: readonly SiteRows[]): Beside {
  const { covariates, endpoint } = DEMO_ANALYSES.cox;
  const fit = coxTogether(rowsTogether(sites, endpoint, covariates));
  const [beta, errors] = [list(numbers, 'cox.beta') as number[], list(numbers, 'cox.se') as number[]];
  const distance = distanceFrom(fit, beta);
  const reach = normal.quantile(0.975);
  const ratio = (estimate: number, error: number): string =>
    `${printRatio(Math.exp(estimate))} (${printRatio(Math.exp(estimate - reach * error))} to ${printRatio(Math.exp(estimate + reach * error))})`;
  const faults = [
    ...(distance <= COX_ERRORS ? [] : [`coefficients lie ${distance.toPrecision(2)} SE from those of all rows`]),
    ...(numbers['cox.events'] === fit.events ? [] : [`${numbers['cox.events']} events, of ${fit.events}`]),
  ];
  return {
    title: `Cox regression stratified by site, ${fit.n} patients, ${fit.events} deaths`,
    rows: [
      ['', 'hazard ratio over the sites (95% CI)', 'all rows in one place (95% CI)', 'distance, SE'],
      ...covariates.map((name, j) => [
        name,
        ratio(beta[j]!, errors[j]!),
        ratio(fit.coefficients[j]!, fit.standardErrors[j]!),
        (Math.abs(beta[j]! - fit.coefficients[j]!) / fit.standardErrors[j]!).toExponential(1),
      ]),
    ],
    notes: [
      `Newton step from where the sites were last asked: ${(numbers['cox.step'] as number).toExponential(1)} SE; true distance from all rows: ${distance.toExponential(1)} SE.`,
    ],
    faults,
  };
}
