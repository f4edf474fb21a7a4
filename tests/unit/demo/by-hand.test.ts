import { readdirSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { conversionStudy } from '../../../demo/crlm-synthetic/frame.ts';
import { DAYS_PER_MONTH, isoDate } from '../../../lib/base/index.ts';
import type { CohortFrame, Column } from '../../../lib/cohort/index.ts';
import { keyOf, throughIngestion } from './reading.ts';

const FOLDER = new URL('../../fixtures/by-hand/', import.meta.url);

/** A line of a cohort's verdicts. */
interface Verdict {
  readonly patient: string;
  readonly asks: string;
  readonly comesTo: string;
}

function verdictsOf(cohort: string): readonly Verdict[] {
  const lines = readFileSync(new URL(`${cohort}/verdicts.md`, FOLDER), 'utf8').split('\n');
  const cells = lines.flatMap((line) => (line.startsWith('| ') ? [line.split('|').map((cell) => cell.trim())] : []));
  return cells.slice(2).map(([, patient, asks, comesTo]) => ({ patient: patient!, asks: asks!, comesTo: comesTo! }));
}

/** The files of a cohort by the keys that the definition knows; the panels are all cohorts'. */
function filesOf(cohort: string): Record<string, string> {
  const files: Record<string, string> = {};
  for (const folder of [cohort, 'panels'])
    for (const name of readdirSync(new URL(`${folder}/`, FOLDER)))
      if (name !== 'verdicts.md') {
        const key = folder === 'panels' ? `panels/${name}` : name === 'clinical.csv' ? 'clinical.xlsx' : name;
        files[key] = readFileSync(new URL(`${folder}/${name}`, FOLDER), 'utf8');
      }
  return files;
}

type Read = Awaited<ReturnType<typeof throughIngestion>>;

/** What is found of a patient, in the words of the verdicts. */
function answer({ frame, problems, tables }: Read, { patient, asks }: Verdict): string {
  const [, sensitivity, question = ''] = /^(?:(S\d+) )?(.*)$/.exec(asks)!;
  const [, what, name = '', line] = /^(endpoint|entry|group|told) (\S+)(?: (\d+))?$/.exec(question) ?? [];
  const of = sensitivity === undefined ? frame : frame.under(sensitivity);
  const keys = tables.patients.columns.get('patient')!;
  const row = keys.type === 'text' ? keys.values.indexOf(keyOf(patient)) : -1;
  switch (what) {
    case 'told': {
      const file = name === 'clinical.csv' ? 'clinical.xlsx' : name;
      const rules = problems.filter((problem) => problem.file === file && problem.line === Number(line));
      return (
        rules
          .map(({ rule }) => rule)
          .sort()
          .join(', ') || 'nothing'
      );
    }
    case 'group': {
      const { labels, codes } = of.group(name, '/by');
      return labels[codes[row]!] ?? 'open';
    }
    case 'entry':
      return `${days(of.endpoint(name, '/endpoint').entry!.time[row]!)} days`;
    case 'endpoint':
      return endpointOf(of, name, row);
    default:
      return textOf(of.evaluate(question, '/asks'), row);
  }
}

function days(months: number): number {
  return Math.round(months * DAYS_PER_MONTH);
}

function endpointOf(frame: CohortFrame, name: string, row: number): string {
  const { time, event, competing } = frame.endpoint(name, '/endpoint');
  if (Number.isNaN(time[row]!)) return 'absent';
  const how = event[row] === 1 ? 'event' : (competing?.cause[row] ?? 0) > 0 ? 'competing' : 'no event';
  return `${days(time[row]!)} days, ${how}`;
}

function textOf(column: Column, row: number): string {
  switch (column.type) {
    case 'boolean':
      return ['false', 'true', 'missing'][column.values[row]!]!;
    case 'category':
      return column.levels[column.codes[row]!] ?? 'missing';
    case 'text':
      return column.values[row] ?? 'missing';
    case 'date':
      return Number.isNaN(column.values[row]!) ? 'missing' : isoDate(column.values[row]!);
    case 'number':
      return Number.isNaN(column.values[row]!) ? 'missing' : String(Number(column.values[row]!.toPrecision(12)));
  }
}

describe.each(['scores', 'endpoints', 'genes', 'segments', 'operations', 'warnings'])('By hand, %s', (cohort) => {
  let read: Read;
  beforeAll(async () => {
    read = await throughIngestion(conversionStudy(), filesOf(cohort));
  });

  it.each(verdictsOf(cohort))('$patient: $asks comes to $comesTo', (verdict) => {
    expect(answer(read, verdict)).toBe(verdict.comesTo);
  });
});
