import { type Findings, printLevel } from '../../result/index.ts';
import type { GrayResult } from '../../stats/index.ts';
import type { Term } from '../models/model-terms.ts';
import { fewEvents, leftOutTerms, parametersOf } from '../models/model-words.ts';
import { CITATION, YARDSTICK } from '../parts/citations.ts';
import type { CauseModels } from './cause-regression.ts';

type Warnings = Findings['warnings'];

const SCALE: Readonly<Record<string, string>> = { log: 'log', 'log-log': 'log-log', plain: 'linear' };

/** What was asked and done. */
export interface Competed {
  readonly causes: readonly string[];
  readonly interval: string;
  readonly level: number;
  readonly tests: readonly GrayResult[];
  readonly models: readonly CauseModels[];
  readonly terms: readonly Term[];
  readonly stratified: boolean;
  /** Whether entry is delayed. */
  readonly late: boolean;
}

/** The method in words, a sentence each; `data` says of entry and strata. */
export function competingMethod(of: Competed, data: readonly string[]): string[] {
  const { causes, interval, level, tests, models, stratified, late } = of;
  const percent = printLevel(level);
  return [
    `Cumulative incidence of ${causes.join(', ')} was estimated by the method of Aalen and Johansen, each in the presence of the others, with ${percent} confidence intervals by Gray's variance on the ${SCALE[interval]} scale.`,
    `Cause-specific cumulative hazards are by the method of Nelson and Aalen, with ${percent} confidence intervals on the logarithmic scale.`,
    ...data,
    ...(tests.length > 0 ? [`Groups were compared by Gray's test${stratified ? ', stratified' : ''}, two-sided.`] : []),
    ...(models.length > 0
      ? [
          `Subdistribution hazard ratios are from Fine and Gray's regression${stratified ? ', stratified' : ''}, with robust standard errors and Wald ${percent} confidence intervals.`,
        ]
      : []),
    ...(models.length > 0 && (stratified || late)
      ? [
          `It was fitted as a weighted Cox regression: who had another event stays at risk by the chance not to be censored${late ? ' and to have come under observation' : ''}, estimated${stratified ? ' within each stratum' : ''} by the product-limit; standard errors take these weights as known.`,
        ]
      : []),
    ...(models.length > 0
      ? [
          `Cause-specific hazard ratios are from Cox regression with Efron's handling of ties, the other events being censored, with Wald ${percent} confidence intervals.`,
        ]
      : []),
    'Patients with a missing value were left out (complete cases); they are counted by reason.',
    YARDSTICK.replace('(survival 3.5-3)', '(survival 3.5-3, cmprsk 2.2-11)'),
  ];
}

/** The papers behind {@link competingMethod}. */
export function competingCitations({ tests, models, stratified, late }: Competed): string[] {
  return [
    CITATION.aalenJohansen,
    CITATION.gray,
    CITATION.nelsonAalen,
    ...(models.length > 0 ? [CITATION.fineGray] : []),
    ...(models.length > 0 && late ? [CITATION.fineGrayLate] : []),
    ...(models.length > 0 && stratified ? [CITATION.fineGrayStrata] : []),
    ...(models.length > 0 ? [CITATION.cox, CITATION.efron] : []),
    ...(tests.length > 0 || models.length > 0 ? [CITATION.bothHazards] : []),
  ];
}

/** What the estimates rest on. */
export function competingAssumptions({ models }: Competed): Findings['assumptions'] {
  const iterations = models.flatMap(({ label, iterations: done, specific: { result } }) => [
    ...(done === undefined ? [] : [`${label}, subdistribution: ${done} iterations`]),
    ...(result?.ok ? [`${label}, cause-specific: ${result.iterations} iterations`] : []),
  ]);
  return [
    {
      id: 'non-informative-censoring',
      says: 'Who is censored is taken to have the same prospects as who remains under observation; the data cannot show it. Competing events are not censored.',
    },
    ...(models.length > 0
      ? [
          {
            id: 'proportional-hazards',
            says: 'Both models take their ratio of hazards to be the same at all times; the two cannot both hold exactly. This was not tested here.',
          },
        ]
      : []),
    ...(iterations.length > 0 ? [{ id: 'convergence', says: `The fits converged (${iterations.join('; ')}).` }] : []),
  ];
}

/** What a reader must know before the numbers. */
export function competingWarnings({ causes, models, terms }: Competed, events: readonly number[]): Warnings {
  const warnings: { code: string; says: string }[] = [];
  const none = causes.filter((_, k) => events[k] === 0);
  if (events.every((count) => count === 0)) {
    warnings.push({
      code: 'no-events',
      says: 'Nobody analysed had any of the events: incidence stays 0, and there is no test and no hazard ratio.',
    });
  } else if (none.length > 0) {
    warnings.push({
      code: events[0] === 0 ? 'no-events' : 'no-competing-events',
      says: `Nobody analysed had ${none.join(' or ')}${events[0] === 0 ? '' : ': without a competing event, incidence is one minus survival'}.`,
    });
  }
  for (const { label, specific, event } of models) {
    const own = event.reduce((sum, e) => sum + e, 0);
    const few = fewEvents(own, parametersOf(terms, specific), 'events');
    warnings.push(...few.map(({ code, says }) => ({ code, says: `${label}: ${says}` })));
    const { result } = specific;
    if (result !== undefined && !result.ok && result.problem === 'monotone') {
      warnings.push({
        code: 'monotone-likelihood',
        says: `The likelihood of ${label} rises without end, so that some hazard ratios have no estimate; they are named in the table.`,
      });
    }
  }
  const [first] = models;
  if (first !== undefined) warnings.push(...leftOutTerms(terms, first.specific));
  return warnings;
}
