import { SignetError } from '../base/index.ts';
import type { Apart, CohortFrame, FrameTable, openCohort, Table } from '../cohort/index.ts';
import { documentName } from './names.ts';
import type { AnswerPorts, CohortName } from './ports.ts';

/** What a frame is opened by. */
export interface FrameName extends CohortName {
  readonly frame: string;
  readonly revision: string;
  readonly definition: string;
}

const MOST_KEPT = 2;

async function bytesOf(cohort: CohortName, name: string, { documents }: Documents): Promise<Uint8Array> {
  const bytes = await documents.get(cohort, name);
  if (!bytes)
    throw new SignetError('lost-document', 'a document that the cohort answers from is not in the derived bucket');
  return bytes;
}

type Documents = Pick<AnswerPorts, 'documents'>;

/** One table of a frame, and what is written beside its columns. */
export async function readFrameTable(
  cohort: CohortName,
  frame: string,
  name: FrameTable | `list.${string}`,
  ports: Documents,
): Promise<{ readonly table: Table; readonly metadata: Readonly<Record<string, string>> }> {
  const [{ readParquet }, bytes] = await Promise.all([
    import('../formats/index.ts'),
    bytesOf(cohort, documentName.frame(frame, `${name}.parquet`), ports),
  ]);
  return readParquet(bytes);
}

/** Frames by digest. They never change, so that the last two stay open. */
export class Frames {
  readonly #ports: Documents;
  readonly #open = new Map<string, Promise<CohortFrame>>();

  constructor(ports: Documents) {
    this.#ports = ports;
  }

  /** The frame, open. Throws `lost-document`. */
  async open(name: FrameName): Promise<CohortFrame> {
    const key = `${name.site}/${name.cohort}/${name.frame}`;
    const known = this.#open.get(key);
    if (known) return known;
    const opened = openFrame(name, this.#ports).then(({ frame }) => frame);
    this.#open.set(key, opened);
    opened.catch(() => this.#open.delete(key));
    for (const oldest of this.#open.keys()) if (this.#open.size > MOST_KEPT) this.#open.delete(oldest);
    return opened;
  }
}

/** A frame, open, with the opaque key of each row's patient. Throws `lost-document`. */
export async function openFrame(
  name: FrameName,
  ports: Documents,
): Promise<{ readonly frame: CohortFrame; readonly keys: readonly (string | null)[] }> {
  const [{ openCohort }, contents] = await Promise.all([import('../cohort/index.ts'), frameContents(name, ports)]);
  const column = contents.tables.patients.columns.get('patient');
  return {
    frame: openCohort({ ...contents, digest: name.frame, revision: name.revision, name: name.cohort }),
    keys: column?.type === 'text' ? column.values : [],
  };
}

/** What a frame holds: the definition it was built by, its tables, its panels, whom validation set apart. Throws `lost-document`. */
export async function frameContents(
  { frame, definition, site, cohort: of }: FrameName,
  ports: Documents,
): Promise<Pick<Parameters<typeof openCohort>[0], 'definition' | 'tables' | 'panels' | 'apart'>> {
  const cohort = { site, cohort: of };
  const table = (name: FrameTable | `list.${string}`) => readFrameTable(cohort, frame, name, ports);
  const [{ parseDefinition }, text, patients, alterations, coverage] = await Promise.all([
    import('../cohort/index.ts'),
    bytesOf(cohort, documentName.definition(definition), ports),
    table('patients'),
    table('alterations'),
    table('coverage'),
  ]);
  const parsed = parseDefinition(new TextDecoder().decode(text), 'cohort.yaml');
  const named = parsed.tables.flatMap(({ name }) => (name === undefined ? [] : [name]));
  const lists = await Promise.all(named.map(async (name) => [name, (await table(`list.${name}`)).table] as const));
  return {
    definition: parsed,
    tables: {
      patients: patients.table,
      alterations: alterations.table,
      coverage: coverage.table,
      ...(lists.length > 0 && { lists: new Map(lists) }),
    },
    panels: JSON.parse(coverage.metadata['panels'] ?? '{}'),
    ...(patients.metadata['apart'] !== undefined && { apart: JSON.parse(patients.metadata['apart']) as Apart[] }),
  };
}
