import { isSignetError, SignetError } from '../base/index.ts';
import type { Problem } from '../cohort/index.ts';
import { documentName } from './names.ts';
import { pointerOf } from './pointer.ts';
import type { AnswerPorts, CohortName, SourceState } from './ports.ts';

const AT_ONCE = 8;
const TRIES = 3;

/** A page ends at its limit, or before its text would be larger than this. */
const PAGE_BYTES = 3_000_000;

/** A page of problems. */
export interface ProblemPage {
  readonly total: number;
  readonly from: number;
  /** Where the next page begins. */
  readonly next?: number;
  readonly problems: readonly Problem[];
}

/** Runs again from the start where a sweep overtook the reader. */
export async function unswept<T>(read: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await read();
    } catch (error) {
      if (tries === TRIES || !isSignetError(error, 'attempt-swept')) throw error;
    }
  }
}

/** Reads in parallel, a few at a time, in order. */
export async function inTurns<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results = new Array<R>(items.length);
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let i = next++; i < items.length; i = next++) results[i] = await work(items[i]!);
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, worker));
  return results;
}

async function ofSources(
  cohort: CohortName,
  states: readonly SourceState[],
  { records }: AnswerPorts,
): Promise<readonly Problem[]> {
  const having = states.filter(({ verdict, counts }) => verdict !== 'deleted' && counts.problems > 0);
  const lists = await inTurns(having, async ({ attempt }) => (attempt ? records.problems(cohort, attempt) : []));
  return lists.flat();
}

/** Problems between sources: found while the frame was built, stored with it. */
async function ofFrame(
  cohort: CohortName,
  frame: string | undefined,
  { documents }: AnswerPorts,
): Promise<readonly Problem[]> {
  const bytes = frame && (await documents.get(cohort, documentName.frame(frame, 'problems.json')));
  return bytes ? (JSON.parse(new TextDecoder().decode(bytes)) as readonly Problem[]) : [];
}

/** Every problem of a cohort: each source's own in order of key, then those between sources. Throws `not-found`. */
export async function cohortProblems(cohort: CohortName, ports: AnswerPorts): Promise<readonly Problem[]> {
  return unswept(async () => {
    const [pointer, states] = await Promise.all([pointerOf(cohort, ports), ports.cohorts.sources(cohort)]);
    const [sources, frame] = await Promise.all([
      ofSources(cohort, states, ports),
      ofFrame(cohort, pointer?.frame, ports),
    ]);
    return [...sources, ...frame];
  });
}

/** A source's problems, by its opaque id: its own, and those between sources that stand in it. Throws `not-found`. */
export async function sourceProblems(
  cohort: CohortName,
  source: string,
  ports: AnswerPorts,
): Promise<readonly Problem[]> {
  return unswept(async () => {
    const pointer = await pointerOf(cohort, ports);
    const states = (await ports.cohorts.sources(cohort)).filter(({ verdict }) => verdict !== 'deleted');
    const ids = await ports.cohorts.sourceIds(
      cohort.site,
      states.map(({ key }) => key),
    );
    const state = states[ids.indexOf(source)];
    if (!state) throw new SignetError('not-found', 'There is no such source');
    return sourceProblemsOf(cohort, state, pointer?.frame, ports);
  });
}

/** A source's own problems, and those between sources that stand in it or, of an archive, in a file of it. */
export async function sourceProblemsOf(
  cohort: CohortName,
  state: SourceState,
  frame: string | undefined,
  ports: AnswerPorts,
): Promise<readonly Problem[]> {
  return unswept(async () => {
    const [own, between] = await Promise.all([ofSources(cohort, [state], ports), ofFrame(cohort, frame, ports)]);
    return [...own, ...between.filter(({ file }) => file === state.key || file.startsWith(`${state.key}/`))];
  });
}

/** A page of a list: at most `limit`, and no more text than a reply takes. */
export function pageOf(problems: readonly Problem[], from: number, limit: number): ProblemPage {
  const page: Problem[] = [];
  let bytes = 0;
  for (const problem of problems.slice(from, from + limit)) {
    bytes += Buffer.byteLength(JSON.stringify(problem));
    if (page.length > 0 && bytes > PAGE_BYTES) break;
    page.push(problem);
  }
  const next = from + page.length;
  return { total: problems.length, from, ...(next < problems.length && { next }), problems: page };
}

const COLUMNS = ['level', 'rule', 'file', 'sheet', 'line', 'column', 'value', 'says', 'remedy', 'rows'] as const;

/** Problems as CSV. */
export async function problemsCsv(problems: readonly Problem[]): Promise<string> {
  const { writeCsv } = await import('../formats/index.ts');
  return writeCsv(
    COLUMNS,
    problems.map((problem) => COLUMNS.map((column) => problem[column] ?? null)),
  );
}
