import { SignetError } from '../base/index.ts';
import type { CohortFrame, Column } from '../cohort/index.ts';
import { answeringPointer } from './pointer.ts';
import type { AnswerPorts, CohortName } from './ports.ts';
import { frameOfResult } from './result-frame.ts';

type Value = string | number | null;

/** A column of the file: its name, and its value by row. */
interface CsvColumn {
  readonly name: string;
  readonly at: (row: number) => Value;
}

/** So many genes may be asked for in one file. */
export const MOST_GENES = 200;
const MILLISECONDS_A_DAY = 86_400_000;

const numberOrNull = (x: number): number | null => (Number.isFinite(x) ? x : null);
/** As R writes it: of `true` it makes a text. */
const truth = (value: number): string | null => (value === 2 ? null : value === 1 ? 'TRUE' : 'FALSE');

function cellsOf(column: Column): (row: number) => Value {
  switch (column.type) {
    case 'number':
      return (row) => numberOrNull(column.values[row]!);
    case 'date':
      return (row) => {
        const day = column.values[row]!;
        return Number.isNaN(day) ? null : new Date(day * MILLISECONDS_A_DAY).toISOString().slice(0, 10);
      };
    case 'category':
      return (row) => column.levels[column.codes[row]!] ?? null;
    case 'boolean':
      return (row) => truth(column.values[row]!);
    case 'text':
      return (row) => column.values[row]!;
  }
}

function variableColumns(frame: CohortFrame): CsvColumn[] {
  return frame.variables().map(({ name }) => ({ name, at: cellsOf(frame.variable(name, '')) }));
}

/**
 * Of an endpoint `os`: `os.time` in months, `os.event` (0, 1, and from 2 on the competing events in their order), `os.entry` where patients
 * come under observation later, and of each group that is known later when it became known: `os.joined.{group}`.
 */
function endpointColumns(frame: CohortFrame, name: string): CsvColumn[] {
  const { time, event, entry, competing } = frame.endpoint(name, '');
  const cause = competing?.cause;
  const columns: CsvColumn[] = [
    { name: `${name}.time`, at: (row) => numberOrNull(time[row]!) },
    {
      name: `${name}.event`,
      at: (row) => (event[row]! > 1 || Number.isNaN(time[row]!) ? null : cause?.[row] ? cause[row]! + 1 : event[row]!),
    },
  ];
  if (entry) columns.push({ name: `${name}.entry`, at: (row) => numberOrNull(entry.time[row]!) });
  for (const [group, { known }] of Object.entries(frame.definition.groups ?? {})) {
    const joined = known === undefined ? undefined : joinedAt(frame, name, known);
    if (joined) columns.push({ name: `${name}.joined.${group}`, at: (row) => numberOrNull(joined[row]!) });
  }
  return columns;
}

/** Months from time zero to a date; undefined where time zero is no date. */
function joinedAt(frame: CohortFrame, endpoint: string, known: string): Float64Array | undefined {
  try {
    return frame.entry(endpoint, known, '').time;
  } catch (error) {
    if (error instanceof SignetError) return undefined;
    throw error;
  }
}

function groupColumns(frame: CohortFrame): CsvColumn[] {
  return Object.keys(frame.definition.groups ?? {}).map((name) => {
    const { labels, codes } = frame.group(name, '');
    return { name: `group.${name}`, at: (row) => labels[codes[row]!] ?? null };
  });
}

/** Whether a patient is in the subgroup of an item of the plan: `where.{item}`. */
function subgroupColumns(frame: CohortFrame): CsvColumn[] {
  return (frame.definition.plan?.items ?? []).flatMap(({ id, where }) => {
    if (where === undefined) return [];
    const inside = new Set(frame.where(where, '').rows);
    return [{ name: `where.${id}`, at: (row: number) => truth(inside.has(row) ? 1 : 0) }];
  });
}

function geneColumns(frame: CohortFrame, genes: readonly string[]): CsvColumn[] {
  return genes.map((gene) => {
    const column = frame.evaluate(`altered(${JSON.stringify(gene)})`, '/genes');
    return { name: `gene.${gene}`, at: cellsOf(column) };
  });
}

/** Genes that a query names. Throws `invalid-request`. */
export function genesAsked(query: string | undefined): string[] {
  const genes = query === undefined || query === '' ? [] : [...new Set(query.split(','))];
  if (genes.length <= MOST_GENES) return genes;
  throw new SignetError('invalid-request', `At most ${MOST_GENES} genes a file`, {
    place: { pointer: '/genes' },
    remedy: 'Ask for some, or read alterations.parquet.',
  });
}

/** What of a cohort is wanted as CSV. */
export interface PatientsAsked {
  /** The sensitivity of the plan that it is seen under. */
  readonly sensitivity?: string | undefined;
  readonly genes: readonly string[];
}

/**
 * The patients of the frame as CSV, as R, pandas and Stata read it: a row a patient by opaque key, whether she is eligible, every variable,
 * endpoints in months, groups by label, subgroups of the plan, and the genes named. Missing is an empty cell. Throws what the frame throws of names.
 */
export async function patientsCsv(
  seen: CohortFrame,
  keys: readonly (string | null)[],
  genes: readonly string[],
): Promise<string> {
  const { writeCsv } = await import('../formats/index.ts');
  const eligible = new Set(seen.eligibility().eligible);
  const columns: CsvColumn[] = [
    { name: 'patient', at: (row) => keys[row] ?? null },
    { name: 'eligible', at: (row) => truth(eligible.has(row) ? 1 : 0) },
    ...variableColumns(seen),
    ...Object.keys(seen.definition.endpoints).flatMap((name) => endpointColumns(seen, name)),
    ...groupColumns(seen),
    ...subgroupColumns(seen),
    ...geneColumns(seen, genes),
  ];
  const rows = Array.from({ length: seen.rows }, (_, row) => columns.map(({ at }) => at(row)));
  return writeCsv(
    columns.map(({ name }) => name),
    rows,
  );
}

/** {@link patientsCsv} of the frame that answers now. */
export async function readPatientsCsv(
  cohort: CohortName,
  { sensitivity, genes }: PatientsAsked,
  ports: AnswerPorts,
): Promise<{ readonly csv: string; readonly frame: string }> {
  const { frame: digest, revision, definition } = await answeringPointer(cohort, ports);
  const request = sensitivity === undefined ? {} : { sensitivity };
  const { frame, keys } = await frameOfResult(cohort, { frame: digest, revision, definition, request }, ports);
  return { csv: await patientsCsv(frame, keys, genes), frame: digest };
}
