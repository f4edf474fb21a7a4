import * as z from 'zod';
import type { CohortFrame } from '../../cohort/index.ts';
import type { Findings } from '../../result/index.ts';
import { membersOf } from '../curves/members.ts';
import { termsOf } from '../models/model-terms.ts';
import { covariateSentences } from '../models/model-words.ts';
import type { Analysis } from '../parts/analysis.ts';
import { causeCounts, causesOf, withCauses } from '../parts/causes.ts';
import { CITATION } from '../parts/citations.ts';
import { covariatesOf, withCovariates } from '../parts/covariate.ts';
import { entryOf, entrySentence, followUpOf, withEndpoint, withEntry } from '../parts/follow-up.ts';
import { groupingOf, laterBy } from '../parts/grouping.ts';
import { guardTime, immortalTime, NAIVE } from '../parts/immortal-time.ts';
import { leftOutCharacteristics } from '../parts/left-out.ts';
import { Expression, PART } from '../parts/request-parts.ts';
import { countsOf, leaveOut, select, subgroupLater } from '../parts/selection.ts';
import { strataOf, strataSentence, stratumCodes, withStrata } from '../parts/strata.ts';
import { CovariateSet, covariateSetOf } from '../parts/variable-sets.ts';
import { causeHazardTable } from './cause-hazards.ts';
import { causeModels, causeTableOf } from './cause-regression.ts';
import {
  type Competed,
  competingAssumptions,
  competingCitations,
  competingMethod,
  competingWarnings,
} from './competing-words.ts';
import {
  causeTable,
  grayTable,
  grayTests,
  groupIncidence,
  incidenceFigure,
  incidenceTable,
  wholeIncidence,
} from './incidence-curves.ts';

const CompetingRisksRequest = z
  .strictObject({
    analysis: z.literal('competing-risks'),
    endpoint: PART.endpoint.meta({ description: 'An endpoint of the definition: the event of interest' }),
    competing: z
      .array(PART.endpoint)
      .max(5)
      .default([])
      .meta({ description: 'Other endpoints that compete with it, beside those that the definition gives it' }),
    by: Expression.optional().meta({
      description: 'What to compare: a group, a boolean or category variable, or an expression such as altered("KRAS")',
    }),
    covariates: CovariateSet.optional().meta({ description: 'Of the regressions; without them, the groups of "by"' }),
    where: PART.where,
    sensitivity: PART.sensitivity,
    entry: PART.entry,
    strata: PART.strata,
    times: z
      .array(z.number().positive())
      .min(1)
      .max(20)
      .default([6, 12, 36, 60])
      .meta({ description: 'Months at which incidence, and how many had each event, are told' }),
    interval: z
      .enum(['log', 'log-log', 'plain'])
      .default('log-log')
      .meta({ description: "Scale of the curves' intervals" }),
    level: PART.level,
    naive: PART.naive,
  })
  .meta({ id: 'CompetingRisksRequest' });
export type CompetingRisksRequest = z.infer<typeof CompetingRisksRequest>;

/** Who is analysed, by what, and with which covariates. */
function choose(frame: CohortFrame, request: CompetingRisksRequest) {
  const causes = causesOf(frame, request.endpoint, request.competing);
  const { endpoint } = causes;
  const grouping = request.by === undefined ? undefined : groupingOf(frame, request.by, '/by');
  const asked =
    request.covariates === undefined
      ? request.by === undefined
        ? []
        : [{ of: request.by, as: 'levels' as const }]
      : covariateSetOf(frame, request.covariates, '/covariates').map((member) => member.asked);
  const { covariates, interactions } = covariatesOf(
    frame,
    asked,
    request.covariates === undefined ? '/by' : '/covariates',
  );
  const known = [
    ...(grouping === undefined ? [] : [{ asked: request.by!, known: grouping.known, pointer: '/by' }]),
    ...(request.covariates === undefined
      ? []
      : covariates.map(({ asked: name, known: at, pointer }) => ({ asked: name, known: at, pointer }))),
  ];
  for (const each of known) guardTime(each, request.naive);
  const entry = entryOf(frame, endpoint, request.entry);
  const strata = strataOf(frame, request.strata);
  const timed = withEntry(withEndpoint(select(frame, request.where), endpoint), endpoint, entry);
  const grouped =
    grouping === undefined
      ? timed
      : leaveOut(
          timed,
          { reason: `without ${grouping.title}`, columns: grouping.columns, pointer: '/by' },
          (row) => grouping.codes[row]! < 0,
        );
  const all = withStrata(grouped, strata);
  const selection = withCovariates(all, covariates);
  const leftOut = leftOutCharacteristics(covariates, selection.rows, all.rows);
  return { causes, endpoint, grouping, covariates, interactions, known, entry, strata, selection, leftOut };
}

/** Cumulative incidence in the presence of competing events, with Gray's test and both kinds of hazard ratios. Yardstick: cmprsk::cuminc, crr; survival::coxph. */
export const competingRisks: Analysis<CompetingRisksRequest> = {
  name: 'competing-risks',
  says: "Cumulative incidence of an event and of those that compete with it, with Gray's test, Fine and Gray's and cause-specific regression.",
  citations: [
    CITATION.aalenJohansen,
    CITATION.gray,
    CITATION.fineGray,
    CITATION.cox,
    CITATION.efron,
    CITATION.bothHazards,
    CITATION.nelsonAalen,
    CITATION.fineGrayLate,
    CITATION.fineGrayStrata,
  ],
  request: CompetingRisksRequest,

  run(frame, request, progress): Findings {
    progress.stage('choosing patients', 0.1);
    const { causes, endpoint, grouping, covariates, interactions, known, entry, strata, selection, leftOut } = choose(
      frame,
      request,
    );
    const { rows } = selection;
    const f = withCauses(followUpOf(endpoint, rows, entry), causes, rows);
    const many = causes.labels.length;
    const codes = strata && stratumCodes(strata, rows).codes;

    progress.stopped();
    progress.stage('curves and tests', 0.3);
    const members = grouping && membersOf(grouping, rows);
    const compared = members !== undefined && members.groups.labels.length > 1;
    const whole = wholeIncidence(f, many, request);
    const groups = members === undefined ? [whole] : groupIncidence(f, many, members.groups, request);
    const tests = compared ? grayTests(f, many, members.groups, codes) : [];

    progress.stopped();
    progress.stage('regressions', 0.5);
    const terms = termsOf(covariates, interactions, rows);
    const events = causeCounts(causes, f);
    const models = terms.length === 0 ? [] : causeModels(f, causes, terms, codes, request.level);

    progress.stopped();
    progress.stage('tables and figures', 0.9);
    const of: Competed = {
      ...request,
      causes: causes.labels,
      tests,
      models,
      terms,
      stratified: codes !== undefined,
      late: f.entry !== undefined,
    };
    const by = grouping === undefined ? '' : ` by ${grouping.title}`;
    const title = `${causes.labels[0]}, with competing events${by}${request.where === undefined ? '' : `, where ${request.where}`}`;
    const head = grouping?.title ?? 'Patients';
    const told = compared ? [whole, ...groups] : groups;
    const times = [...new Set(request.times)].sort((a, b) => a - b);
    return {
      title,
      method: competingMethod(of, [
        ...entrySentence({ ...f, event: f.cause }, entry),
        ...strataSentence(strata, rows),
        ...covariateSentences(covariates, terms),
      ]),
      citations: competingCitations(of),
      counts: countsOf(frame, selection, events[0]!),
      assumptions: competingAssumptions(of),
      warnings: [
        ...known.flatMap(immortalTime),
        ...subgroupLater(request.where, request.where === undefined ? undefined : laterBy(frame, request.where)),
        ...(members !== undefined && members.empty.length > 0
          ? [
              {
                code: 'empty-group',
                says: `Groups of ${request.by} (/by) without a patient are left out: ${members.empty.join(', ')}.`,
              },
            ]
          : []),
        ...(members !== undefined && !compared
          ? [
              {
                code: 'one-group',
                says: `All patients analysed are of one group of ${request.by} (/by): there is nothing to compare it with.`,
              },
            ]
          : []),
        ...competingWarnings(of, events),
      ],
      tables: [
        causeTable(told, causes.labels, head),
        incidenceTable(told, causes.labels, times, head),
        causeHazardTable(
          f,
          causes.labels,
          members?.groups ?? { labels: ['All patients'], codes: new Int32Array(rows.length) },
          { times, level: request.level, head },
        ),
        ...(tests.length > 0 ? [grayTable(tests, causes.labels)] : []),
        ...(models.length > 0 ? [causeTableOf(models, terms, request.level)] : []),
        ...leftOut,
      ],
      figures: [
        incidenceFigure({
          title,
          origin: endpoint.origin,
          causes: causes.labels,
          groups,
          tests,
          times,
          level: request.level,
          stamp: known.some((each) => each.known !== undefined) ? NAIVE : undefined,
        }),
      ],
    };
  },
};
