import { digestOf, SignetError } from '../base/index.ts';
import type { Problem } from '../cohort/index.ts';
import { ENGINE } from './engine.ts';
import { type JobAnswer, submit } from './jobs.ts';
import { documentName } from './names.ts';
import { pointerOf } from './pointer.ts';
import type { AnswerPorts, CohortName, SourceState } from './ports.ts';
import { sourceProblemsOf } from './problems.ts';

/** The media type of a workbook. */
export const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/**
 * Asks for a source's workbook with its problems marked, by the source's opaque id. Throws `not-found`, `direct-identifiers` of a source that was
 * refused for them, `not-a-workbook`, `object-moved` where a newer version waits to be looked at.
 */
export async function askForAnnotated(
  cohort: CohortName,
  source: string,
  ports: AnswerPorts,
): Promise<{ readonly answer: JobAnswer; readonly document: string }> {
  const pointer = await pointerOf(cohort, ports);
  const states = (await ports.cohorts.sources(cohort)).filter(({ verdict }) => verdict !== 'deleted');
  const ids = await ports.cohorts.sourceIds(
    cohort.site,
    states.map(({ key }) => key),
  );
  const state = states[ids.indexOf(source)];
  if (!state) throw new SignetError('not-found', 'There is no such source');
  refuse(state);
  const id = digestOf({
    engine: ENGINE,
    job: 'annotated',
    source,
    attempt: state.attempt ?? null,
    etag: state.etag ?? null,
    frame: pointer?.frame ?? null,
  });
  const answer = await submit(cohort, id, { kind: 'annotated', source: state.key }, ports);
  return { answer, document: documentName.annotated(id) };
}

function refuse({ verdict, reason, attempt, etag }: SourceState): void {
  if (reason === 'direct-identifiers')
    throw new SignetError(
      'direct-identifiers',
      'The source was refused since it tells who its patients are: no copy of it is made',
      { remedy: 'Mend the original: GET …/problems names the columns.' },
    );
  if (verdict === 'unmapped' || attempt === undefined || etag === undefined)
    throw new SignetError('not-found', 'The source was not read: there is nothing to mark');
}

/** Makes the annotated copy of the version that was looked at. Throws `not-a-workbook`, `object-moved`, and `direct-identifiers` of a sheet that isn't read. */
export async function makeAnnotated(cohort: CohortName, id: string, key: string, ports: AnswerPorts): Promise<void> {
  const [pointer, states] = await Promise.all([pointerOf(cohort, ports), ports.cohorts.sources(cohort)]);
  const state = states.find((each) => each.key === key);
  if (!state) throw new SignetError('not-found', 'There is no such source');
  refuse(state);
  const [{ annotateWorkbook, contentKind }, { marksOf, readingOf }, { screenUnread }] = await Promise.all([
    import('../formats/index.ts'),
    import('./marks.ts'),
    import('./unread-sheets.ts'),
  ]);
  const open = () => ports.sources.open({ ...cohort, key }, state.etag!);
  if ((await contentKind(await open(), key)) !== 'workbook')
    throw new SignetError('not-a-workbook', 'The source is no Excel workbook', {
      remedy: 'GET …/problems?format=csv lists its problems.',
    });
  const reading = await readingOf(cohort, key, pointer?.definition, ports);
  await screenUnread(open, key, reading);
  const problems: readonly Problem[] = await sourceProblemsOf(cohort, state, pointer?.frame, ports);
  const chunks: Uint8Array[] = [];
  for await (const chunk of await open()) chunks.push(chunk);
  const marks = await marksOf(key, problems, open, reading);
  const annotated = await annotateWorkbook(Buffer.concat(chunks), key, marks);
  await ports.documents.putForADay(cohort, documentName.annotated(id), annotated, XLSX);
}
