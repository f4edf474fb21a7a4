import { SignetError } from '../../base/index.ts';
import type { CohortFrame } from '../../cohort/index.ts';
import type { Findings, ResultTable } from '../../result/index.ts';
import type { FollowUp } from '../../stats/index.ts';
import { proportionalityTable } from '../cox/cox-tables.ts';
import { membersOf } from '../curves/members.ts';
import { type Comparison, compare, hazardRatioTable, testTable } from '../curves/survival-comparison.ts';
import { contrastSentences, contrastTables } from '../curves/survival-contrasts.ts';
import {
  type Curve,
  groupCurves,
  leftOutTable,
  medianTable,
  survivalAtTable,
  wholeCurve,
} from '../curves/survival-curves.ts';
import { survivalFigure } from '../curves/survival-figure.ts';
import { SurvivalRequest } from '../curves/survival-request.ts';
import { weightedCitations, weightedRows, weightedSentences } from '../curves/survival-weights.ts';
import { assumptionsOf, type Compared, citationsOf, methodOf, warningsOf } from '../curves/survival-words.ts';
import { imputedCitations } from '../models/imputed-tables.ts';
import type { Analysis } from '../parts/analysis.ts';
import { CITATION } from '../parts/citations.ts';
import { entryOf, entrySentence, eventsIn, followUpOf, withEndpoint, withEntry } from '../parts/follow-up.ts';
import { type Grouping, groupingOf, laterBy } from '../parts/grouping.ts';
import { guardTime, NAIVE } from '../parts/immortal-time.ts';
import { endpointTitle } from '../parts/naming.ts';
import { countsOf, leaveOut, select, subgroupLater } from '../parts/selection.ts';
import { type Strata, strataOf, strataSentence, stratumCodes, withStrata } from '../parts/strata.ts';
import { covariateSetOf } from '../parts/variable-sets.ts';
import { adjustedComparison } from './adjusted-comparison.ts';
import { laterOf, withJoining } from './later.ts';
import { factorFindings, factorsAsked } from './survival-factors.ts';
import { laterFindings } from './survival-later.ts';
import { comparisonEstimate } from './survival-primary.ts';

/** Endpoint, entry and strata, and the patients whose endpoint is known. */
function begin(frame: CohortFrame, request: SurvivalRequest) {
  const endpoint = frame.endpoint(request.endpoint, '/endpoint');
  const entry = entryOf(frame, endpoint, request.entry);
  const strata = strataOf(frame, request.strata);
  return {
    endpoint,
    entry,
    strata,
    timed: withEntry(withEndpoint(select(frame, request.where), endpoint), endpoint, entry),
  };
}

/** The groups, and the patients for whom they are known too. */
function choose(frame: CohortFrame, request: SurvivalRequest, begun: ReturnType<typeof begin>) {
  const { endpoint, strata, timed } = begun;
  if (typeof request.by !== 'string')
    return { ...begun, by: undefined, grouping: undefined, later: undefined, selection: timed };
  const { by } = request;
  const grouping = groupingOf(frame, by, '/by');
  const later = request.naive ? undefined : laterOf(frame, endpoint, grouping);
  if (later === undefined) guardTime({ asked: by, known: grouping.known, pointer: '/by' }, request.naive);
  const unknown = { reason: `without ${grouping.title}`, columns: grouping.columns, pointer: '/by' };
  const grouped = leaveOut(timed, unknown, (row) => grouping.codes[row]! < 0);
  const joined = later === undefined ? grouped : withJoining(grouped, later);
  return { ...begun, by, grouping, later, selection: withStrata(joined, strata) };
}

function compareBy(
  by: string,
  grouping: Grouping,
  rows: Int32Array,
  f: FollowUp,
  strata: Strata | undefined,
  level: number,
): Compared {
  const { groups, empty } = membersOf(grouping, rows);
  const codes = strata && stratumCodes(strata, rows).codes;
  const comparison = groups.labels.length > 1 ? compare(f, groups, level, codes) : undefined;
  return { by, groups, empty, known: grouping.known, comparison };
}

/** A curve a group, or one of all. */
function curvesOf(
  whole: Curve,
  f: FollowUp,
  compared: Compared | undefined,
  request: SurvivalRequest,
): readonly Curve[] {
  if (compared === undefined) return [whole];
  const { groups, comparison } = compared;
  return comparison ? groupCurves(f, groups, comparison.tables, request) : [{ ...whole, label: groups.labels[0]! }];
}

/** Where others end the wait, one minus survival is more than what happens. */
function competingWarning(endpoint: string, competing: readonly string[] | undefined): Findings['warnings'] {
  if (competing === undefined) return [];
  return [
    {
      code: 'competing-events',
      says: `Events that compete with ${endpoint} (${competing.join(', ')}) count as censored: one minus survival is more than the share who have it. Ask competing-risks for that.`,
    },
  ];
}

/** A landmark is for what becomes known in time. */
function notLater(naive: boolean): SignetError {
  return new SignetError('not-known-later', 'Landmarks are for a group that becomes known only after time zero', {
    place: { pointer: '/landmarks' },
    remedy: naive
      ? 'Ask without "naive".'
      : 'Leave them out, or say in the definition when membership of the group became known.',
  });
}

/** What is imputed are the covariates of a comparison. */
function notImputed(): SignetError {
  return new SignetError(
    'not-imputed',
    'Imputation is for the covariates that a comparison of groups is adjusted for',
    {
      place: { pointer: '/impute' },
      remedy: 'Leave it out, or ask of the groups of one variable.',
    },
  );
}

/** Tests that are weighted in time are of groups. */
function notOfFactors(): SignetError {
  return new SignetError('not-of-factors', 'Further tests are of the groups of one variable, not of several factors', {
    place: { pointer: '/tests' },
    remedy: 'Leave them out, or ask of one factor.',
  });
}

/** The table of tests with those that were asked for beside them. */
function withRows(table: ResultTable, { tables }: Comparison, asked: SurvivalRequest['tests']): ResultTable {
  return asked === undefined ? table : { ...table, rows: [...table.rows, ...weightedRows(tables, asked)] };
}

/** Kaplan-Meier survival of a cohort, whole or by group, with log-rank test and hazard ratios. Yardstick: survival::survfit, survdiff, coxph. */
export const survival: Analysis<SurvivalRequest> = {
  name: 'survival',
  says: 'Kaplan-Meier survival of the cohort, or of its groups with log-rank test and hazard ratios.',
  citations: [
    CITATION.kaplanMeier,
    CITATION.greenwood,
    CITATION.medianInterval,
    CITATION.followUp,
    CITATION.logRank,
    CITATION.cox,
    CITATION.efron,
    CITATION.proportionality,
    CITATION.survivalAtTime,
    CITATION.medianDifference,
    CITATION.harringtonFleming,
    CITATION.maxCombo,
    CITATION.mantelByar,
    CITATION.simonMakuch,
    CITATION.landmark,
    CITATION.eValue,
    CITATION['benjamini-hochberg'],
    CITATION.firthCox,
    CITATION.concordance,
    ...imputedCitations(true),
  ],
  request: SurvivalRequest,

  run(frame: CohortFrame, request: SurvivalRequest, progress): Findings {
    progress.stage('choosing patients', 0.1);
    const begun = begin(frame, request);
    const members = factorsAsked(frame, request.by);
    if (members !== undefined) {
      if (request.landmarks !== undefined) throw notLater(request.naive);
      if (request.tests !== undefined) throw notOfFactors();
      if (request.impute !== undefined) throw notImputed();
      return factorFindings({ frame, request, members, ...begun }, progress);
    }
    const {
      endpoint,
      entry,
      strata,
      by: asked,
      grouping,
      later: joining,
      timed,
      selection,
    } = choose(frame, request, begun);
    if (joining !== undefined)
      return laterFindings({ frame, request, endpoint, entry, strata, later: joining, selection }, progress);
    if (request.landmarks !== undefined) throw notLater(request.naive);
    const f = followUpOf(endpoint, selection.rows, entry);

    progress.stopped();
    progress.stage('curves and tests', 0.4);
    const compared =
      grouping && asked !== undefined
        ? compareBy(asked, grouping, selection.rows, f, strata, request.level)
        : undefined;
    const whole = wholeCurve(f, request);
    const curves = curvesOf(whole, f, compared, request);
    const told = curves.length > 1 ? [whole, ...curves] : curves;
    const { groups, comparison } = compared ?? {};
    const adjusted =
      comparison && request.adjust
        ? adjustedComparison(
            frame,
            { ...request, by: asked },
            covariateSetOf(frame, request.adjust, '/adjust').map((member) => member.asked),
            selection,
            strata,
            entry,
            progress,
          )
        : undefined;

    progress.stopped();
    progress.stage('tables and figures', 0.8);
    const name = endpointTitle(endpoint.name);
    const times = [...new Set(request.times)].sort((a, b) => a - b);
    const by = grouping ? ` by ${grouping.title}` : '';
    const where = request.where === undefined ? '' : `, where ${request.where}`;
    const title = `${name}${by}${where}`;
    const head = grouping?.title ?? 'Patients';
    const later = request.where === undefined ? undefined : laterBy(frame, request.where);
    const counts = countsOf(frame, selection, eventsIn(f));
    // what is compared naively is nobody's one estimate
    const primary =
      groups && comparison && grouping?.known === undefined
        ? comparisonEstimate(groups, comparison, adjusted, counts)
        : undefined;
    return {
      title,
      method: methodOf(
        request,
        compared,
        [...entrySentence(f, entry), ...strataSentence(comparison && strata, selection.rows)],
        [
          ...(comparison && request.tests ? weightedSentences(request.tests) : []),
          ...(comparison ? contrastSentences(request.level) : []),
          ...(adjusted?.sentences ?? []),
        ],
      ),
      citations: [
        ...citationsOf(compared),
        ...(comparison ? [CITATION.survivalAtTime, CITATION.medianDifference] : []),
        ...(comparison && request.tests ? weightedCitations(request.tests) : []),
        ...(adjusted?.imputed?.citations ?? []),
      ],
      counts,
      ...(primary && { primary }),
      assumptions: [...assumptionsOf(compared), ...(adjusted?.imputed?.assumptions ?? [])],
      warnings: [
        ...warningsOf(endpoint.name, f, compared, [whole, ...curves]),
        ...subgroupLater(request.where, later),
        ...competingWarning(endpoint.name, endpoint.competing?.labels),
        ...(adjusted?.warnings ?? []),
      ],
      tables: [
        medianTable(told, head),
        survivalAtTable(told, times, head),
        ...(groups && comparison
          ? [withRows(testTable(comparison), comparison, request.tests), hazardRatioTable(groups, comparison, head)]
          : []),
        ...(comparison ? contrastTables(curves, times, request.level, head) : []),
        ...(adjusted?.imputed?.tables ?? []),
        ...(adjusted ? [adjusted.table] : []),
        ...(comparison ? proportionalityTable(comparison.proportional, (group) => groups!.labels[Number(group)]!) : []),
        ...leftOutTable(endpoint, timed, selection, entry, request),
      ],
      figures: [
        survivalFigure({
          title,
          yLabel: name,
          origin: endpoint.origin,
          curves,
          comparison,
          level: request.level,
          stamp: grouping?.known === undefined ? undefined : NAIVE,
        }),
      ],
    };
  },
};
