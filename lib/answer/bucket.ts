import { isSignetError } from '../base/index.ts';
import type { Seen, SeenTable } from '../cohort/index.ts';
import { type ContentKind, contentKind, KIND_NAMES, openArchive, sheetNames } from '../formats/index.ts';
import { type CollectedGenes, takeGenes } from './bucket-genes.ts';
import { readTable } from './bucket-table.ts';
import type { AnswerPorts, CohortName } from './ports.ts';

const MOST_SHEETS = 20;

/** The definition itself. */
const DEFINITION = 'cohort.yaml';

/** An object of the bucket, in the version that was listed. */
interface Listed {
  readonly key: string;
  readonly etag: string;
}

interface Collected extends CollectedGenes {
  readonly tables: SeenTable[];
  readonly dictionary: Record<string, string>[];
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
  const found: Collected = {
    tables: [],
    alterations: [],
    dictionary: [],
    panels: [],
    metas: [],
    panelMatrix: false,
    alone: [],
    unread: [],
  };
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

/** What lies under `panels/` is a panel, whatever it looks like. */
function kindIn(file: string, content: ContentKind): ContentKind {
  return content !== 'archive' && /(?:^|\/)panels\//.test(file) ? 'panel' : content;
}

async function take(file: string, content: ContentKind, open: Open, found: Collected): Promise<void> {
  const kind = kindIn(file, content);
  switch (kind) {
    case 'table':
    case 'binary': // whose refusal says what it is
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
      found.alone.push({ file, says: KIND_NAMES[kind] });
      return;
    }
    case 'archive':
      for (const member of await openArchive(await open(), file)) {
        const inside = `${file}/${member.name}`;
        await take(inside, await contentKind(await member.open(), inside), member.open, found);
      }
      return;
    default:
      if (!(await takeGenes(file, kind, open, found))) found.unread.push({ file, says: `it is ${KIND_NAMES[kind]}` });
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

function withoutSheet({ sheet: _, ...table }: SeenTable): SeenTable {
  return table;
}
