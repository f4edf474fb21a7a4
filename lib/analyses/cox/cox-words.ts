import { type Findings, printLevel } from '../../result/index.ts';
import type { Proportionality } from '../../stats/index.ts';
import { columnWords, type Term } from '../models/model-terms.ts';
import { fewEvents, leftOutTerms, parametersOf, VERY_FEW_EVENTS } from '../models/model-words.ts';
import { CITATION, YARDSTICK } from '../parts/citations.ts';
import type { CoxChoices, CoxModel } from './cox-regression.ts';

const TIES: Readonly<Record<CoxChoices['ties'], string>> = {
  efron: "Efron's handling of ties",
  breslow: "Breslow's handling of ties",
  exact: 'the exact handling of ties (discrete time)',
};

/** What was fitted and how, a sentence each; `data` says of entry, strata and covariates. */
export function coxMethod(
  { ties, level, robust, interval, penalty }: CoxChoices,
  of: {
    readonly model: CoxModel;
    readonly alone: boolean;
    readonly clusters: string | undefined;
    readonly proportional: boolean;
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
    `Hazard ratios are from Cox regression with ${TIES[ties]}, with ${limits}.`,
    ...data,
    ...(robust && !firth
      ? [
          `Standard errors are robust (Lin and Wei)${of.clusters === undefined ? '' : `, patients of one ${of.clusters} forming a cluster`}.`,
        ]
      : []),
    ...(penalty === 'firth' && !firth
      ? ["Firth's fit was asked for and could not be had; the estimates are the plain ones."]
      : []),
    ...(of.alone ? ['Each covariate was also fitted alone, on the same patients (univariable).'] : []),
    'Each covariate was tested as a whole, given all others, by the likelihood-ratio test (type III).',
    ...(of.proportional
      ? [
          'Proportional hazards were tested by the score test of Grambsch and Therneau, against time on the Kaplan-Meier scale.',
        ]
      : []),
    `Concordance is Harrell's, with its standard error by the infinitesimal jackknife${of.samples > 0 ? `; its optimism is from ${of.samples} bootstrap samples` : ''}.`,
    'Patients with a missing value were left out (complete cases); they are counted by reason.',
    YARDSTICK,
  ];
}

/** The papers behind {@link coxMethod}. */
export function coxCitations(
  { ties, robust }: CoxChoices,
  of: { readonly firth: boolean; readonly profile: boolean; readonly proportional: boolean; readonly samples: number },
): string[] {
  return [
    CITATION.cox,
    ...(ties === 'efron' ? [CITATION.efron] : ties === 'breslow' ? [CITATION.breslow] : []),
    ...(robust ? [CITATION.robust] : []),
    ...(of.firth ? [CITATION.firthCox] : []),
    ...(of.profile ? [CITATION.profile] : []),
    ...(of.proportional ? [CITATION.proportionality] : []),
    CITATION.concordance,
    ...(of.samples > 0 ? [CITATION.optimism] : []),
  ];
}

/** Below this p the hazards are called not proportional. */
const SUSPECT = 0.05;

export function coxAssumptions(model: CoxModel, proportional: Proportionality | undefined): Findings['assumptions'] {
  const { result } = model;
  return [
    {
      id: 'non-informative-censoring',
      says: 'Who is censored is taken to have the same prospects as who remains under observation; the data cannot show it.',
    },
    {
      id: 'proportional-hazards',
      says: `A hazard ratio takes the ratio of the hazards to be the same at all times. ${
        proportional === undefined
          ? 'This was not tested here.'
          : proportional.ok
            ? `It was tested: global p ${proportional.global.p.toPrecision(2)}.`
            : `It could not be tested: ${proportional.problem}.`
      }`,
    },
    {
      id: 'linearity',
      says: 'A number without knots is taken to change the logarithm of the hazard by the same amount at each step.',
    },
    ...(result?.ok
      ? [
          {
            id: 'convergence',
            says: `The fit converged in ${result.iterations} iterations; before its last step the score was ${result.gradient.toExponential(1)} standard errors long.`,
          },
        ]
      : []),
  ];
}

/** What a reader must know before the numbers; `firth` says whether penalised estimates stand beside the plain ones. */
export function coxWarnings(
  endpoint: string,
  events: number,
  terms: readonly Term[],
  model: CoxModel,
  proportional: Proportionality | undefined,
  firth: boolean,
): Findings['warnings'] {
  const { result } = model;
  const warnings: { code: string; says: string }[] = [];
  if (events === 0) {
    warnings.push({
      code: 'no-events',
      says: `Nobody analysed had the event of ${endpoint} (/endpoint): there is no hazard ratio.`,
    });
  }
  warnings.push(...leftOutTerms(terms, model), ...fewEvents(events, parametersOf(terms, model), 'events'));
  if (result !== undefined && !result.ok && result.problem === 'monotone') {
    const going = result.columns.map(
      (name, j) => `${columnWords(terms, name)} towards ${result.directions[j]! < 0 ? '0' : 'infinity'}`,
    );
    warnings.push({
      code: 'monotone-likelihood',
      says: `The likelihood rises without end, so that there is no estimate of a hazard ratio: ${going.join(', ')}. The score and likelihood-ratio tests hold${model.firth ? "; Firth's penalised estimates stand in their place" : firth ? "; Firth's penalised estimates stand below" : ''}.`,
    });
  }
  if (result !== undefined && !result.ok && result.problem === 'overflow') {
    warnings.push({ code: 'not-converged', says: 'The fit did not converge: it has no estimates.' });
  }
  if (proportional?.ok) {
    const suspects = [...proportional.names.keys()].filter((j) => proportional.tests[j]!.p < SUSPECT);
    if (proportional.global.p < SUSPECT || suspects.length > 0) {
      warnings.push({
        code: 'not-proportional',
        says: `The hazards may not be proportional (global p ${proportional.global.p.toPrecision(2)}${suspects.length > 0 ? `; ${suspects.map((j) => proportional.names[j]!).join(', ')}` : ''}): a hazard ratio is then an average over the follow-up.`,
      });
    }
  }
  return warnings;
}

/** Whether Firth's estimates have to stand beside the plain ones. */
export function wantsFirth(events: number, terms: readonly Term[], { result, firth, ...fit }: CoxModel): boolean {
  if (firth !== undefined || result === undefined || events === 0) return false;
  if (!result.ok) return result.problem === 'monotone';
  return events < VERY_FEW_EVENTS * parametersOf(terms, { ...fit });
}
