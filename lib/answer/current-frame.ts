import type { CohortFrame } from '../cohort/index.ts';
import { openFrame } from './frames.ts';
import { answeringPointer, waitingIn } from './pointer.ts';
import type { AnswerPorts, CohortName } from './ports.ts';

/** The frame that a cohort answers from now, with the opaque key of each row's patient. */
export interface CurrentFrame {
  readonly frame: CohortFrame;
  readonly keys: readonly string[];
  /** "2 of 14 sources are still being read"; undefined where none is. */
  readonly waiting?: string;
}

/** Opens the frame that a cohort answers from now. Throws SignetError `not-found`, `no-definition`. */
export async function openCurrentFrame(
  cohort: CohortName,
  ports: Pick<AnswerPorts, 'cohorts' | 'documents'>,
): Promise<CurrentFrame> {
  const pointer = await answeringPointer(cohort, ports);
  const { frame: digest, revision, definition } = pointer;
  const { frame, keys } = await openFrame({ ...cohort, frame: digest, revision, definition }, ports);
  const waiting = waitingIn(pointer);
  return {
    frame,
    keys: keys.map((key) => key ?? ''),
    ...(waiting !== undefined && { waiting }),
  };
}
