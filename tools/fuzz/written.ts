import type { Alteration, EventRow, PatientRow, Reading, SpecimenRow, Value } from '../../lib/cohort/index.ts';
import { writeCsv } from '../../lib/formats/index.ts';
import { type Content, readRecords } from '../../lib/ingest/index.ts';
import { keeper, noRecords, type Outcome, OWN_NAMES, type Records } from './reading.ts';
import { pieces } from './seeds.ts';

type ColumnType = NonNullable<Reading['tables'][number]>['columns'][number]['type'];
type Rows = readonly (readonly string[])[];

/** Writes a table as a file: what is put in the place of {@link asCsv} must be found out where it loses anything. */
export type TableWriter = (columns: readonly string[], rows: Rows) => string;

/** As results and records are given away. */
export const asCsv: TableWriter = (columns, rows) => writeCsv(columns, rows);

/**
 * Writes records as files (CSV of patients, specimens and events; MAF, copy number by gene, structural variants, segments; panels as JSON)
 * and reads these again. Gives both as text, a line a record, in an order of their own; lines of the file play no part.
 */
export async function writtenAndRead(
  { records, reading }: Outcome,
  write: TableWriter,
): Promise<{ readonly was: readonly string[]; readonly is: readonly string[] }> {
  const again = noRecords();
  const types = typesOf(reading);
  for (const [table, rows] of byTable(records.events)) await tableAgain(rows, 'event', types, again, write, table);
  await tableAgain(records.patients, 'patient', types, again, write);
  await tableAgain(records.specimens, 'specimen', types, again, write);
  for (const of of alterationFiles(records)) await fileAgain(of, again, write);
  const panels = records.facts.flatMap((facts) => facts.panels ?? []);
  for (const panel of panels) await panelAgain(JSON.stringify(panel), again);
  return { was: told(records), is: told(again) };
}

/** Other control characters than a text's own: a text that is full of them is refused, and what is written of a wide one is narrow. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROLS = /[\u0001-\u0008\u000e-\u0019\u001c-\u001f]/g;

/** A file with this text, below a comment so long that control characters in cells don't make it one that is no text. */
function bytesOf(text: string): Buffer {
  const controls = text.match(CONTROLS)?.length ?? 0;
  return Buffer.from(controls === 0 ? text : `#${' '.repeat(controls * 100)}\r\n${text}`);
}

/** The types of columns by name; `key` was hashed already. */
function typesOf(reading: Reading | undefined): ReadonlyMap<string, ColumnType> {
  const tables = [...(reading?.tables ?? []), ...(reading?.members ?? []).flatMap(({ reading: of }) => of.tables)];
  return new Map(
    tables.flatMap(({ columns }) => columns.map(({ name, type }) => [name, type === 'key' ? 'text' : type])),
  );
}

function byTable(events: readonly EventRow[]): ReadonlyMap<string, readonly EventRow[]> {
  const tables = new Map<string, EventRow[]>();
  for (const event of events) tables.set(event.table, [...(tables.get(event.table) ?? []), event]);
  return tables;
}

type AnyRow = PatientRow | SpecimenRow | EventRow;

async function tableAgain(
  all: readonly AnyRow[],
  kind: 'patient' | 'specimen' | 'event',
  types: ReadonlyMap<string, ColumnType>,
  again: Records,
  write: TableWriter,
  name?: string,
): Promise<void> {
  const rows = all.filter(({ apart }) => !apart);
  if (rows.length === 0) return;
  const columns = [...new Set(rows.flatMap(({ values }) => Object.keys(values)))].sort();
  const ids = kind === 'specimen' ? ['patient', 'specimen', 'panel'] : ['patient'];
  const text = write(
    [...ids, ...columns.map((_, i) => `c${i}`)],
    rows.map((row) => {
      const own =
        'patientIdentifier' in row ? [row.patientIdentifier, row.identifier, row.panel ?? ''] : [row.identifier];
      return [...own, ...columns.map((column) => textOf(row.values[column] ?? null, types.get(column)))];
    }),
  );
  const into = noRecords();
  await readRecords(
    async () => pieces(bytesOf(text), 65_536),
    {
      tables: [
        {
          only: [],
          rows: kind,
          ...(name !== undefined && { name }),
          patient: 'patient',
          ...(kind === 'specimen' && { specimen: 'specimen', panel: 'panel' }),
          columns: columns.map((column, i) => ({
            name: column,
            from: `c${i}`,
            type: types.get(column) ?? 'text',
            of: kind,
            ...(types.get(column) === 'number' && { bounds: true as const }),
            missing: [],
          })),
          ignore: columns.map((_, i) => `c${i}`), // the screening of identifiers was passed before
        },
      ],
    },
    { file: 'again.csv', pseudonym: OWN_NAMES, content: 'table' },
    keeper(into, []),
  );
  if (kind === 'patient') again.patients.push(...into.patients);
  else if (kind === 'specimen') again.specimens.push(...into.specimens);
  else again.events.push(...into.events);
}

function textOf(value: Value, type: ColumnType | undefined): string {
  if (value === null) return '';
  if (type === 'date' && typeof value === 'number') return new Date(value * 86_400_000).toISOString().slice(0, 10);
  return String(value);
}

/** A file of alterations, and how it is read. */
interface AlterationFile {
  readonly content: Content;
  readonly columns: readonly string[];
  readonly rows: Rows;
  readonly reading: NonNullable<Reading['alterations']>;
}

// biome-ignore format: a header to be read across
const MAF = [
  'Hugo_Symbol', 'Entrez_Gene_Id', 'Chromosome', 'Start_Position', 'Variant_Classification', 'Reference_Allele', 'Tumor_Seq_Allele2',
  'Tumor_Sample_Barcode', 'HGVSp_Short', 't_depth', 't_vaf', 'FILTER', 'Signet_Kind',
];
const SITE = ['Hugo_Symbol', 'Entrez_Gene_Id', 'Chromosome', 'Position'];
const SV = [
  'Sample_Id',
  ...SITE.map((name) => `Site1_${name}`),
  ...SITE.map((name) => `Site2_${name}`),
  'Class',
  'Tumor_Read_Count',
  'Tumor_Variant_Count',
];

const shown = (value: string | number | null | undefined): string =>
  value === null || value === undefined ? '' : String(value);

function alterationFiles({ alterations, unreadable, facts }: Records): readonly AlterationFile[] {
  const reading = { specimen: 'Tumor_Sample_Barcode' };
  const of = (kind: Alteration['kind']): readonly Alteration[] => alterations.filter((one) => one.kind === kind);
  const variants = alterations.filter(
    ({ kind, end }) => kind === 'mutation' || (kind === 'fusion' && end === undefined),
  );
  const apart = unreadable.map(({ specimen, gene }) => [
    gene,
    '',
    '',
    '',
    '',
    '',
    '',
    specimen,
    '',
    '',
    '',
    '',
    'unreadable',
  ]);
  const files: AlterationFile[] = [
    { content: 'maf', columns: MAF, rows: [...variants.map(mafRow), ...apart], reading },
    {
      content: 'structural-variants',
      columns: SV,
      rows: svRows(of('fusion').filter(({ end }) => end !== undefined)),
      reading,
    },
    {
      content: 'segments',
      columns: ['ID', 'chrom', 'start', 'end', 'n', 'mean'],
      rows: segmentRows(of('segment')),
      reading,
    },
    {
      ...matrix(of('copy number'), profiled(facts)),
      reading: { ...reading, levels: LEVELS, log2: [-1e-300, 1e-300] },
    },
  ];
  return files.filter(({ rows }) => rows.length > 0);
}

/** Specimens that a matrix of copy number has a column of. */
function profiled(facts: Records['facts']): readonly string[] {
  return facts.flatMap(({ covered = [], kinds = [] }) => (kinds[0] === 'copy number' ? covered : []));
}

const LEVELS = [-2, -1.5, -1, 1, 2];

function mafRow(one: Alteration): readonly string[] {
  // biome-ignore format: as its header
  return [
    one.gene, shown(one.geneId), shown(one.chromosome), shown(one.position), shown(one.class), shown(one.ref), shown(one.alt),
    one.specimenIdentifier, shown(one.protein), shown(one.depth), shown(one.alleleFraction), shown(one.filter), '',
  ];
}

/** Each row names one site or two; those of one line are of one variant. */
function svRows(sites: readonly Alteration[]): Rows {
  const rows: (readonly string[])[] = [];
  for (let i = 0; i < sites.length; i += 1) {
    const first = sites[i]!;
    const next = sites[i + 1];
    const pair = next !== undefined && next.line === first.line && next.member === first.member ? next : undefined;
    if (pair) i += 1;
    const site = (one: Alteration | undefined) =>
      one ? [one.gene, shown(one.geneId), shown(one.chromosome), shown(one.position)] : ['', '', '', ''];
    const twice = !pair && first.alt !== null;
    const { alleleFraction, depth } = first;
    rows.push([
      first.specimenIdentifier,
      ...site(first),
      ...site(twice ? first : pair),
      shown(first.class),
      shown(depth),
      alleleFraction === null ? '' : shown(Math.round(alleleFraction * depth!)),
    ]);
  }
  return rows;
}

/** Where no ratio is below 0 the file would be read as copies: one more row, of nobody, keeps it from that. */
function segmentRows(segments: readonly Alteration[]): Rows {
  const rows = segments.map((one) => [
    one.specimenIdentifier,
    shown(one.chromosome),
    shown(one.position),
    shown(one.end),
    '',
    shown(one.value),
  ]);
  return rows.length === 0 ? [] : [...rows, ['', '1', '1', '2', '', '-1']];
}

/** A row a gene of a line; cells that weren't kept are 0. Its name and its id are together what a line is told by. */
function matrix(cells: readonly Alteration[], covered: readonly string[]): Omit<AlterationFile, 'reading'> {
  const specimens = [...new Set([...covered, ...cells.map(({ specimenIdentifier }) => specimenIdentifier)])];
  const lines = new Map<string, Alteration[]>();
  for (const cell of cells) {
    const name = `${cell.member} ${cell.line}`;
    lines.set(name, [...(lines.get(name) ?? []), cell]);
  }
  const discrete = cells.every(({ class: of }) => of === null || /Deep|Shallow|Gain|Amplification/.test(of));
  const levels = cells.every(({ value }) => value === null || LEVELS.includes(value!));
  return {
    content: discrete && levels ? 'discrete-copy-number' : 'log2-copy-number',
    columns: ['Hugo_Symbol', 'Entrez_Gene_Id', ...specimens],
    rows: [...lines.values()].map((of) => {
      const values = new Map(
        of.map((cell) => [cell.specimenIdentifier, cell.value === null ? 'NA' : shown(cell.value)]),
      );
      return [of[0]!.gene, shown(of[0]!.geneId), ...specimens.map((specimen) => values.get(specimen) ?? '0')];
    }),
  };
}

async function fileAgain(
  { content, columns, rows, reading }: AlterationFile,
  again: Records,
  write: TableWriter,
): Promise<void> {
  const text = bytesOf(write(columns, rows));
  const options = { file: 'again', pseudonym: OWN_NAMES, content };
  await readRecords(async () => pieces(text, 65_536), { tables: [], alterations: reading }, options, keeper(again, []));
}

async function panelAgain(text: string, again: Records): Promise<void> {
  const options = { file: 'panels/again.json', pseudonym: OWN_NAMES, content: 'panel' as const };
  await readRecords(async () => pieces(Buffer.from(text), 65_536), 'panel', options, keeper(again, []));
}

/** Records as text, a line each. A row that is set apart tells nothing, and is no line. */
function told(records: Records): readonly string[] {
  const person = (row: AnyRow): string[] =>
    row.apart
      ? []
      : [
          JSON.stringify([
            'table' in row
              ? `event of ${row.table}`
              : 'patientIdentifier' in row
                ? `specimen of ${row.patientIdentifier}`
                : 'patient',
            row.identifier,
            'panel' in row ? row.panel : null,
            Object.entries(row.values)
              .filter(([, value]) => value !== null)
              .sort(([a], [b]) => (a < b ? -1 : 1)),
          ]),
        ];
  const covers = records.alterations.some(({ kind }) => kind === 'copy number') ? profiled(records.facts) : [];
  return [
    ...records.patients.flatMap(person),
    ...records.specimens.flatMap(person),
    ...records.events.flatMap(person),
    ...records.alterations.map(alterationText),
    ...records.unreadable.map(({ specimen, gene }) => JSON.stringify(['unreadable', specimen, gene])),
    ...new Set(covers.map((one) => `covered ${one}`)),
    ...records.facts.flatMap(({ panels = [] }) =>
      panels.map(({ genes, ...panel }) => JSON.stringify([panel, genes.map(({ symbol, id }) => [symbol, id])])),
    ),
  ].sort();
}

function alterationText({ line: _, member: __, end, value, ...one }: Alteration): string {
  const kept = one.kind === 'copy number' ? { ...one, class: one.class === null ? null : 'copies' } : one;
  return JSON.stringify([Object.entries(kept).sort(([a], [b]) => (a < b ? -1 : 1)), end ?? null, value ?? null]);
}
