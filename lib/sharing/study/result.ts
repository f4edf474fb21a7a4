import { digestOf } from '../../base/index.ts';
import type { Findings, ResultTable } from '../../result/index.ts';
import type { Attestation } from '../documents.ts';
import { columnsOfWithheld, type Withheld } from './losses.ts';
import { pooledCurves } from './pooled/curves.ts';
import { pooledDescription } from './pooled/described.ts';
import { pooledModel } from './pooled/model.ts';
import { NOTHING, type Part, type Pooling } from './pooled/part.ts';
import { pooledOdds, pooledScores, pooledTest } from './pooled/tests.ts';
import type { Finished, Progress } from './progress.ts';
import { isModel, methodsOf } from './protocol.ts';
import type { StudyRecord } from './read.ts';

/** What all sites derive alike from the signed answers. */
export interface StudyResult {
  /** Digest of protocol, answers in their order, and versions of methods. */
  readonly id: string;
  /** Digests of the answers it rests on. */
  readonly answers: readonly string[];
  readonly numbers: Attestation['numbers'];
  readonly findings: Findings;
}

/** Derives the result of what is finished. Sums run in the order of the sites. */
export function resultOf(record: StudyRecord, progress: Progress): StudyResult {
  const { protocol, study } = record;
  const patients = new Map([...record.approvals].map(([site, { document }]): [string, number] => [site, document.n]));
  const pooling: Pooling = { codebook: record.codebook, patients };
  const parts = progress.finished.map((finished) => ({ finished, part: partOf(finished, pooling) }));
  const numbers = Object.assign({}, ...parts.map(({ part }) => part.numbers)) as Attestation['numbers'];
  return {
    id: digestOf({ protocol: study, answers: [...progress.answers], methods: methodsOf(protocol) }),
    answers: progress.answers,
    numbers,
    findings: findingsOf(
      record,
      progress,
      parts.map(({ part }) => part),
      numbers,
    ),
  };
}

function pooled(finished: Finished, pooling: Pooling): Part {
  const { analysis } = finished;
  if (isModel(analysis)) return pooledModel(finished, analysis, pooling);
  switch (analysis.method) {
    case 'log-rank/1':
      return pooledTest(finished, analysis, pooling);
    case 'mantel-haenszel/1':
      return pooledOdds(finished, analysis);
    case 'kaplan-meier/1':
      return pooledCurves(finished, analysis, pooling);
    case 'table-one/1':
      return pooledDescription(finished, analysis, pooling);
    case 'gene-scores/1':
      return pooledScores(finished, analysis);
  }
}

/** What the sites sent of an analysis as a part of the result. Numbers that somebody made up must not keep the rest from its readers. */
function partOf(finished: Finished, pooling: Pooling): Part {
  const says = `${finished.analysis.id}: what the sites sent comes to no numbers.`;
  const none: Part = { ...NOTHING, warnings: [{ code: 'no-numbers', says }] };
  try {
    const part = pooled(finished, pooling);
    return isWritable(part) ? part : none;
  } catch (error) {
    if (error instanceof RangeError || error instanceof TypeError) return none;
    throw error;
  }
}

function isWritable(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || value === null) return true;
  return Object.values(value).every(isWritable);
}

function findingsOf(
  record: StudyRecord,
  progress: Progress,
  parts: readonly Part[],
  numbers: Attestation['numbers'],
): Findings {
  const { protocol, approvals } = record;
  const isUsed = (site: string): boolean =>
    !progress.gone.has(site) || progress.finished.some(({ sites }) => sites.includes(site));
  const used = [...approvals].filter(([site]) => isUsed(site));
  const lost = [...approvals].filter(([site]) => !isUsed(site)).sort(([a], [b]) => (a < b ? -1 : 1));
  const patients = [...approvals.values()].reduce((sum, { document }) => sum + document.n, 0);
  const events = progress.finished.flatMap(({ analysis }) => {
    const own = numbers[`${analysis.id}.events`];
    return isModel(analysis) && typeof own === 'number' ? [own] : [];
  });
  return {
    title: protocol.title,
    method: [
      `Sites: ${used.map(([site]) => site).join(', ')}. No row left a site: each sent signed sums, and every site combined the same.`,
      `Cells are of ${protocol.thresholds.k} patients or more.`,
      ...new Set(parts.flatMap(({ method }) => method)),
    ],
    citations: [...new Set(parts.flatMap(({ citations }) => citations))],
    counts: {
      patients,
      used: used.reduce((sum, [, { document }]) => sum + document.n, 0),
      events: events[0] === undefined ? null : Math.round(events[0]),
      excluded: lost.map(([site, { document }]) => ({
        reason: `of ${site}, which is in none of it: ${progress.gone.get(site)}`,
        columns: [],
        patients: document.n,
      })),
    },
    assumptions: [{ id: 'duplicates', says: `A patient known to two sites counts at one: ${protocol.duplicates}.` }],
    warnings: [
      ...(protocol.waivers ?? []).map(({ rule, says }) => ({
        code: 'waived',
        says: `The rule ${rule} was lifted: ${says}`,
      })),
      ...[...approvals]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .flatMap(([site, { document }]) =>
          (document.waivers ?? []).map(({ rule, says }) => ({
            code: 'waived',
            says: `${site} lifted the rule ${rule}: ${says}`,
          })),
        ),
      ...parts.flatMap(({ warnings }) => warnings),
      ...[...progress.dropped].map(([id, why]) => ({ code: 'not-finished', says: `${id}: ${why}.` })),
      ...[...progress.gone].map(([site, why]) => ({
        code: 'without',
        says: `${site} is ${isUsed(site) ? 'not in all of it' : 'in none of it'}: ${why}.`,
      })),
    ],
    tables: [
      sitesTable(record, progress),
      ...parts.flatMap(({ tables }) => tables),
      ...withheldTable(record, progress),
    ],
    figures: parts.flatMap(({ figures }) => [...figures]),
  };
}

function sitesTable({ approvals, protocol }: StudyRecord, { gone }: Progress): ResultTable {
  return {
    id: 'sites',
    title: 'Sites',
    columns: [
      { key: 'site', label: 'Site', format: 'text' },
      { key: 'n', label: 'Patients', format: 'count' },
      { key: 'left', label: 'Not complete', format: 'count', why: 'left_why' },
      { key: 'until', label: 'Took part', format: 'text' },
    ],
    rows: [...approvals]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([site, { document }]) => ({
        site,
        n: document.n,
        left: document.left,
        left_why: document.left === null ? `fewer than ${protocol.thresholds.k}` : '',
        until: gone.has(site) ? `until it was ${gone.get(site)}` : 'throughout',
      })),
    notes: [],
  };
}

/** What rules held back, by site. */
function withheldTable({ answers }: StudyRecord, progress: Progress): ResultTable[] {
  const used = new Set(progress.answers);
  const rows: Withheld[] = answers
    .filter(({ digest }) => used.has(digest))
    .flatMap(({ document }) => document.withheld.map(({ what, rule }) => ({ site: document.site, what, rule })))
    .sort((a, b) => (`${a.site} ${a.what}` < `${b.site} ${b.what}` ? -1 : 1));
  return rows.length === 0 ? [] : [columnsOfWithheld(rows)];
}
