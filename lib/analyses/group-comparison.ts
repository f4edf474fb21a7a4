import * as z from 'zod';
import type { CohortFrame } from '../cohort/index.ts';
import type { Findings, ForestFigure, ResultColumn, ResultTable } from '../result/index.ts';
import { ADJUSTMENTS, type Adjustment, adjust } from '../stats/index.ts';
import type { Analysis } from './analysis.ts';
import { CITATION } from './citations.ts';
import { type Characteristic, characteristicOf, groupKeys, verdictCells } from './comparison-rows.ts';
import { citationsOf, methodOf, warningsOf } from './comparison-words.ts';
import { covariateOf } from './covariate.ts';
import { groupingOf, laterBy } from './grouping.ts';
import { membersOf } from './members.ts';
import { Expression, PART } from './request-parts.ts';
import { countsOf, leaveOut, select, subgroupLater } from './selection.ts';
import type { Groups } from './survival-curves.ts';

const SUMMARIES = ['median', 'mean', 'both'] as const;

const GroupComparisonRequest = z
  .strictObject({
    analysis: z.literal('group-comparison'),
    by: Expression.optional().meta({
      description:
        'What to compare: a group, a boolean or category variable, or an expression; without it all are described',
    }),
    variables: z
      .array(
        z.union([
          Expression,
          z.strictObject({
            of: Expression,
            as: z.enum(['number', 'levels']).optional().meta({ description: 'How a number is described' }),
            summary: z.enum(SUMMARIES).optional().meta({ description: 'Of this number, else that of the request' }),
          }),
        ]),
      )
      .min(1)
      .max(200)
      .meta({ description: 'What the groups are compared in: numbers, booleans, categories, groups or expressions' }),
    where: PART.where,
    sensitivity: PART.sensitivity,
    summary: z.enum(SUMMARIES).default('median').meta({
      description: 'How numbers are shown and tested: medians by ranks, or means; both are tested by ranks',
    }),
    adjustment: z
      .enum(ADJUSTMENTS as [Adjustment, ...Adjustment[]])
      .optional()
      .meta({ description: 'Adjusts p values for the number of variables' }),
  })
  .meta({ id: 'GroupComparisonRequest' });
export type GroupComparisonRequest = z.infer<typeof GroupComparisonRequest>;

/** A standardised difference beyond this is usually called an imbalance. */
const IMBALANCE = 0.1;

function choose(frame: CohortFrame, { by, where }: GroupComparisonRequest) {
  const chosen = select(frame, where);
  if (by === undefined) {
    const groups: Groups = { labels: ['All patients'], codes: new Int32Array(chosen.rows.length) };
    return { title: undefined, selection: chosen, groups, empty: [] };
  }
  const grouping = groupingOf(frame, by, '/by');
  const unknown = { reason: `without ${grouping.title}`, columns: grouping.columns, pointer: '/by' };
  const selection = leaveOut(chosen, unknown, (row) => grouping.codes[row]! < 0);
  return { title: grouping.title, selection, ...membersOf(grouping, selection.rows) };
}

function tableOf(
  characteristics: readonly Characteristic[],
  groups: Groups,
  adjusted: Float64Array | undefined,
): ResultTable {
  const compared = groups.labels.length > 1;
  const sizes = groups.labels.map((_, g) => groups.codes.reduce((sum, code) => sum + (code === g ? 1 : 0), 0));
  const heads = [`All (n = ${groups.codes.length})`, ...groups.labels.map((label, g) => `${label} (n = ${sizes[g]})`)];
  const keys = groupKeys(groups);
  const columns: ResultColumn[] = [
    { key: 'variable', label: 'Variable', format: 'text' },
    { key: 'level', label: 'Level', format: 'text' },
    ...keys
      .slice(0, compared ? keys.length : 1)
      .map((key, k): ResultColumn => ({ key, label: heads[k]!, format: 'text' })),
    ...(compared
      ? ([
          { key: 'p', label: 'p', format: 'p', why: 'p_why' },
          ...(adjusted
            ? [{ key: 'adjusted_p', label: 'Adjusted p', format: 'p', why: 'adjusted_p_why' } as const]
            : []),
          { key: 'test', label: 'Test', format: 'text' },
          { key: 'difference', label: 'Standardised difference', format: 'number', why: 'difference_why' },
        ] as const)
      : []),
  ];
  const rows = characteristics.flatMap((each, c) =>
    each.rows.map((row, i) => (i > 0 || !compared ? row : { ...row, ...verdictCells(each, adjusted?.[c]) })),
  );
  return {
    id: 'characteristics',
    title: compared ? 'Characteristics of the groups' : 'Characteristics of the patients',
    columns,
    rows: compared
      ? rows
      : rows.map((row) => Object.fromEntries(Object.entries(row).filter(([key]) => !key.startsWith('group_')))),
    notes: [
      'Percentages are of those with a value; who has none is counted in a row of its own.',
      ...(compared ? footnotes(characteristics) : []),
      ...(groups.labels.length > 2 ? ['The standardised difference is the largest between any two groups.'] : []),
    ],
  };
}

/** Which test was used for what. */
function footnotes(characteristics: readonly Characteristic[]): string[] {
  const tested = Map.groupBy(
    characteristics.filter(({ test }) => test.name !== ''),
    ({ test }) => test.name,
  );
  return [...tested].map(([name, of]) => `${name}: ${of.map(({ title }) => title).join('; ')}.`);
}

function figureOf(characteristics: readonly Characteristic[], title: string): ForestFigure[] {
  const shown = characteristics.filter(({ difference }) => Number.isFinite(difference.difference));
  if (shown.length === 0) return [];
  const rows = [...shown]
    .sort((a, b) => b.difference.difference - a.difference.difference)
    .map(({ title: label, difference: { difference } }) => ({
      label,
      n: '',
      estimate: difference,
      low: null,
      high: null,
      text: difference.toFixed(2),
    }));
  const beyond = rows.filter(({ estimate }) => estimate > IMBALANCE).length;
  return [
    {
      kind: 'forest',
      id: 'differences',
      title: `${title}: standardised differences`,
      alt: `Standardised differences of ${rows.length} variables, largest first. ${title}. ${rows
        .slice(0, 5)
        .map(({ label, text }) => `${label} ${text}`)
        .join('; ')}. ${beyond} are beyond ${IMBALANCE}.`,
      xLabel: `Standardised difference (beyond ${IMBALANCE}: imbalance)`,
      rows,
      scale: 'linear',
    },
  ];
}

/** Characteristics of patients by group: a paper's first table. Yardstick: wilcox.test, t.test, kruskal.test, oneway.test, chisq.test, fisher.test; tableone. */
export const groupComparison: Analysis<GroupComparisonRequest> = {
  name: 'group-comparison',
  says: 'Characteristics of the patients by group (Table 1), each compared by the test that fits it, with standardised differences.',
  citations: [
    CITATION.wilcoxon,
    CITATION.kruskal,
    CITATION.welch,
    CITATION.pearson,
    CITATION.fisher,
    CITATION.standardised,
    CITATION.standardisedShares,
    ...ADJUSTMENTS.map((name) => CITATION[name]),
  ],
  request: GroupComparisonRequest,

  run(frame, request, progress): Findings {
    progress.stage('choosing patients', 0.1);
    const { title: by, selection, groups, empty } = choose(frame, request);
    const characteristics = request.variables.map((asked, i) => {
      progress.stopped();
      progress.stage('comparing', 0.1 + (0.8 * i) / request.variables.length);
      const { summary = request.summary, ...details } = typeof asked === 'string' ? { of: asked } : asked;
      const pointer = typeof asked === 'string' ? `/variables/${i}` : `/variables/${i}/of`;
      return characteristicOf(covariateOf(frame, details, pointer), summary, selection.rows, groups);
    });
    const compared = groups.labels.length > 1;
    const p = Float64Array.from(characteristics, ({ test }) => test.p);
    const adjusted = request.adjustment === undefined ? undefined : adjust(p, request.adjustment);
    const where = request.where === undefined ? '' : `, where ${request.where}`;
    const title = `${by === undefined ? 'Characteristics of the patients' : `Characteristics by ${by}`}${where}`;
    const tested = p.filter((value) => !Number.isNaN(value)).length;
    return {
      title,
      method: methodOf(request, compared, groups.labels.length, tested),
      citations: compared ? citationsOf(characteristics, request.adjustment) : [],
      counts: countsOf(frame, selection, null),
      assumptions: [],
      warnings: [
        ...subgroupLater(request.where, request.where === undefined ? undefined : laterBy(frame, request.where)),
        ...warningsOf(request.by, groups, empty, characteristics),
      ],
      tables: [tableOf(characteristics, groups, adjusted)],
      figures: compared ? figureOf(characteristics, title) : [],
    };
  },
};
