import { digestOf } from '../base/index.ts';
import { ENGINE } from './engine.ts';
import { frameContents } from './frames.ts';
import { type JobAnswer, submit } from './jobs.ts';
import { documentName } from './names.ts';
import { answeringPointer } from './pointer.ts';
import type { AnswerPorts, CohortName } from './ports.ts';

/** The media type of a zip archive. */
export const ZIP = 'application/zip';

/** Asks for the cohort as a study of cBioPortal. Throws `not-found`, `no-definition`. */
export async function askForStudy(
  cohort: CohortName,
  ports: AnswerPorts,
): Promise<{ readonly answer: JobAnswer; readonly document: string }> {
  const { frame } = await answeringPointer(cohort, ports);
  const id = digestOf({ engine: ENGINE, job: 'study', frame });
  return { answer: await submit(cohort, id, { kind: 'study' }, ports), document: documentName.study(id) };
}

/** Makes the study of the frame that answers now. */
export async function makeStudy(cohort: CohortName, id: string, ports: AnswerPorts): Promise<void> {
  const { frame, revision, definition } = await answeringPointer(cohort, ports);
  const { studyFiles, writeZip } = await import('../formats/index.ts');
  const contents = await frameContents({ ...cohort, frame, revision, definition }, ports);
  const archive = writeZip(studyFiles({ ...contents, name: cohort.cohort }));
  await ports.documents.putForADay(cohort, documentName.study(id), archive, ZIP);
}
