import type { CohortFrame } from '../../cohort/index.ts';
import { type Findings, printLevel } from '../../result/index.ts';
import { concordance, linearPredictor, proportionality } from '../../stats/index.ts';
import { fitCox } from '../cox/cox-regression.ts';
import { modelTable, proportionalityTable } from '../cox/cox-tables.ts';
import { coxWarnings, wantsFirth } from '../cox/cox-words.ts';
import type { CurveRequest } from '../curves/survival-curves.ts';
import { madeFrom } from '../models/model-definition.ts';
import { modelForest, ratioTable } from '../models/model-tables.ts';
import { columnNames, columnsOf, termsOf } from '../models/model-terms.ts';
import { covariateSentences } from '../models/model-words.ts';
import type { Progress } from '../parts/analysis.ts';
import { CITATION, YARDSTICK } from '../parts/citations.ts';
import { type Covariate, covariateOf, covariatesOf, withCovariates } from '../parts/covariate.ts';
import { type Entry, entrySentence, eventsIn, followUpOf } from '../parts/follow-up.ts';
import { laterBy } from '../parts/grouping.ts';
import { guardTime, immortalTime, NAIVE } from '../parts/immortal-time.ts';
import { leftOutCharacteristics } from '../parts/left-out.ts';
import { endpointTitle } from '../parts/naming.ts';
import { countsOf, type Selection, subgroupLater } from '../parts/selection.ts';
import { type Strata, strataSentence, stratumCodes, withStrata } from '../parts/strata.ts';
import {
  type CovariateSet,
  covariateSetOf,
  type Member,
  setNamed,
  type VariableSet,
  variablesOf,
} from '../parts/variable-sets.ts';
import { adjustedOver, type Factor, factorsAlone, factorWarnings, PLAIN_COX, withStep } from './factor-fits.ts';
import { factorCurves, factorForest, factorTable, factorTestTable, HAZARD, stepOnly } from './factor-tables.ts';

interface FactorRequest extends CurveRequest {
  readonly endpoint: string;
  readonly by?: VariableSet | undefined;
  readonly where?: string | undefined;
  readonly adjust?: CovariateSet | undefined;
  readonly naive: boolean;
}

/** The factors that a request lists; undefined where it names a single group. A group or variable goes before a set of its name. */
export function factorsAsked(frame: CohortFrame, by: VariableSet | undefined): readonly Member<string>[] | undefined {
  if (by === undefined) return undefined;
  if (typeof by !== 'string') return variablesOf(frame, by, '/by');
  const single = Object.hasOwn(frame.definition.groups ?? {}, by) || frame.variables().some(({ name }) => name === by);
  return single || setNamed(frame, by) === undefined ? undefined : variablesOf(frame, by, '/by');
}

/** What is asked of whom. */
export interface FactorsOf {
  readonly frame: CohortFrame;
  readonly request: FactorRequest;
  readonly members: readonly Member<string>[];
  readonly endpoint: ReturnType<CohortFrame['endpoint']>;
  readonly entry: Entry | undefined;
  readonly strata: Strata | undefined;
  /** Those whose endpoint is known. */
  readonly timed: Selection;
}

/** A factor that so large a share of the patients lack stands alone, and not in a model of all. */
const MOST_MISSING = 0.25;

/** The model of several covariates together. */
interface Together {
  readonly covariates: readonly Covariate[];
  readonly interactions: ReturnType<typeof covariatesOf>['interactions'];
  readonly says: string;
  /** Factors that are no part of it, with why. */
  readonly apart: readonly string[];
}

/**
 * The model that was specified beforehand: that of `adjust`, else of all factors that most patients have known and that aren't made of others
 * among them, as a score is of its items.
 */
function togetherOf({ frame, request, timed }: FactorsOf, factors: readonly Factor[]): Together {
  if (request.adjust !== undefined) {
    const asked = covariateSetOf(frame, request.adjust, '/adjust').map((member) => member.asked);
    const chosen = covariatesOf(frame, asked, '/adjust');
    for (const covariate of chosen.covariates) guardTime(covariate, request.naive);
    return { ...chosen, says: 'the covariates that the request names for it (/adjust)', apart: [] };
  }
  const apart: string[] = [];
  const covariates = factors.flatMap(({ covariate, test, missing }) => {
    const lacking = missing > MOST_MISSING * timed.rows.length;
    const own = madeFrom(frame, covariate.asked);
    const items = factors
      .filter(({ covariate: other }) => own.has(other.asked))
      .map(({ covariate: { title } }) => title);
    if (test.why !== '') apart.push(`${covariate.title} (${test.why})`);
    else if (lacking) apart.push(`${covariate.title} (not known of ${missing} of ${timed.rows.length})`);
    else if (items.length > 0) apart.push(`${covariate.title} (made of ${items.join(', ')})`);
    return test.why === '' && !lacking && items.length === 0 ? [covariate] : [];
  });
  return {
    covariates,
    interactions: [],
    says: `all factors that are known of at least ${printLevel(1 - MOST_MISSING)} of the patients and aren't made of other factors`,
    apart,
  };
}

function fitTogether(of: FactorsOf, { covariates, interactions }: Together) {
  const { endpoint, entry, strata, timed, request } = of;
  if (covariates.length === 0) return undefined;
  const complete = timed.rows.filter((row) =>
    covariates.every(({ values }) =>
      values.kind === 'number' ? Number.isFinite(values.of[row]!) : values.codes[row]! >= 0,
    ),
  );
  if (complete.length === 0) return undefined;
  const { rows } = withCovariates({ rows: complete, excluded: [] }, covariates);
  const followUp = followUpOf(endpoint, rows, entry);
  const terms = termsOf(covariates, interactions, rows).map((term, t) =>
    t < covariates.length ? withStep(term, covariates[t]!, rows) : term,
  );
  const patients = { followUp, strata: strata && stratumCodes(strata, rows).codes };
  const choices = { ...PLAIN_COX, level: request.level };
  const model = fitCox(patients, columnsOf(terms), choices);
  const { result } = model;
  const firth = wantsFirth(eventsIn(followUp), terms, model)
    ? fitCox(patients, columnsOf(terms), { ...choices, penalty: 'firth' })
    : undefined;
  return {
    rows,
    followUp,
    terms,
    model,
    firth: firth?.firth === undefined ? undefined : firth,
    proportional: result?.ok ? proportionality(model.rows, result, 'km', columnNames(terms, result.names)) : undefined,
    found: result?.ok
      ? concordance.solve(concordance.accumulate(model.rows, linearPredictor(model.rows, result)), {
          level: request.level,
        })
      : undefined,
  };
}

/**
 * Survival by several factors: each alone with its curves, tests and hazard ratios, and a model of them together with tests of proportional
 * hazards. Yardstick: survival::survdiff, coxph, cox.zph; p.adjust.
 */
export function factorFindings(of: FactorsOf, progress: Progress): Findings {
  const { frame, request, members, endpoint, entry, strata, timed } = of;
  const covariates = members.map(({ asked, pointer }) => covariateOf(frame, { of: asked }, pointer));
  for (const covariate of covariates) guardTime(covariate, request.naive);
  const selection = withStrata(timed, strata);
  const factors = factorsAlone(covariates, { endpoint, entry, strata, rows: selection.rows, request }, (done) => {
    progress.stopped();
    progress.stage('factors, each alone', 0.1 + 0.6 * done);
  });
  progress.stage('factors together', 0.75);
  const together = togetherOf({ ...of, timed: selection }, factors);
  const whole = fitTogether({ ...of, timed: selection }, together);
  progress.stage('tables and figures', 0.9);

  const { level } = request;
  const percent = printLevel(level);
  const name = endpointTitle(endpoint.name);
  const where = request.where === undefined ? '' : `, where ${request.where}`;
  const title = `${name} by ${typeof request.by === 'string' ? request.by : `${members.length} factors`}, each alone and together${where}`;
  const stamp = covariates.some(({ known }) => known !== undefined) ? NAIVE : undefined;
  const f = followUpOf(endpoint, selection.rows, entry);
  const words = { ...HAZARD, level, event: whole?.followUp.event ?? new Uint8Array(0) };
  const events = whole === undefined ? 0 : eventsIn(whole.followUp);
  const complete = `Of ${whole?.rows.length} of ${selection.rows.length} patients for whom all of these are known (complete cases).`;
  return {
    title,
    method: [
      `Each factor was looked at alone, of the patients for whom it is known: levels by Kaplan-Meier curves and the log-rank test, numbers, uncut, by the score test of Cox regression; hazard ratios are from Cox regression with Efron's handling of ties, with Wald ${percent} confidence intervals. No cut-point was sought in these data.`,
      "p values of the factors' tests were adjusted over the factors tested by Benjamini and Hochberg's procedure.",
      ...(whole === undefined
        ? []
        : [
            `The model together has ${together.says}; ${whole.rows.length} patients had all of these known (complete cases), and the others are compared with them.`,
            'Proportional hazards were tested by the score test of Grambsch and Therneau, against time on the Kaplan-Meier scale.',
            ...covariateSentences(together.covariates, whole.terms),
          ]),
      ...entrySentence(f, entry),
      ...strataSentence(strata, selection.rows),
      YARDSTICK,
    ],
    citations: [
      CITATION.kaplanMeier,
      CITATION.logRank,
      CITATION.cox,
      CITATION.efron,
      CITATION.proportionality,
      CITATION['benjamini-hochberg'],
      ...(whole?.firth === undefined ? [] : [CITATION.firthCox]),
      CITATION.concordance,
    ],
    counts: countsOf(frame, selection, eventsIn(f)),
    assumptions: [
      {
        id: 'non-informative-censoring',
        says: 'Who is censored is taken to have the same prospects as who remains under observation; the data cannot show it.',
      },
      {
        id: 'proportional-hazards',
        says: `A hazard ratio takes the ratio of the hazards to be the same at all times. It was tested, of each factor and of all together${whole?.proportional?.ok ? ` (global p ${whole.proportional.global.p.toPrecision(2)})` : ''}.`,
      },
      {
        id: 'linearity',
        says: 'A number is taken to change the logarithm of the hazard by the same amount at each step.',
      },
    ],
    warnings: [
      ...covariates.flatMap(immortalTime),
      ...subgroupLater(request.where, request.where === undefined ? undefined : laterBy(frame, request.where)),
      ...(eventsIn(f) === 0
        ? [{ code: 'no-events', says: `Nobody analysed had the event of ${endpoint.name} (/endpoint).` }]
        : []),
      ...factorWarnings(factors),
      ...(together.apart.length > 0
        ? [{ code: 'apart-from-the-model', says: `No part of the model together: ${together.apart.join('; ')}.` }]
        : []),
      ...(whole === undefined
        ? [
            {
              code: 'no-complete-case',
              says: `There is no model together: ${together.covariates.length === 0 ? 'no factor is left for it' : 'of nobody are all of its covariates known'}.`,
            },
          ]
        : coxWarnings(
            endpoint.name,
            events,
            whole.terms,
            whole.model,
            whole.proportional,
            whole.firth !== undefined,
          ).filter(({ code }) => code !== 'no-events')),
    ],
    tables: [
      factorTable(factors, level),
      factorTestTable(factors, adjustedOver(factors)),
      ...(whole === undefined
        ? []
        : [
            {
              ...ratioTable(whole.terms, { whole: whole.model }, words, [complete]),
              id: 'together',
              title: 'Hazard ratios together',
            },
            ...(whole.firth === undefined
              ? []
              : [
                  {
                    ...ratioTable(
                      whole.terms,
                      { whole: whole.firth },
                      { ...words, p: 'Penalised likelihood-ratio p' },
                      [complete],
                    ),
                    id: 'firth',
                    title: "Hazard ratios together, by Firth's penalised likelihood",
                  },
                ]),
            ...proportionalityTable(whole.proportional, (term) => term),
            modelTable(whole.model, whole.rows.length, events, whole.found, undefined),
            ...leftOutCharacteristics(together.covariates, whole.rows, selection.rows),
          ]),
    ],
    figures: [
      factorForest(factors, { title: `${name}: factors, each alone${where}`, level, stamp }),
      ...(whole === undefined
        ? []
        : [
            {
              ...modelForest(
                whole.terms.map(stepOnly),
                whole.model.result?.ok ? whole.model : (whole.firth ?? whole.model),
                words,
                {
                  title: `${name}: factors together${where}`,
                  stamp,
                },
              ),
              id: 'forest-together',
            },
          ]),
      ...factorCurves(factors, { name, origin: endpoint.origin, where, level, stamp }),
    ],
  };
}
