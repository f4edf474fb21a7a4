import * as z from 'zod';
import { SignetError } from '../base/index.ts';
import type { CohortFrame } from '../cohort/index.ts';
import type { Findings, ResultTable } from '../result/index.ts';
import type { FollowUp } from '../stats/index.ts';
import type { Analysis } from './analysis.ts';
import { CITATION } from './citations.ts';
import { eventsIn, followUpOf, withEndpoint } from './follow-up.ts';
import { type Grouping, groupingOf, laterBy } from './grouping.ts';
import { membersOf } from './members.ts';
import { endpointTitle } from './naming.ts';
import { countsOf, leaveOut, select } from './selection.ts';
import { compare, hazardRatioTable, testTable } from './survival-comparison.ts';
import { type Curve, groupCurves, medianTable, survivalAtTable, wholeCurve } from './survival-curves.ts';
import { survivalFigure } from './survival-figure.ts';
import { assumptionsOf, type Compared, citationsOf, methodOf, warningsOf } from './survival-words.ts';

const SurvivalRequest = z
  .strictObject({
    analysis: z.literal('survival'),
    endpoint: z.string().min(1).max(200).meta({ description: 'An endpoint of the definition' }),
    by: z.string().min(1).max(10_000).optional().meta({
      description: 'What to compare: a group, a boolean or category variable, or an expression such as altered("KRAS")',
    }),
    where: z
      .string()
      .min(1)
      .max(10_000)
      .optional()
      .meta({ description: 'An expression: patients for whom it is true' }),
    times: z
      .array(z.number().positive())
      .min(1)
      .max(20)
      .default([12, 36, 60])
      .meta({ description: 'Months at which survival is told' }),
    interval: z
      .enum(['log', 'log-log', 'plain'])
      .default('log')
      .meta({ description: "Scale of the curves' intervals" }),
    level: z.number().min(0.5).max(0.9999).default(0.95).meta({ description: 'Of all intervals' }),
    naive: z
      .boolean()
      .default(false)
      .meta({ description: 'Compare a group known only after time zero all the same; the result is stamped' }),
  })
  .meta({ id: 'SurvivalRequest' });
export type SurvivalRequest = z.infer<typeof SurvivalRequest>;

const NAIVE = 'NAIVE: group known only after time zero';

/** A group that is known only after time zero can't head a Kaplan-Meier plot: who was to get there had to live so long. */
function guardTime(by: string, { known }: Grouping, naive: boolean): void {
  if (known === undefined || naive) return;
  throw new SignetError(
    'group-known-later',
    `${by} becomes known only at ${known}, after time zero: its members had to live until then, so that curves by it flatter them (immortal time)`,
    {
      place: { pointer: '/by' },
      remedy:
        'Ask with "naive": true for the naive comparison, which is stamped as such; or compare by something known at time zero.',
    },
  );
}

/** Endpoint, groups, and the patients for whom both are known; `timed` are those whose endpoint is. */
function choose(frame: CohortFrame, request: SurvivalRequest) {
  const endpoint = frame.endpoint(request.endpoint, '/endpoint');
  const grouping = request.by === undefined ? undefined : groupingOf(frame, request.by, '/by');
  if (grouping && request.by !== undefined) guardTime(request.by, grouping, request.naive);
  const timed = withEndpoint(select(frame, request.where), endpoint);
  if (grouping === undefined) return { endpoint, grouping, timed, selection: timed };
  const unknown = { reason: `without ${grouping.title}`, columns: grouping.columns, pointer: '/by' };
  return { endpoint, grouping, timed, selection: leaveOut(timed, unknown, (row) => grouping.codes[row]! < 0) };
}

function compareBy(by: string, grouping: Grouping, rows: Int32Array, f: FollowUp, level: number): Compared {
  const { groups, empty } = membersOf(grouping, rows);
  const comparison = groups.labels.length > 1 ? compare(f, groups, level) : undefined;
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

/** Those left out for an unknown group, whose endpoint is known, beside those analysed. */
function leftOutTable(analysed: Curve, leftOut: FollowUp, request: SurvivalRequest): ResultTable {
  const curves = [
    { ...analysed, label: 'Analysed' },
    { ...wholeCurve(leftOut, request), label: 'Left out' },
  ];
  return {
    ...medianTable(curves, 'Patients'),
    id: 'left-out',
    title: 'Patients left out for an unknown group, beside those analysed',
  };
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
  ],
  request: SurvivalRequest,

  run(frame: CohortFrame, request: SurvivalRequest, progress): Findings {
    progress.stage('choosing patients', 0.1);
    const { endpoint, grouping, timed, selection } = choose(frame, request);
    const f = followUpOf(endpoint, selection.rows);

    progress.stopped();
    progress.stage('curves and tests', 0.4);
    const compared =
      grouping && request.by !== undefined
        ? compareBy(request.by, grouping, selection.rows, f, request.level)
        : undefined;
    const whole = wholeCurve(f, request);
    const curves = curvesOf(whole, f, compared, request);
    const told = curves.length > 1 ? [whole, ...curves] : curves;

    progress.stopped();
    progress.stage('tables and figures', 0.8);
    const name = endpointTitle(endpoint.name);
    const by = grouping ? ` by ${grouping.title}` : '';
    const where = request.where === undefined ? '' : `, where ${request.where}`;
    const title = `${name}${by}${where}`;
    const head = grouping?.title ?? 'Patients';
    const later = request.where === undefined ? undefined : laterBy(frame, request.where);
    const { groups, comparison } = compared ?? {};
    return {
      title,
      method: methodOf(request, compared),
      citations: citationsOf(compared),
      counts: countsOf(frame, selection, eventsIn(f)),
      assumptions: assumptionsOf(compared),
      warnings: warningsOf(endpoint.name, f, compared, later),
      tables: [
        medianTable(told, head),
        survivalAtTable(
          told,
          [...new Set(request.times)].sort((a, b) => a - b),
          head,
        ),
        ...(groups && comparison ? [testTable(comparison), hazardRatioTable(groups, comparison, head)] : []),
        ...(grouping && timed.rows.length > selection.rows.length
          ? [
              leftOutTable(
                whole,
                followUpOf(
                  endpoint,
                  timed.rows.filter((row) => grouping.codes[row]! < 0),
                ),
                request,
              ),
            ]
          : []),
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
