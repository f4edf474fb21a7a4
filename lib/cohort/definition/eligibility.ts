import { compile } from '../expressions/compile.ts';
import type { Rows } from '../expressions/expression.ts';
import { MISSING } from '../values/frame.ts';
import type { BooleanVector } from '../values/vector.ts';
import type { Dictionary } from './dictionary.ts';
import type { Definition } from './schema.ts';

export type Criterion = NonNullable<Definition['criteria']>[number];

/** A patient whom validation set apart: she is no row of the frame. */
export interface Apart {
  /** Opaque key. */
  readonly patient: string;
  /** The rule that set her apart. */
  readonly rule: string;
}

/** One step of the flow from who was uploaded to who is analysed. */
export interface EligibilityStep {
  readonly id: string;
  readonly says: string;
  /** Absent: the rows that validation set apart. */
  readonly cel?: string;
  /** Columns that the criterion rests on. */
  readonly columns: readonly string[];
  /** Who leaves here because the criterion is false of them. */
  readonly no: number;
  /** Who leaves here because it isn't known. */
  readonly notRecorded: number;
  readonly remaining: number;
}

/** Who is analysed, and at which step the others left. */
export interface Eligibility {
  /** In order; first, where it is known who they were, those whom validation set apart. */
  readonly steps: readonly EligibilityStep[];
  /** Rows of the eligible, ascending. */
  readonly eligible: Int32Array;
  /** By row the place in `steps` at which the patient left; -1 where she is eligible. */
  readonly leftAt: Int32Array;
  /** By row whether she left because the criterion isn't known of her. */
  readonly notRecorded: Uint8Array;
  /** Who stands at step 0. */
  readonly apart: readonly Apart[] | undefined;
}

/** The id of the step before all criteria: rows that validation set apart. */
export const STEP_0 = '0';

/** Judges criteria in order: each patient leaves at the first that isn't true of her. */
export function eligibilityOf(
  criteria: readonly Criterion[],
  {
    rows,
    dictionary,
    apart,
  }: { readonly rows: Rows; readonly dictionary: Dictionary; readonly apart: readonly Apart[] | undefined },
): Eligibility {
  const steps: EligibilityStep[] = [];
  if (apart)
    steps.push({
      id: STEP_0,
      says: 'rows set apart by validation',
      columns: [],
      no: apart.length,
      notRecorded: 0,
      remaining: rows.rows,
    });
  const leftAt = new Int32Array(rows.rows).fill(-1);
  const unknown = new Uint8Array(rows.rows);
  let remaining = rows.rows;
  for (const { id, says, cel } of criteria) {
    const criterion = compile(cel, dictionary.scope);
    const { values } = criterion.run(rows) as BooleanVector;
    const left = { no: 0, notRecorded: 0 };
    values.forEach((value, row) => {
      if (value === 1 || leftAt[row] !== -1) return;
      leftAt[row] = steps.length;
      unknown[row] = value === MISSING ? 1 : 0;
      left[value === MISSING ? 'notRecorded' : 'no'] += 1;
    });
    remaining -= left.no + left.notRecorded;
    steps.push({ id, says, cel, columns: dictionary.basis(criterion), ...left, remaining });
  }
  const eligible = Int32Array.from(leftAt.keys()).filter((row) => leftAt[row] === -1);
  return { steps, eligible, leftAt, notRecorded: unknown, apart };
}
