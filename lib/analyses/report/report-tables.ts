import type { ReportPart, ResultTable } from '../../result/index.ts';

type Row = ResultTable['rows'][number];

function primaryRow({ id, item, sensitivity, findings, refused }: ReportPart): Row {
  const primary = findings?.primary;
  return {
    analysis: sensitivity?.id ?? item,
    says: sensitivity?.says ?? 'as planned',
    estimates: primary?.says ?? null,
    n: primary?.n ?? findings?.counts.used ?? null,
    events: primary?.events ?? findings?.counts.events ?? null,
    estimate: primary?.estimate ?? null,
    low: primary?.low ?? null,
    high: primary?.high ?? null,
    p: primary?.p ?? null,
    why: refused?.says ?? primary?.why ?? (primary === undefined ? 'has no single estimate' : ''),
    part: id,
  };
}

/** The primary analysis as planned and under each sensitivity: patients, events and the one estimate. Undefined where nothing is varied. */
export function sensitivityTable(parts: readonly ReportPart[], primary: string | undefined): ResultTable | undefined {
  const rows = parts.filter(({ item }) => item === primary);
  if (rows.length < 2) return undefined;
  const estimate = rows.find(({ findings }) => findings?.primary)?.findings?.primary;
  return {
    id: 'sensitivity',
    title: `Sensitivity of the primary analysis (${primary})${estimate ? `: ${estimate.says}` : ''}`,
    columns: [
      { key: 'analysis', label: 'Analysis', format: 'text' },
      { key: 'says', label: 'What differs', format: 'text' },
      { key: 'n', label: 'Patients', format: 'count' },
      { key: 'events', label: 'Events', format: 'count' },
      {
        key: 'estimate',
        label: 'Estimate',
        format: estimate?.format ?? 'number',
        low: 'low',
        high: 'high',
        why: 'why',
      },
      { key: 'p', label: 'p', format: 'p' },
    ],
    rows: rows.map(primaryRow),
    notes: ['Each line is an analysis of its own, over the patients that its criteria let in.'],
  };
}

/** What was asked and could not be answered, with the reason; undefined where all was. */
export function unansweredTable(parts: readonly ReportPart[]): ResultTable | undefined {
  const rows = parts.flatMap(({ id, analysis, refused }) =>
    refused === null ? [] : [{ part: id, analysis, code: refused.code, says: refused.says, pointer: refused.pointer }],
  );
  if (rows.length === 0) return undefined;
  return {
    id: 'unanswered',
    title: 'Analyses of the plan that these data do not allow',
    columns: [
      { key: 'part', label: 'Item', format: 'text' },
      { key: 'analysis', label: 'Analysis', format: 'text' },
      { key: 'says', label: 'Why', format: 'text' },
      { key: 'pointer', label: 'Part of the request', format: 'text' },
    ],
    rows,
    notes: [],
  };
}

/** A line an item of the plan: what it is, how many patients and events it has. */
export function contentsTable(parts: readonly ReportPart[]): ResultTable {
  return {
    id: 'contents',
    title: 'Items of the plan',
    columns: [
      { key: 'part', label: 'Item', format: 'text' },
      { key: 'title', label: 'What it is', format: 'text' },
      { key: 'n', label: 'Patients', format: 'count', why: 'why' },
      { key: 'events', label: 'Events', format: 'count' },
    ],
    rows: parts
      .filter(({ sensitivity }) => sensitivity === undefined)
      .map(({ id, analysis, findings }) => ({
        part: id,
        title: findings?.title ?? analysis,
        n: findings?.counts.used ?? null,
        events: findings?.counts.events ?? null,
        why: findings === null ? 'not answered' : '',
      })),
    notes: [],
  };
}
