import { isSignetError } from '../base/index.ts';
import {
  calledLikePatient,
  IdentifierScreen,
  type Seen,
  type SeenAlterations,
  type SeenTable,
  screenOfAlterations,
} from '../cohort/index.ts';
import { type ContentKind, contentKind, KIND_NAMES, openArchive, openSource, sheetNames } from '../formats/index.ts';
import type { AnswerPorts, CohortName } from './ports.ts';

/** Rows of a table that are looked at. */
const MOST_ROWS = 5_000;
const MOST_CHARACTERS = 500;
const MOST_SPECIMENS = 20_000;
const MOST_SHEETS = 20;

/** The definition itself. */
const DEFINITION = 'cohort.yaml';

/** An object of the bucket, in the version that was listed. */
interface Listed {
  readonly key: string;
  readonly etag: string;
}

interface Collected {
  readonly tables: SeenTable[];
  readonly alterations: SeenAlterations[];
  readonly dictionary: Record<string, string>[];
  readonly panels: string[];
  readonly alone: { readonly file: string; readonly says: string }[];
  readonly unread: { readonly file: string; readonly says: string }[];
}

/** The objects of a cohort, in order of key. */
export async function listed(
  cohort: CohortName,
  { sources }: Pick<AnswerPorts, 'sources'>,
): Promise<readonly Listed[]> {
  const objects: Listed[] = [];
  for await (const page of sources.list(cohort))
    for (const { key, etag } of page) if (key !== DEFINITION) objects.push({ key, etag });
  return objects.sort((a, b) => (a.key < b.key ? -1 : 1));
}

/** What lies in a cohort's bucket, each object told by its content. What can't be read is said, and keeps nothing else from being read. */
export async function lookAt(
  cohort: CohortName,
  objects: readonly Listed[],
  ports: Pick<AnswerPorts, 'sources'>,
): Promise<Seen> {
  const found: Collected = { tables: [], alterations: [], dictionary: [], panels: [], alone: [], unread: [] };
  for (const object of objects) {
    const open = () => ports.sources.open({ ...cohort, key: object.key }, object.etag);
    try {
      await take(object.key, await contentKind(await open(), object.key), open, found);
    } catch (error) {
      if (!isSignetError(error)) throw error;
      found.unread.push({ file: object.key, says: error.message });
    }
  }
  return { cohort: cohort.cohort, ...found };
}

type Open = () => Promise<AsyncIterable<Uint8Array>>;

async function take(file: string, kind: ContentKind, open: Open, found: Collected): Promise<void> {
  switch (kind) {
    case 'table':
      add(await readTable(open, file), found);
      return;
    case 'workbook':
      for (const sheet of (await sheetNames(await open(), file)).slice(0, MOST_SHEETS)) {
        const table = await readTable(open, file, sheet.name);
        add(sheet.first ? withoutSheet(table) : table, found);
      }
      return;
    case 'redcap-dictionary': {
      const { columns, rows } = await readTable(open, file);
      for (const row of rows) found.dictionary.push(Object.fromEntries(columns.map((name, i) => [name, row[i] ?? ''])));
      return;
    }
    case 'maf':
      found.alterations.push(await readMaf(await open(), file));
      return;
    case 'archive':
      for (const member of await openArchive(await open(), file)) {
        const inside = `${file}/${member.name}`;
        await take(inside, await contentKind(await member.open(), inside), member.open, found);
      }
      return;
    case 'discrete-copy-number':
    case 'log2-copy-number':
    case 'structural-variants':
    case 'fusions':
      found.alterations.push(await readGenes(await open(), file, kind));
      return;
    case 'panel-matrix':
    case 'segments':
    case 'fasta':
    case 'index':
    case 'study-text':
      found.alone.push({ file, says: KIND_NAMES[kind] });
      return;
    case 'vcf':
      found.alterations.push({ file, kind, specimens: [], builds: [], filters: [] });
      return;
    case 'panel':
    case 'bed':
      found.panels.push(file.replace(/^.*\//, '').replace(/\.[^.]*$/, ''));
      return;
    default:
      found.unread.push({ file, says: `it is ${KIND_NAMES[kind]}` });
  }
}

/** What no definition could say of a column. */
const LONGEST_NAME = 1_000;

function add(table: SeenTable, found: Collected): void {
  if (table.columns.every((name) => name.length <= LONGEST_NAME)) found.tables.push(table);
  else
    found.unread.push({
      file: table.file,
      says: `the name of a column has more than ${LONGEST_NAME} characters: look what parts the cells`,
    });
}

/** A cell's beginning, which tells its type: a copy, so that a long one isn't kept. */
function beginning(cell: string): string {
  return cell.length <= MOST_CHARACTERS ? cell : Buffer.from(cell.slice(0, MOST_CHARACTERS)).toString();
}

function withoutSheet({ sheet: _, ...table }: SeenTable): SeenTable {
  return table;
}

/** Lines in which a header is looked for, where the first is a title. */
const MOST_TITLE_LINES = 5;

/** A table with its header: where the first line holds a title, the first below it that names the columns of the rows. */
async function readTable(open: Open, file: string, sheet?: string): Promise<SeenTable> {
  const first = await readWithHeader(open, file, sheet);
  if (first.fitting) return first.table;
  for (let header = 2; header <= MOST_TITLE_LINES; header += 1) {
    const other = await readWithHeader(open, file, sheet, header).catch((error: unknown) => {
      if (!isSignetError(error)) throw error; // nothing in that line
      return undefined;
    });
    if (other?.fitting) return { ...other.table, header };
  }
  return first.table;
}

interface WithHeader {
  readonly table: SeenTable;
  /** Whether most rows fit the header, and it has more than one name. */
  readonly fitting: boolean;
}

async function readWithHeader(open: Open, file: string, sheet?: string, header?: number): Promise<WithHeader> {
  const place = { file, ...(sheet !== undefined && { sheet }), ...(header !== undefined && { header }) };
  const source = await openSource(await open(), place);
  try {
    const screen = new IdentifierScreen(source.columns, new Set(), new Map(), calledLikePatient(source.columns));
    const rows: (readonly string[])[] = [];
    let misfits = 0;
    for await (const batch of source.rows)
      for (const row of batch) {
        if ('rule' in row) misfits += 1;
        else {
          screen.add(row.cells);
          if (rows.length < MOST_ROWS) rows.push(row.cells.map(beginning));
        }
      }
    const identifying = certain(screen);
    const table = { file, ...(sheet !== undefined && { sheet }), columns: source.columns, rows, identifying };
    const named = source.columns.filter((name) => name !== '').length;
    return { table, fitting: rows.length > misfits && named > 1 };
  } finally {
    source.close();
  }
}

async function readMaf(bytes: AsyncIterable<Uint8Array>, file: string): Promise<SeenAlterations> {
  const source = await openSource(bytes, { file });
  try {
    const names = ['Tumor_Sample_Barcode', 'NCBI_Build', 'FILTER'];
    const at = names.map((name) => source.columns.indexOf(name));
    const sets = names.map(() => new Set<string>());
    const screen = screenOfAlterations(source.columns, 'maf', { specimen: names[0]! });
    for await (const batch of source.rows)
      for (const row of batch) {
        if ('rule' in row) continue;
        screen.add(row.cells);
        for (const [i, place] of at.entries()) {
          const cell = (row.cells[place] ?? '').trim();
          if (cell !== '' && sets[i]!.size < MOST_SPECIMENS) sets[i]!.add(cell);
        }
      }
    const [specimens, builds, filters] = sets.map((set) => [...set].sort()) as [string[], string[], string[]];
    const parts = [...new Set(filters.flatMap((filter) => filter.split(/[;,]/).map((part) => part.trim())))].sort();
    return {
      file,
      kind: 'maf',
      specimens,
      specimenColumn: names[0]!,
      builds,
      filters: parts,
      ...identifyingOf(screen),
    };
  } finally {
    source.close();
  }
}

/** Copy number by gene, fusions, structural variants: what tells who somebody is. */
async function readGenes(bytes: AsyncIterable<Uint8Array>, file: string, kind: ContentKind): Promise<SeenAlterations> {
  const source = await openSource(bytes, { file });
  try {
    const screen = screenOfAlterations(source.columns, kind);
    for await (const batch of source.rows) for (const row of batch) if (!('rule' in row)) screen.add(row.cells);
    return { file, kind: 'genes', specimens: [], builds: [], filters: [], ...identifyingOf(screen) };
  } finally {
    source.close();
  }
}

function identifyingOf(screen: IdentifierScreen): Pick<SeenAlterations, 'identifying'> {
  const identifying = certain(screen);
  return identifying.length > 0 ? { identifying } : {};
}

/** Columns that certainly tell who somebody is. */
function certain(screen: IdentifierScreen): SeenTable['identifying'] {
  return screen.findings().flatMap(({ column, holds, certain: sure }) => (sure ? [{ column, holds }] : []));
}
