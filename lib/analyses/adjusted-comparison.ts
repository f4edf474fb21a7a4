import type { CohortFrame } from '../cohort/index.ts';
import { type Findings, printLevel, type ResultTable } from '../result/index.ts';
import { covariateOf, covariatesOf, withCovariates } from './covariate.ts';
import { fitCox } from './cox-regression.ts';
import { type Entry, eventsIn, followUpOf } from './follow-up.ts';
import { guardTime } from './immortal-time.ts';
import { ratioTable } from './model-tables.ts';
import { columnsOf, termsOf } from './model-terms.ts';
import { fewEvents, leftOutTerms, listed, parametersOf } from './model-words.ts';
import type { AskedCovariate } from './request-parts.ts';
import type { Selection } from './selection.ts';
import { type Strata, stratumCodes } from './strata.ts';

interface Comparing {
  readonly endpoint: string;
  readonly by?: string | undefined;
  readonly level: number;
  readonly naive: boolean;
}

/** Hazard ratios of groups adjusted for covariates, among those for whom all are known. Throws what covariates throw. */
export function adjustedComparison(
  frame: CohortFrame,
  { endpoint, by, level, naive }: Comparing,
  adjust: readonly AskedCovariate[],
  selection: Selection,
  strata: Strata | undefined,
  entry: Entry | undefined,
): { readonly table: ResultTable; readonly sentences: string[]; readonly warnings: Findings['warnings'] } {
  const { covariates, interactions } = covariatesOf(frame, adjust, '/adjust');
  for (const covariate of covariates) guardTime(covariate, naive);
  const { rows } = withCovariates(selection, covariates);
  const f = followUpOf(frame.endpoint(endpoint, '/endpoint'), rows, entry);
  const terms = termsOf(
    [covariateOf(frame, { of: by!, as: 'levels' }, '/by'), ...covariates],
    shifted(interactions),
    rows,
  );
  const model = fitCox({ followUp: f, strata: strata && stratumCodes(strata, rows).codes }, columnsOf(terms), {
    ties: 'efron',
    level,
    robust: false,
    interval: 'wald',
    penalty: 'none',
  });
  const others = listed(terms.slice(1));
  const words = { key: 'hazard_ratio', ratio: 'Hazard ratio', p: 'Wald p', level, event: f.event, events: 'Events' };
  const notes = [`Of ${rows.length} patients for whom all covariates are known.`];
  return {
    table: {
      ...ratioTable(terms, { whole: model }, words, notes),
      id: 'adjusted-hazard-ratios',
      title: `Hazard ratios adjusted for ${others}`,
    },
    sentences: [
      `Adjusted hazard ratios are from Cox regression on the group together with ${others}, with Wald ${printLevel(level)} confidence intervals and p values.`,
    ],
    warnings: [...leftOutTerms(terms, model), ...fewEvents(eventsIn(f), parametersOf(terms, model), 'events')],
  };
}

/** The group stands before the covariates. */
function shifted(interactions: readonly (readonly [number, number])[]): readonly (readonly [number, number])[] {
  return interactions.map(([a, b]) => [a + 1, b + 1]);
}
