import { SignetError } from '../../base/index.ts';
import type { CohortFrame } from '../../cohort/index.ts';
import type { Findings } from '../../result/index.ts';

export type Excluded = Findings['counts']['excluded'][number];

/** The patients that an analysis uses, as rows of the frame, and who was left out on the way. */
export interface Selection {
  readonly rows: Int32Array;
  readonly excluded: readonly Excluded[];
}

/** Why somebody is left out. `pointer` is the part of the request to blame where nobody remains. */
interface Reason {
  readonly reason: string;
  readonly columns: readonly string[];
  readonly pointer: string;
}

function without(selection: Selection, rows: Int32Array, left: readonly Excluded[], pointer: string): Selection {
  const excluded = [...selection.excluded, ...left.filter(({ patients }) => patients > 0)];
  if (rows.length > 0) return { rows, excluded };
  const reasons = excluded.map(({ reason, patients }) => `${patients} ${reason}`).join('; ');
  throw new SignetError('nothing-to-analyse', `No patient is left to analyse${reasons && `: ${reasons}`}`, {
    place: { pointer },
    remedy: 'Look at the missing values of these columns, or ask of a wider subgroup.',
  });
}

/**
 * The eligible patients for whom `where` is true; all of them without it. Throws `nothing-to-analyse`, and what the frame says of the
 * expression.
 */
export function select(frame: CohortFrame, where: string | undefined): Selection {
  const { rows, no, missing } = frame.where(where, '/where');
  const { eligible } = frame.eligibility();
  const ineligible = frame.rows - eligible.length;
  const none = without(
    { rows: eligible, excluded: [] },
    eligible,
    [{ reason: 'not eligible (the analysis eligibility tells why)', columns: [], patients: ineligible }],
    '',
  );
  const left = [
    { reason: `outside the subgroup (${where})`, columns: [], patients: no },
    { reason: `not known to be in the subgroup (${where})`, columns: [], patients: missing },
  ];
  return without(none, rows, where === undefined ? [] : left, '/where');
}

/** Those for whom `leaves` is false. Each patient leaves once, at the first step that has a reason. Throws `nothing-to-analyse`. */
export function leaveOut(
  selection: Selection,
  { reason, columns, pointer }: Reason,
  leaves: (row: number) => boolean,
): Selection {
  const rows = selection.rows.filter((row) => !leaves(row));
  const patients = selection.rows.length - rows.length;
  return without(selection, rows, [{ reason, columns: [...columns], patients }], pointer);
}

/** What must be said of a subgroup that is known only at a date after time zero. */
export function subgroupLater(where: string | undefined, known: string | undefined): Findings['warnings'] {
  if (where === undefined || known === undefined) return [];
  return [
    {
      code: 'subgroup-known-later',
      says: `The subgroup (/where) is chosen by something that becomes known only at ${known}, after time zero: who died before is not in it.`,
    },
  ];
}

/** The counts of the document. */
export function countsOf(frame: CohortFrame, selection: Selection, events: number | null): Findings['counts'] {
  return { patients: frame.rows, used: selection.rows.length, events, excluded: [...selection.excluded] };
}
