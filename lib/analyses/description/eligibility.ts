import * as z from 'zod';
import type { CohortFrame, Eligibility } from '../../cohort/index.ts';
import type { Findings, FlowFigure, ResultTable } from '../../result/index.ts';
import type { Analysis } from '../parts/analysis.ts';
import { CITATION } from '../parts/citations.ts';
import { groupingOf } from '../parts/grouping.ts';
import { Expression, PART } from '../parts/request-parts.ts';

const EligibilityRequest = z
  .strictObject({
    analysis: z.literal('eligibility'),
    by: Expression.optional().meta({
      description: 'Groups that those who are analysed divide into, at the foot of the flow',
    }),
    sensitivity: PART.sensitivity,
  })
  .meta({ id: 'EligibilityRequest' });
type EligibilityRequest = z.infer<typeof EligibilityRequest>;

interface Part {
  readonly label: string;
  readonly n: number;
}

type Step = Eligibility['steps'][number];

/** The rules that set patients apart, each with how many it did. */
function byRule({ apart = [] }: Eligibility): Part[] {
  const counts = new Map<string, number>();
  for (const { rule } of apart) counts.set(rule, (counts.get(rule) ?? 0) + 1);
  return [...counts].map(([label, n]) => ({ label, n })).sort((a, b) => b.n - a.n || (a.label < b.label ? -1 : 1));
}

function reasonsAt(step: Step, eligibility: Eligibility): Part[] {
  if (step.cel === undefined) return byRule(eligibility);
  return [
    { label: 'not met', n: step.no },
    { label: 'not recorded', n: step.notRecorded },
  ].filter(({ n }) => n > 0);
}

function groupsOf(frame: CohortFrame, { eligible }: Eligibility, by: string | undefined): Part[] {
  if (by === undefined) return [];
  const { labels, codes } = groupingOf(frame, by, '/by');
  const count = (code: number): number => eligible.filter((row) => codes[row] === code).length;
  const unknown = count(-1);
  return [
    ...labels.map((label, code) => ({ label, n: count(code) })),
    ...(unknown === 0 ? [] : [{ label: `${by} not known`, n: unknown }]),
  ];
}

function flowTable({ steps }: Eligibility, came: number): ResultTable {
  return {
    id: 'flow',
    title: 'From who came to who is analysed',
    columns: [
      { key: 'step', label: 'Step', format: 'text' },
      { key: 'says', label: 'Criterion', format: 'text' },
      { key: 'no', label: 'Left, not met', format: 'count' },
      { key: 'notRecorded', label: 'Left, not recorded', format: 'count' },
      { key: 'remaining', label: 'Remaining', format: 'count' },
    ],
    rows: [
      { step: '', says: 'All patients', no: null, notRecorded: null, remaining: came },
      ...steps.map(({ id, says, no, notRecorded, remaining, cel }) => ({
        step: id,
        says,
        no,
        notRecorded,
        remaining,
        cel: cel ?? null,
      })),
    ],
    notes: ['A patient leaves at the first step that is not true of her, and is counted there alone.'],
  };
}

function partsTable(id: string, title: string, label: string, parts: readonly Part[]): ResultTable[] {
  if (parts.length === 0) return [];
  return [
    {
      id,
      title,
      columns: [
        { key: 'label', label, format: 'text' },
        { key: 'patients', label: 'Patients', format: 'count' },
      ],
      rows: parts.map(({ label: of, n }) => ({ label: of, patients: n })),
      notes: [],
    },
  ];
}

function flowFigure(frame: CohortFrame, eligibility: Eligibility, came: number, groups: readonly Part[]): FlowFigure {
  const { steps, eligible } = eligibility;
  const left = steps
    .filter(({ no, notRecorded }) => no + notRecorded > 0)
    .map(({ id, says, no, notRecorded }) => `${no + notRecorded} at step ${id}, ${says}`);
  const divided = groups.map(({ label, n }) => `${n} ${label}`).join(', ');
  return {
    kind: 'flow',
    id: 'flow',
    title: `Flow of patients: ${frame.title}`,
    alt: `Flow diagram: of ${came} patients ${eligible.length} are analysed${divided && ` (${divided})`}. ${left.length === 0 ? 'Nobody left.' : `Left: ${left.join('; ')}.`}`,
    start: { label: 'All patients', n: came },
    steps: steps.map((step) => ({
      label: `${step.id}. ${step.says}`,
      left: reasonsAt(step, eligibility),
      remaining: step.remaining,
    })),
    end: { label: 'Analysed', n: eligible.length },
    groups: [...groups],
  };
}

function methodOf({ steps, apart }: Eligibility, criteria: number): string[] {
  return [
    criteria === 0
      ? 'The definition of the cohort has no criteria of eligibility: every patient is analysed.'
      : `Eligibility was judged by ${criteria} ${criteria === 1 ? 'criterion' : 'criteria'} of the definition in their order (${steps.flatMap(({ id, cel }) => (cel === undefined ? [] : [id])).join(', ')}). A patient leaves at the first that is not true of her: as not met where it is false, as not recorded where what it asks is not known.`,
    ...(apart
      ? [
          'Before them stand the patients whom validation set apart: all their rows were wrong, or contradicted one another.',
        ]
      : []),
    'The flow is drawn as STROBE asks.',
  ];
}

/** Who of those that were uploaded is analysed, and at which step, and why, the others left. */
export const eligibility: Analysis<EligibilityRequest> = {
  name: 'eligibility',
  says: "The flow from who was uploaded to who is analysed: who left at each of the definition's criteria, as not met or not recorded.",
  citations: [CITATION.strobe],
  request: EligibilityRequest,
  run(frame, { by }): Findings {
    const judged = frame.eligibility();
    const { steps, eligible } = judged;
    const came = frame.rows + (judged.apart?.length ?? 0);
    const groups = groupsOf(frame, judged, by);
    const criteria = steps.filter(({ cel }) => cel !== undefined);
    return {
      title: 'Eligibility',
      method: methodOf(judged, criteria.length),
      citations: [CITATION.strobe],
      counts: {
        patients: frame.rows,
        used: eligible.length,
        events: null,
        excluded: criteria.flatMap(({ id, says, no, notRecorded, columns }) =>
          no + notRecorded === 0
            ? []
            : [{ reason: `at step ${id}: ${says}`, columns: [...columns], patients: no + notRecorded }],
        ),
      },
      assumptions: [],
      warnings:
        eligible.length > 0
          ? []
          : [{ code: 'nobody-eligible', says: 'Nobody meets all criteria: there is nobody to analyse.' }],
      tables: [
        flowTable(judged, came),
        ...partsTable('set-apart', 'Patients set apart by validation', 'Rule', byRule(judged)),
        ...partsTable('groups', 'Who is analysed', 'Group', groups),
      ],
      figures: [flowFigure(frame, judged, came, groups)],
    };
  },
};
