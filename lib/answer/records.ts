import { isoDate, SignetError } from '../base/index.ts';
import type { Alteration, Column, PatientRow } from '../cohort/index.ts';
import { readFrameTable } from './frames.ts';
import { answeringPointer } from './pointer.ts';
import type { AnswerPorts, CohortName, SourceState } from './ports.ts';
import { inTurns, unswept } from './problems.ts';

/** A row of a source about a patient, dates written out. */
export interface PatientRowView extends Pick<PatientRow, 'identifier' | 'line' | 'values' | 'setAside'> {
  readonly file: string;
  /** Of a table of events. */
  readonly table?: string;
}

/** An alteration as an analyst sees it: under opaque keys alone. */
export type AlterationView = Omit<Alteration, 'specimenIdentifier' | 'line'> & { readonly patient: string };

/** A gene's alterations. */
export interface GeneView {
  readonly gene: string;
  readonly patients: number;
  readonly specimens: number;
  readonly from: number;
  readonly next?: number;
  readonly alterations: readonly AlterationView[];
}

const OPAQUE_KEY = /^[0-9a-f]{32}$/;

/** Attempts that answer now and hold records of a kind. */
export async function answeringSources(
  cohort: CohortName,
  listing: string,
  kind: keyof SourceState['counts'],
  { cohorts }: AnswerPorts,
): Promise<readonly { readonly key: string; readonly attempt: string }[]> {
  const [listed, states] = await Promise.all([cohorts.listed(cohort, listing), cohorts.sources(cohort)]);
  const empty = new Set(
    states.flatMap(({ inForce }) => (inForce && (inForce.counts[kind] ?? 0) === 0 ? [inForce.attempt] : [])),
  );
  return listed.flatMap(({ key, attempt }) => (attempt && !empty.has(attempt) ? [{ key, attempt }] : []));
}

/** Day numbers of date columns as yyyy-mm-dd. */
function written(values: PatientRow['values'], columns: ReadonlyMap<string, Column>): PatientRow['values'] {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      columns.get(name)?.type === 'date' && typeof value === 'number' ? isoDate(value) : value,
    ]),
  );
}

function viewOf(
  file: string,
  { identifier, line, values, setAside }: Pick<PatientRow, 'identifier' | 'line' | 'values' | 'setAside'>,
  columns: ReadonlyMap<string, Column>,
): PatientRowView {
  return { file, line, identifier, values: written(values, columns), setAside };
}

/** A patient's normalised rows, from the table. Throws `not-found`, `no-definition`. */
export async function readPatient(
  cohort: CohortName,
  patient: string,
  ports: AnswerPorts,
): Promise<{ readonly patient: string; readonly rows: readonly PatientRowView[] }> {
  return unswept(async () => {
    const { listing, frame } = await answeringPointer(cohort, ports);
    if (!OPAQUE_KEY.test(patient)) throw new SignetError('not-found', 'There is no such patient');
    const sources = await answeringSources(cohort, listing, 'patients', ports);
    const found = await inTurns(sources, async ({ key, attempt }) => ({
      key,
      rows: await ports.records.patient(cohort, attempt, patient),
    }));
    const dated = await inTurns(await answeringSources(cohort, listing, 'events', ports), async ({ key, attempt }) => ({
      key,
      rows: await ports.records.events(cohort, attempt, patient),
    }));
    if (found.every(({ rows }) => rows.length === 0)) throw new SignetError('not-found', 'There is no such patient');
    const { columns } = (await readFrameTable(cohort, frame, 'patients', ports)).table;
    const rows = found.flatMap(({ key, rows: of }) => of.map((row) => viewOf(key, row, columns)));
    const lists = new Map<string, ReadonlyMap<string, Column>>();
    for (const name of new Set(dated.flatMap(({ rows: of }) => of.map(({ table }) => table))))
      lists.set(name, (await readFrameTable(cohort, frame, `list.${name}`, ports)).table.columns);
    const events = dated.flatMap(({ key, rows: of }) =>
      of.map((row) => ({ ...viewOf(key, row, lists.get(row.table)!), table: row.table })),
    );
    return { patient, rows: [...rows, ...events] };
  });
}

/** The words of a text or category column. */
function wordsOf(column: Column | undefined): (row: number) => string | null {
  if (column?.type === 'text') return (row) => column.values[row] ?? null;
  if (column?.type === 'category') return (row) => column.levels[column.codes[row]!] ?? null;
  return () => null;
}

/**
 * A gene's alterations, by its current symbol or one it had: its specimens from the frame, `limit` of them from the `from`th, their records from
 * the table, whatever those call it. Throws `not-found`.
 */
export async function readGene(
  cohort: CohortName,
  asked: string,
  { from, limit }: { readonly from: number; readonly limit: number },
  ports: AnswerPorts,
): Promise<GeneView> {
  return unswept(async () => {
    const { listing, frame } = await answeringPointer(cohort, ports);
    const [{ geneName }, { table }] = await Promise.all([
      import('../cohort/index.ts'),
      readFrameTable(cohort, frame, 'alterations', ports),
    ]);
    const [genes, specimens, patients] = ['gene', 'specimen', 'patient'].map((name) =>
      wordsOf(table.columns.get(name)),
    ) as [(row: number) => string | null, (row: number) => string | null, (row: number) => string | null];
    const rows = Array.from({ length: table.rows }, (_, row) => row);
    const gene = rows.some((row) => genes(row) === asked) ? asked : geneName(asked).symbol;
    const patientOf = new Map<string, string>();
    for (const row of rows) if (genes(row) === gene) patientOf.set(specimens(row) ?? '', patients(row) ?? '');
    if (patientOf.size === 0)
      throw new SignetError('not-found', 'No specimen of the cohort has an alteration of such a gene');
    const page = [...patientOf].slice(from, from + limit);
    const sources = await answeringSources(cohort, listing, 'alterations', ports);
    const wanted = page.flatMap(([specimen, patient]) =>
      sources.map(({ attempt }) => ({ specimen, patient, attempt })),
    );
    const found = await inTurns(wanted, async ({ specimen, patient, attempt }) => {
      const { alterations } = await ports.records.alterationsOf(cohort, attempt, specimen);
      return alterations
        .filter(({ gene: written, geneId: id, chromosome }) => geneName(written, { id, chromosome }).symbol === gene)
        .map(({ specimenIdentifier: _, line: __, ...alteration }) => ({ patient, ...alteration }));
    });
    const next = from + page.length;
    return {
      gene,
      patients: new Set(patientOf.values()).size,
      specimens: patientOf.size,
      from,
      ...(next < patientOf.size && { next }),
      alterations: found.flat(),
    };
  });
}
