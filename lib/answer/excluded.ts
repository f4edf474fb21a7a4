import type { CohortFrame } from '../cohort/index.ts';
import { answeringPointer } from './pointer.ts';
import type { AnswerPorts, CohortName } from './ports.ts';
import { inTurns, unswept } from './problems.ts';
import { answeringSources } from './records.ts';
import { finishedItem, frameOfResult } from './result-frame.ts';

/** A patient who isn't analysed. */
interface ExcludedPatient {
  /** Opaque key, by which her record can be asked for. */
  readonly patient: string;
  /** As her files call her; absent where no row of hers is in force any more. */
  readonly identifier?: string;
  /** The step at which she left. */
  readonly step: string;
  readonly says: string;
  readonly why: 'set apart' | 'not met' | 'not recorded';
  /** Of whom validation set apart: by which rule. */
  readonly rule?: string;
}

/** A page of who isn't analysed. */
interface ExcludedPage {
  readonly total: number;
  readonly from: number;
  readonly next?: number;
  readonly excluded: readonly ExcludedPatient[];
}

/** Step by step, and in each by key. */
function excludedOf(frame: CohortFrame, keys: readonly (string | null)[]): readonly ExcludedPatient[] {
  const { steps, leftAt, notRecorded, apart = [] } = frame.eligibility();
  return steps.flatMap(({ id: step, says, cel }, i): ExcludedPatient[] => {
    if (cel === undefined) return apart.map(({ patient, rule }) => ({ patient, step, says, why: 'set apart', rule }));
    return keys.flatMap((patient, row) =>
      patient === null || leftAt[row] !== i
        ? []
        : [{ patient, step, says, why: notRecorded[row] ? ('not recorded' as const) : ('not met' as const) }],
    );
  });
}

/**
 * Who was excluded from a finished result, at which step and why: `limit` of them from the `from`th, with the identifiers of their rows in
 * force. Throws `not-found`, `result-unfinished`.
 */
export async function readExcluded(
  cohort: CohortName,
  id: string,
  { from, limit }: { readonly from: number; readonly limit: number },
  ports: AnswerPorts,
): Promise<ExcludedPage> {
  const item = await finishedItem(cohort, id, ports);
  const { frame, keys } = await frameOfResult(cohort, item, ports);
  const all = excludedOf(frame, keys);
  const page = all.slice(from, from + limit);
  const excluded = await unswept(async () => {
    const { listing } = await answeringPointer(cohort, ports);
    const sources = await answeringSources(cohort, listing, 'patients', ports);
    return inTurns(page, async (each) => {
      for (const { attempt } of sources) {
        const [row] = await ports.records.patient(cohort, attempt, each.patient);
        if (row) return { ...each, identifier: row.identifier };
      }
      return each;
    });
  });
  const next = from + page.length;
  return { total: all.length, from, ...(next < all.length && { next }), excluded };
}
