import * as z from 'zod';
import type { CohortFrame } from '../../cohort/index.ts';
import type { Findings } from '../../result/index.ts';
import {
  bootstrapOptimism,
  concordance,
  linearPredictor,
  proportionality,
  TIES,
  type Ties,
} from '../../stats/index.ts';
import { leftOutTable } from '../curves/survival-curves.ts';
import { imputedCitations } from '../models/imputed-tables.ts';
import { type ModelWords, modelForest, ratioTable, termTable } from '../models/model-tables.ts';
import { columnNames, columnsOf, type ModelColumn, type Term, termsOf } from '../models/model-terms.ts';
import { covariateSentences, listed } from '../models/model-words.ts';
import { termsTested } from '../models/regression.ts';
import type { Analysis, Progress } from '../parts/analysis.ts';
import { CITATION } from '../parts/citations.ts';
import { clustersOf } from '../parts/clusters.ts';
import { covariatesOf, valuesOf, withCovariates } from '../parts/covariate.ts';
import { entryOf, entrySentence, eventsIn, followUpOf, withEndpoint, withEntry } from '../parts/follow-up.ts';
import { laterBy } from '../parts/grouping.ts';
import { guardTime, immortalTime, NAIVE } from '../parts/immortal-time.ts';
import { leftOutCharacteristics } from '../parts/left-out.ts';
import { endpointTitle } from '../parts/naming.ts';
import { inOwnOrder } from '../parts/own-order.ts';
import { Covariates, Expression, PART } from '../parts/request-parts.ts';
import { countsOf, leaveOut, type Selection, select, subgroupLater } from '../parts/selection.ts';
import { strataOf, strataSentence, stratumCodes, withStrata } from '../parts/strata.ts';
import { coxImputed } from './cox-imputed.ts';
import { type CoxChoices, type CoxModel, type CoxPatients, fitCox } from './cox-regression.ts';
import { modelTable, overallTable, proportionalityTable } from './cox-tables.ts';
import { coxAssumptions, coxCitations, coxMethod, coxWarnings, wantsFirth } from './cox-words.ts';

const CoxRequest = z
  .strictObject({
    analysis: z.literal('cox'),
    endpoint: PART.endpoint,
    covariates: Covariates,
    where: PART.where,
    sensitivity: PART.sensitivity,
    impute: PART.impute,
    entry: PART.entry,
    strata: PART.strata,
    ties: z.enum(TIES).default('efron'),
    robust: z.boolean().default(false).meta({ description: 'Robust standard errors (Lin and Wei)' }),
    cluster: Expression.optional().meta({
      description: 'Patients of one level depend on each other; makes standard errors robust',
    }),
    interval: z.enum(['wald', 'profile']).default('wald').meta({ description: 'How intervals are made' }),
    penalty: z.enum(['none', 'firth']).default('none').meta({ description: "Firth's keeps every estimate finite" }),
    bootstrap: z
      .int()
      .min(0)
      .max(1000)
      .default(200)
      .meta({ description: "Samples by which the concordance's optimism is told; 0 leaves it out" }),
    level: PART.level,
    naive: PART.naive,
  })
  .refine(
    ({ ties, penalty, robust, cluster }) =>
      ties !== 'exact' || (penalty === 'none' && !robust && cluster === undefined),
    {
      path: ['ties'],
      message: 'exact ties have neither a penalty nor robust standard errors',
    },
  )
  .refine(({ interval, robust, cluster }) => interval !== 'profile' || (!robust && cluster === undefined), {
    path: ['interval'],
    message: 'a profile interval cannot be robust',
  })
  .meta({ id: 'CoxRequest' });
export type CoxRequest = z.infer<typeof CoxRequest>;

/** Work of a bootstrap, in rows times covariates times samples, above which it is left out. */
const MOST_WORK = 1e8;

/** Who is analysed of whom, and what is known of them. */
export function chooseCox(frame: CohortFrame, request: CoxRequest) {
  const endpoint = frame.endpoint(request.endpoint, '/endpoint');
  const { covariates, interactions } = covariatesOf(frame, request.covariates, '/covariates');
  for (const covariate of covariates) guardTime(covariate, request.naive);
  const entry = entryOf(frame, endpoint, request.entry);
  const strata = strataOf(frame, request.strata);
  const cluster = request.cluster === undefined ? undefined : clustersOf(frame, request.cluster);
  const timed = withEntry(withEndpoint(select(frame, request.where), endpoint), endpoint, entry);
  const clustered = (of: Selection) =>
    cluster === undefined
      ? of
      : leaveOut(
          of,
          { reason: `without ${cluster.title}`, columns: cluster.columns, pointer: '/cluster' },
          (row) => cluster.codes[row]! < 0,
        );
  const known = withStrata(timed, strata);
  const complete = clustered(withCovariates(known, covariates));
  const { time, event } = followUpOf(endpoint, complete.rows, entry);
  const rows = inOwnOrder(complete.rows, [time, event, ...valuesOf(covariates, complete.rows)]);
  const selection = { ...complete, rows };
  return { endpoint, covariates, interactions, entry, strata, cluster, timed, known, clustered, selection };
}

/** What the linear predictor is worth: concordance, and how much of it the bootstrap takes back. */
function performanceOf({ rows, result }: CoxModel, { cluster }: CoxPatients, request: CoxRequest, progress: Progress) {
  if (!result?.ok) return { found: undefined, optimism: undefined, left: false };
  const { strata } = rows;
  const options = { ...(strata === undefined ? {} : { strata }), ...(cluster === undefined ? {} : { cluster }) };
  const found = concordance.solve(concordance.accumulate(rows, linearPredictor(rows, result), options), {
    level: request.level,
  });
  const left = rows.time.length * rows.names.length * request.bootstrap > MOST_WORK;
  if (request.bootstrap === 0 || left) return { found, optimism: undefined, left };
  const optimism = bootstrapOptimism(rows, {
    samples: request.bootstrap,
    ties: request.ties,
    progress: () => progress.stopped(),
  });
  return { found, optimism: optimism.ok ? optimism : undefined, left };
}

/** Cox regression on covariates of any kind. Yardstick: survival::coxph, cox.zph, concordance; coxphf; rms::validate. */
export const cox: Analysis<CoxRequest> = {
  name: 'cox',
  says: 'Cox regression of an endpoint on covariates: hazard ratios alone and together, tests, proportional hazards, concordance.',
  citations: [
    CITATION.cox,
    CITATION.efron,
    CITATION.breslow,
    CITATION.robust,
    CITATION.firthCox,
    CITATION.profile,
    CITATION.proportionality,
    CITATION.concordance,
    CITATION.optimism,
    ...imputedCitations(true),
  ],
  request: CoxRequest,

  run(frame, request, progress): Findings {
    progress.stage('choosing patients', 0.05);
    const chosen = chooseCox(frame, request);
    const { endpoint, covariates, interactions, entry, strata, timed, selection } = chosen;
    const { rows } = selection;
    const f = followUpOf(endpoint, rows, entry);
    const events = eventsIn(f);
    const terms = termsOf(covariates, interactions, rows);
    const patients: CoxPatients = {
      followUp: f,
      strata: strata && stratumCodes(strata, rows).codes,
      cluster: chosen.cluster && Int32Array.from(rows, (row) => chosen.cluster!.codes[row]!),
    };
    const choices: CoxChoices = {
      ...request,
      ties: request.ties as Ties,
      robust: request.robust || request.cluster !== undefined,
    };

    progress.stage('fitting', 0.2);
    const model = fitCox(patients, columnsOf(terms), choices);
    const plain = (columns: readonly ModelColumn[]) =>
      fitCox(patients, columns, { ...choices, penalty: 'none', interval: 'wald' });
    const single = (columns: readonly ModelColumn[]) => fitCox(patients, columns, choices);
    const alone =
      terms.length < 2
        ? undefined
        : terms.map(({ columns }, t) => (t < covariates.length ? single(columns) : undefined));
    progress.stopped();
    const tested = termsTested(plain, terms, model);
    const { result } = model;
    const proportional =
      result?.ok && request.ties !== 'exact'
        ? proportionality(model.rows, result, 'km', columnNames(terms, result.names))
        : undefined;

    progress.stage('concordance and its optimism', 0.4);
    const { found, optimism, left } = performanceOf(model, patients, request, progress);

    progress.stage('tables and figures', 0.9);
    const words: ModelWords = {
      key: 'hazard_ratio',
      ratio: 'Hazard ratio',
      p: model.firth === undefined ? 'Wald p' : 'Penalised likelihood-ratio p',
      level: request.level,
      event: f.event,
      events: 'Events',
    };
    const title = `${endpointTitle(endpoint.name)}: Cox regression on ${listed(terms)}${request.where === undefined ? '' : `, where ${request.where}`}`;
    const imputed =
      request.impute === undefined
        ? undefined
        : coxImputed(
            { frame, ...chosen, selection: chosen.clustered(chosen.known), choices, words, title },
            { rows, n: rows.length, events, terms, model },
            request.impute,
            progress,
          );
    const beside =
      wantsFirth(events, terms, model) && request.ties !== 'exact' ? firthBeside(patients, terms, choices) : undefined;
    const samples = optimism === undefined ? 0 : request.bootstrap;
    const naive = covariates.some((covariate) => covariate.known !== undefined);
    return {
      title,
      method: coxMethod(
        choices,
        {
          model,
          alone: alone !== undefined,
          clusters: chosen.cluster?.title,
          proportional: proportional !== undefined,
          samples,
        },
        [
          ...entrySentence(f, entry),
          ...strataSentence(strata, rows),
          ...covariateSentences(covariates, terms),
          ...(imputed?.method ?? []),
        ],
      ),
      citations: [
        ...coxCitations(choices, {
          firth: model.firth !== undefined || beside !== undefined,
          profile: request.interval === 'profile',
          proportional: proportional !== undefined,
          samples,
        }),
        ...(imputed?.citations ?? []),
      ],
      counts: countsOf(frame, selection, events),
      assumptions: [...coxAssumptions(model, proportional), ...(imputed?.assumptions ?? [])],
      warnings: [
        ...covariates.flatMap(immortalTime),
        ...subgroupLater(request.where, request.where === undefined ? undefined : laterBy(frame, request.where)),
        ...coxWarnings(endpoint.name, events, terms, model, proportional, beside !== undefined),
        ...(left
          ? [
              {
                code: 'no-optimism',
                says: 'The optimism of the concordance was not computed, since the bootstrap would take too long; it is flattered.',
              },
            ]
          : []),
        ...(imputed?.warnings ?? []),
      ],
      tables: [
        ...(imputed?.tables ?? []),
        ratioTable(terms, { whole: model, alone }, words, []),
        ...(beside === undefined
          ? []
          : [
              {
                ...ratioTable(terms, { whole: beside }, { ...words, p: 'Penalised likelihood-ratio p' }, []),
                id: 'firth',
                title: "Hazard ratios by Firth's penalised likelihood",
              },
            ]),
        termTable(tested, 'Likelihood-ratio', [
          ...(model.firth === undefined ? [] : ['These tests are of the likelihood without penalty.']),
          ...(choices.robust ? ['These tests take patients to be independent.'] : []),
        ]),
        ...overallTable(model, choices.robust),
        ...proportionalityTable(proportional, (title) => title),
        modelTable(model, rows.length, events, found, optimism),
        ...leftOutTable(endpoint, timed, selection, entry, { interval: 'log', level: request.level }),
        ...leftOutCharacteristics(covariates, rows, chosen.clustered(chosen.known).rows),
      ],
      figures: [
        ...(imputed === undefined ? [] : [{ ...imputed.figure, ...(naive && { stamp: NAIVE }) }]),
        modelForest(terms, model.firth === undefined && beside !== undefined && !result?.ok ? beside : model, words, {
          title: imputed === undefined ? title : `${title}, complete cases`,
          stamp: naive ? NAIVE : undefined,
        }),
      ],
    };
  },
};

function firthBeside(patients: CoxPatients, terms: readonly Term[], choices: CoxChoices): CoxModel | undefined {
  const fit = fitCox(patients, columnsOf(terms), { ...choices, penalty: 'firth', interval: 'wald' });
  return fit.firth === undefined ? undefined : fit;
}
