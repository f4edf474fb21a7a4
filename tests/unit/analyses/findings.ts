import { ANALYSES } from '../../../lib/analyses/index.ts';
import { SignetError } from '../../../lib/base/index.ts';
import type { CohortFrame } from '../../../lib/cohort/index.ts';
import type { Findings } from '../../../lib/result/index.ts';
import { SILENT } from './frames.ts';

type Row = Findings['tables'][number]['rows'][number];

/** The findings of a question; defaults are filled in as the API does. */
export async function findingsOf(
  frame: CohortFrame,
  question: { readonly analysis: string; readonly [key: string]: unknown },
): Promise<Findings> {
  const analysis = ANALYSES.find(({ name }) => name === question.analysis)!;
  return analysis.run(frame, analysis.request.parse(question), SILENT);
}

/** Code and place of the refusal that a question ends in. */
export async function refusalOf(work: Promise<unknown>): Promise<readonly [code: string, pointer: string | undefined]> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return error instanceof SignetError ? [error.code, error.place.pointer] : ['', String(error)];
}

/** The rows of a table of the findings. */
export function rowsOf({ tables }: Findings, id: string): readonly Row[] {
  return tables.find((table) => table.id === id)?.rows ?? [];
}
