import { SignetError } from '../base/index.ts';
import type { AnswerPorts, CohortName, Pointer } from './ports.ts';

/** A pointer with a frame to answer from. */
export type Answering = Pointer & Required<Pick<Pointer, 'frame' | 'revision' | 'definition'>>;

/** The pointer of a cohort that exists, or undefined where nothing was published yet. Throws `not-found`. */
export async function pointerOf(
  cohort: CohortName,
  { cohorts }: Pick<AnswerPorts, 'cohorts'>,
): Promise<Pointer | undefined> {
  const pointer = await cohorts.pointer(cohort);
  if (!pointer && !(await cohorts.exists(cohort))) throw new SignetError('not-found', 'There is no such cohort');
  return pointer;
}

/** The pointer of a cohort that answers. Throws `not-found`, `no-definition`. */
export async function answeringPointer(cohort: CohortName, ports: Pick<AnswerPorts, 'cohorts'>): Promise<Answering> {
  const pointer = await pointerOf(cohort, ports);
  if (pointer?.frame && pointer.revision && pointer.definition) return pointer as Answering;
  throw new SignetError('no-definition', 'The cohort has no definition in force, so that nothing can be asked of it', {
    remedy:
      'Put cohort.yaml (PUT …/definition). If it is there already, look at GET …/sources: it may still be read, or was refused.',
  });
}

/** "2 of 14 sources are still being read"; undefined where none is. */
export function waitingIn({ waiting, sources }: Pick<Pointer, 'waiting' | 'sources'>): string | undefined {
  if (waiting === 0) return undefined;
  const all = Math.max(sources, waiting);
  return `${waiting} of ${all} ${all === 1 ? 'source is' : 'sources are'} still being read`;
}
