import { type Findings, printLevel } from '../../result/index.ts';
import { columnWords, type Term } from '../models/model-terms.ts';
import { fewEvents, leftOutTerms, parametersOf, VERY_FEW_EVENTS } from '../models/model-words.ts';
import { CITATION, YARDSTICK } from '../parts/citations.ts';
import type { LogisticChoices, LogisticModel } from './logistic-regression.ts';

/** What was fitted and how, a sentence each; `data` says of the covariates. */
export function logisticMethod(
  { level, interval, penalty }: LogisticChoices,
  of: {
    readonly model: LogisticModel;
    readonly alone: boolean;
    readonly outcome: string;
    readonly yes: string;
    readonly samples: number;
  },
  data: readonly string[],
): string[] {
  const percent = printLevel(level);
  const firth = of.model.firth !== undefined;
  const limits = firth
    ? `Firth's penalised likelihood, with profile ${percent} confidence intervals and penalised likelihood-ratio p values`
    : interval === 'profile'
      ? `profile-likelihood ${percent} confidence intervals and Wald p values`
      : `Wald ${percent} confidence intervals and p values`;
  return [
    `Odds ratios are from logistic regression with ${limits}; above 1 means that ${of.outcome} is ${of.yes} more often.`,
    ...data,
    ...(penalty === 'firth' && !firth
      ? ["Firth's fit was asked for and could not be had; the estimates are the plain ones."]
      : []),
    ...(of.alone ? ['Each covariate was also fitted alone, on the same patients (univariable).'] : []),
    'Each covariate was tested as a whole, given all others, by the likelihood-ratio test (type III).',
    `The c-statistic is the area under the receiver operating characteristic, with DeLong's ${percent} interval${of.samples > 0 ? `; its optimism, and that of Brier's score, are from ${of.samples} bootstrap samples` : ''}.`,
    'Fit was tested as Hosmer and Lemeshow, in tenths of the predicted risk.',
    'Patients with a missing value were left out (complete cases); they are counted by reason.',
    YARDSTICK,
  ];
}

/** The papers behind {@link logisticMethod}. */
export function logisticCitations(of: {
  readonly firth: boolean;
  readonly profile: boolean;
  readonly samples: number;
  readonly performance: boolean;
}): string[] {
  return [
    CITATION.logistic,
    ...(of.firth ? [CITATION.firth, CITATION.firthLogistic] : []),
    ...(of.profile ? [CITATION.profile] : []),
    ...(of.performance ? [CITATION.delong, CITATION.brier, CITATION.hosmerLemeshow] : []),
    ...(of.samples > 0 ? [CITATION.optimism] : []),
  ];
}

export function logisticAssumptions({ result }: LogisticModel): Findings['assumptions'] {
  return [
    { id: 'independence', says: 'Patients are taken to be independent of one another.' },
    {
      id: 'linearity',
      says: 'A number without knots is taken to change the logarithm of the odds by the same amount at each step.',
    },
    ...(result?.ok
      ? [
          {
            id: 'convergence',
            says: `The fit converged in ${result.iterations} iterations; where it ended the score was ${result.gradient.toExponential(1)} standard errors long.`,
          },
        ]
      : []),
  ];
}

/** What a reader must know before the numbers. `rarer` counts the rarer outcome; `firth` says whether penalised estimates stand beside the plain ones. */
export function logisticWarnings(
  outcome: string,
  rarer: number,
  terms: readonly Term[],
  model: LogisticModel,
  firth: boolean,
): Findings['warnings'] {
  const { result } = model;
  const warnings: { code: string; says: string }[] = [];
  if (rarer === 0) {
    warnings.push({
      code: 'one-outcome',
      says: `All patients analysed have one outcome of ${outcome} (/outcome): there is no odds ratio.`,
    });
  }
  warnings.push(
    ...leftOutTerms(terms, model),
    ...fewEvents(rarer, parametersOf(terms, model), 'patients with the rarer outcome'),
  );
  if (result !== undefined && !result.ok && result.problem === 'separated') {
    const going = result.columns.map(
      (name, j) => `${columnWords(terms, name)} towards ${result.directions[j]! < 0 ? '0' : 'infinity'}`,
    );
    warnings.push({
      code: 'separation',
      says: `Covariates separate some outcomes from the others, so that there is no estimate of an odds ratio: ${going.join(', ') || 'all together'}. The likelihood-ratio tests hold${model.firth ? "; Firth's penalised estimates stand in their place" : firth ? "; Firth's penalised estimates stand below" : ''}.`,
    });
  }
  if (result !== undefined && !result.ok && result.problem === 'not converged') {
    warnings.push({ code: 'not-converged', says: 'The fit did not converge: it has no estimates.' });
  }
  return warnings;
}

/** Whether Firth's estimates have to stand beside the plain ones. */
export function wantsFirth(rarer: number, terms: readonly Term[], model: LogisticModel): boolean {
  const { result, firth } = model;
  if (firth !== undefined || result === undefined || rarer === 0) return false;
  if (!result.ok) return result.problem === 'separated';
  return rarer < VERY_FEW_EVENTS * parametersOf(terms, model);
}
