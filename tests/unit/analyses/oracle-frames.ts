import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { CohortFrame } from '../../../lib/cohort/index.ts';
import { tableFrame } from './asking.ts';

const DATA = path.join(import.meta.dirname, '../../oracles/data');

/** A case of the oracle file: what R was asked of which data, and what it answered. */
export interface OracleCase {
  readonly id: string;
  readonly family: string;
  readonly data: string;
  readonly tol: number;
  readonly spec: {
    readonly covariates: readonly string[];
    readonly time: string;
    readonly event: string;
    readonly outcome: string;
    readonly start?: string | null;
    readonly strata?: string | null;
    readonly weights?: string | null;
    readonly cluster?: string | null;
    readonly ties: string;
  };
  // biome-ignore lint/suspicious/noExplicitAny: each family has its own
  readonly result: any;
}

/** The cases of some families, of patients who come late too. */
export function oracleCases(...families: readonly string[]): readonly OracleCase[] {
  return ['oracle.json', 'left-truncation.json']
    .flatMap((file) => (JSON.parse(readFileSync(path.join(DATA, file), 'utf8')) as { cases: OracleCase[] }).cases)
    .filter(({ family }) => families.includes(family));
}

/** A dataset of the oracle file as a table with an identifier. */
function csvOf(dataset: string): string {
  const text = readFileSync(path.join(DATA, 'datasets', `${dataset}.csv`), 'utf8').trimEnd();
  const [head, ...lines] = text.split('\n');
  return [`row_id,${head}`, ...lines.map((line, i) => `p${i + 1},${line}`)].join('\n');
}

/** The name under which a frame holds a column of a dataset. */
export function variable(column: string): string {
  return `v_${column.replaceAll('.', '_')}`;
}

/** A dataset as a cohort: its columns under {@link variable}, of the types said; the endpoint `end`, if there is one. */
export function datasetFrame(
  dataset: string,
  columns: Readonly<Record<string, string>>,
  endpoint?: { readonly time: string; readonly event: string },
): CohortFrame {
  const mapped = Object.entries(columns)
    .map(([column, type]) => `${variable(column)}: { from: "${column}", ${type} }`)
    .join(', ');
  const ends =
    endpoint &&
    `endpoints: { end: { origin: start, time: ${variable(endpoint.time)}, event: ${variable(endpoint.event)} } }`;
  return tableFrame(mapped, ends ?? '', csvOf(dataset));
}
