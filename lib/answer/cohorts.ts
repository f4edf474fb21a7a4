import { readFrameTable } from './frames.ts';
import { documentName } from './names.ts';
import { pointerOf } from './pointer.ts';
import type { AnswerPorts, CohortName, Pointer, SourceState } from './ports.ts';

/** A variable, endpoint or group, as far as asking about it needs. */
export interface Named {
  readonly name: string;
  readonly [more: string]: unknown;
}

/** What a cohort is and what can be asked of it. */
export interface CohortView {
  readonly cohort: string;
  readonly title?: string;
  readonly about?: string;
  readonly sources: {
    readonly total: number;
    readonly waiting: number;
    readonly verdicts: Readonly<Record<string, number>>;
  };
  readonly failed?: string;
  readonly at?: string;
  readonly definition?: string;
  readonly revision?: string;
  readonly frame?: string;
  readonly patients?: number;
  readonly variables: readonly (Named & { readonly type: string })[];
  readonly endpoints: readonly Named[];
  readonly groups: readonly Named[];
}

function present(sources: readonly SourceState[]): readonly SourceState[] {
  return sources.filter(({ verdict }) => verdict !== 'deleted');
}

function verdictsOf(sources: readonly SourceState[]): Record<string, number> {
  const verdicts: Record<string, number> = {};
  for (const { verdict } of present(sources)) verdicts[verdict] = (verdicts[verdict] ?? 0) + 1;
  return verdicts;
}

/** Columns of the patients' table that nobody asks about: keys, and which cells were set aside. */
const BESIDE: ReadonlySet<string> = new Set(['patient', 'specimen', 'set_aside']);

/** A variable's name holds no point: `cea.bound` tells of `cea` what a number can't. */
function isVariable(column: string): boolean {
  return !BESIDE.has(column) && !column.includes('.');
}

/** What the definition and the patients' table say; nothing without a definition in force. */
async function contents(
  cohort: CohortName,
  { frame, definition }: Pointer,
  ports: AnswerPorts,
): Promise<Pick<CohortView, 'title' | 'about' | 'patients' | 'variables' | 'endpoints' | 'groups'>> {
  const none = { variables: [], endpoints: [], groups: [] };
  if (!frame || !definition) return none;
  const [said, { table }] = await Promise.all([
    readDefinition(cohort, definition, ports),
    readFrameTable(cohort, frame, 'patients', ports),
  ]);
  const {
    title,
    about,
    endpoints = {},
    groups = {},
  } = said as {
    readonly title?: string;
    readonly about?: unknown;
    readonly endpoints?: Readonly<Record<string, { readonly origin?: string }>>;
    readonly groups?: Readonly<Record<string, { readonly by?: string; readonly labels?: unknown }>>;
  };
  return {
    ...(title !== undefined && { title }),
    ...(about !== undefined && { about: typeof about === 'string' ? about : JSON.stringify(about) }),
    patients: table.rows,
    variables: [...table.columns]
      .filter(([name]) => isVariable(name))
      .map(([name, column]) => ({
        name,
        type: column.type,
        ...(column.label !== undefined && { label: column.label }),
        ...(column.type === 'number' && column.unit !== undefined && { unit: column.unit }),
        ...(column.type === 'category' && { levels: column.levels }),
      })),
    endpoints: Object.entries(endpoints).map(([name, { origin }]) => ({ name, ...(origin && { origin }) })),
    groups: Object.entries(groups).map(([name, { by, labels }]) => ({ name, by, ...(labels ? { labels } : {}) })),
  };
}

/** A definition by its digest, as the document that was put. */
export async function readDefinition(
  cohort: CohortName,
  digest: string,
  { documents }: Pick<AnswerPorts, 'documents'>,
): Promise<unknown> {
  const bytes = await documents.get(cohort, documentName.definition(digest));
  return bytes && JSON.parse(new TextDecoder().decode(bytes));
}

/** A cohort as it answers now. Throws `not-found`. */
export async function describeCohort(cohort: CohortName, ports: AnswerPorts): Promise<CohortView> {
  const [pointer, sources] = await Promise.all([pointerOf(cohort, ports), ports.cohorts.sources(cohort)]);
  const { definition, revision, frame, failed, at } = pointer ?? {};
  const there = present(sources).length;
  return {
    cohort: cohort.cohort,
    sources: {
      total: pointer?.sources ?? there,
      waiting: pointer?.waiting ?? there,
      verdicts: verdictsOf(sources),
    },
    ...(failed !== undefined && { failed }),
    ...(at !== undefined && { at }),
    ...(definition !== undefined && { definition }),
    ...(revision !== undefined && { revision }),
    ...(frame !== undefined && { frame }),
    ...(pointer ? await contents(cohort, pointer, ports) : { variables: [], endpoints: [], groups: [] }),
  };
}

/** A source as its steward sees it. */
export interface SourceView {
  readonly source: string;
  readonly name: string;
  readonly verdict: Exclude<SourceState['verdict'], 'deleted'>;
  readonly reason?: string;
  readonly holds?: string;
  readonly bytes?: number;
  readonly sha256?: string;
  readonly answers: 'this version' | 'an older version' | 'nothing';
  readonly counts: SourceState['counts'];
  readonly at: string;
}

function answersOf({ attempt, inForce }: SourceState): SourceView['answers'] {
  if (!inForce) return 'nothing';
  return inForce.attempt === attempt ? 'this version' : 'an older version';
}

/** Each source and what became of it. Throws `not-found`. */
export async function listSources(
  cohort: CohortName,
  ports: Pick<AnswerPorts, 'cohorts'>,
): Promise<{ readonly waiting: number; readonly sources: readonly SourceView[] }> {
  const [pointer, states] = await Promise.all([pointerOf(cohort, ports), ports.cohorts.sources(cohort)]);
  const there = present(states);
  const ids = await ports.cohorts.sourceIds(
    cohort.site,
    there.map(({ key }) => key),
  );
  const sources = there.map((state, i) => ({
    source: ids[i]!,
    name: state.key,
    verdict: state.verdict as SourceView['verdict'],
    ...(state.reason !== undefined && { reason: state.reason }),
    ...(state.holds !== undefined && { holds: state.holds }),
    ...(state.bytes !== undefined && { bytes: state.bytes }),
    ...(state.sha256 !== undefined && { sha256: state.sha256 }),
    answers: answersOf(state),
    counts: state.counts,
    at: state.at,
  }));
  return { waiting: pointer?.waiting ?? there.length, sources };
}
