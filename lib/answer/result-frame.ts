import { SignetError } from '../base/index.ts';
import type { CohortFrame } from '../cohort/index.ts';
import { openFrame } from './frames.ts';
import { documentName, isResultId } from './names.ts';
import type { AnswerPorts, CohortName, ResultItem } from './ports.ts';

/** The item of a result that is there. Throws `not-found`, `result-unfinished`. */
export async function finishedItem(
  cohort: CohortName,
  id: string,
  { results, documents }: AnswerPorts,
): Promise<ResultItem> {
  const item = isResultId(id) ? await results.read(cohort, id) : undefined;
  if (!item) throw new SignetError('not-found', 'There is no such result');
  if ((await documents.size(cohort, documentName.result(id))) === undefined)
    throw new SignetError('result-unfinished', 'The document is not there yet', { remedy: 'Wait until GET says 200.' });
  return item;
}

/** The frame that a result was asked of, under the sensitivity that its request names, and the keys of its rows. */
export async function frameOfResult(
  cohort: CohortName,
  { frame, revision, definition, request }: Pick<ResultItem, 'frame' | 'revision' | 'definition' | 'request'>,
  ports: AnswerPorts,
): Promise<{ readonly frame: CohortFrame; readonly keys: readonly (string | null)[] }> {
  const opened = await openFrame({ ...cohort, frame, revision, definition }, ports);
  const { sensitivity } = request;
  return typeof sensitivity === 'string' ? { ...opened, frame: opened.frame.under(sensitivity) } : opened;
}
