import { type ResultDocument, unseal } from '../result/index.ts';
import { documentName } from './names.ts';
import type { AnswerPorts, CohortName } from './ports.ts';

/** The document of a result, its content checked against its own digest; undefined where it isn't there. Throws `altered-result`. */
export async function readDocument(
  cohort: CohortName,
  id: string,
  { documents }: Pick<AnswerPorts, 'documents'>,
): Promise<ResultDocument | undefined> {
  const bytes = await documents.get(cohort, documentName.result(id));
  return bytes && unseal(new TextDecoder().decode(bytes));
}
