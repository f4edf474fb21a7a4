import * as z from 'zod';
import type { CohortFrame } from '../../cohort/index.ts';
import { ADJUSTMENTS, type Adjustment } from '../../stats/index.ts';
import { membersOf } from '../curves/members.ts';
import type { Groups } from '../curves/survival-curves.ts';
import type { Progress } from '../parts/analysis.ts';
import { covariateOf } from '../parts/covariate.ts';
import { groupingOf } from '../parts/grouping.ts';
import { Expression, PART } from '../parts/request-parts.ts';
import { leaveOut, type Selection, select } from '../parts/selection.ts';
import { membersIn } from '../parts/variable-sets.ts';
import { type Characteristic, characteristicOf } from './comparison-rows.ts';
import { LEVEL_TESTS, type LevelTest } from './comparison-tests.ts';

const SUMMARIES = ['median', 'mean', 'both'] as const;

const Described = z.union([
  Expression,
  z.strictObject({
    of: Expression,
    as: z.enum(['number', 'levels']).optional().meta({ description: 'How a number is described' }),
    summary: z.enum(SUMMARIES).optional().meta({ description: 'Of this number, else that of the request' }),
  }),
]);
type Described = z.infer<typeof Described>;

/** What a description of patients by group asks, whatever its table is called. */
export const COMPARISON = {
  by: Expression.optional().meta({
    description:
      'What to compare: a group, a boolean or category variable, or an expression; without it all are described',
  }),
  variables: z.union([Expression, z.array(Described).min(1).max(200)]).meta({
    description:
      "What the groups are compared in: a set of the definition's plan by its name, or a list of numbers, booleans, categories, groups, expressions and names of sets",
  }),
  where: PART.where,
  sensitivity: PART.sensitivity,
  summary: z.enum(SUMMARIES).default('median').meta({
    description: 'How numbers are shown and tested: medians by ranks, or means; both are tested by ranks',
  }),
  levelTest: z.enum(LEVEL_TESTS).default('auto').meta({
    description:
      "How levels are tested: Pearson's test, or Fisher's where an expected count is under 5; or always the one named, yates with the correction where two levels meet two groups",
  }),
  adjustment: z
    .enum(ADJUSTMENTS as [Adjustment, ...Adjustment[]])
    .optional()
    .meta({ description: 'Adjusts p values for the number of variables' }),
  level: PART.level,
};

/** A request of {@link COMPARISON}, with its defaults. */
export interface ComparisonRequest {
  readonly by?: string | undefined;
  readonly variables: string | readonly Described[];
  readonly where?: string | undefined;
  readonly summary: (typeof SUMMARIES)[number];
  readonly levelTest: LevelTest;
  readonly level: number;
}

/** Who is described, in which groups, and what they are like. */
export interface Compared {
  /** Title of what groups them. */
  readonly by: string | undefined;
  readonly selection: Selection;
  readonly groups: Groups;
  /** Labels of groups without a patient. */
  readonly empty: readonly string[];
  readonly characteristics: readonly Characteristic[];
}

/** Who is described, in which groups. Throws `nothing-to-analyse`, and what groups throw. */
export function chooseCompared(
  frame: CohortFrame,
  { by, where }: Pick<ComparisonRequest, 'by' | 'where'>,
): Omit<Compared, 'characteristics'> {
  const chosen = select(frame, where);
  if (by === undefined) {
    const groups: Groups = { labels: ['All patients'], codes: new Int32Array(chosen.rows.length) };
    return { by: undefined, selection: chosen, groups, empty: [] };
  }
  const grouping = groupingOf(frame, by, '/by');
  const unknown = { reason: `without ${grouping.title}`, columns: grouping.columns, pointer: '/by' };
  const selection = leaveOut(chosen, unknown, (row) => grouping.codes[row]! < 0);
  return { by: grouping.title, selection, ...membersOf(grouping, selection.rows) };
}

/** What a request describes, each with the summary it asks for. Throws `unknown-set`, and, when a variable is taken, what covariates throw. */
export function describedVariables(frame: CohortFrame, request: Pick<ComparisonRequest, 'variables' | 'summary'>) {
  return membersIn<Described>(frame, request.variables, '/variables').map(({ asked, pointer }) => {
    const { summary = request.summary, ...details } = typeof asked === 'string' ? { of: asked } : asked;
    const at = typeof asked === 'string' ? pointer : `${pointer}/of`;
    return { summary, covariate: () => covariateOf(frame, details, at) };
  });
}

/** Describes and tests every variable. Throws `nothing-to-analyse`, `unknown-set`, and what groups and covariates throw. */
export function compareGroups(frame: CohortFrame, request: ComparisonRequest, progress: Progress): Compared {
  progress.stage('choosing patients', 0.1);
  const chosen = chooseCompared(frame, request);
  const variables = describedVariables(frame, request);
  const characteristics = variables.map(({ covariate, summary }, i) => {
    progress.stopped();
    progress.stage('comparing', 0.1 + (0.8 * i) / variables.length);
    const { selection, groups } = chosen;
    const { levelTest, level } = request;
    return characteristicOf(covariate(), { summary, levelTest, level }, selection.rows, groups);
  });
  return { ...chosen, characteristics };
}
