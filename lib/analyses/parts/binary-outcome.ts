import { SignetError } from '../../base/index.ts';
import type { CohortFrame } from '../../cohort/index.ts';
import type { Covariate, Interaction } from './covariate.ts';
import { type Grouping, groupingOf } from './grouping.ts';
import { leaveOut, type Selection } from './selection.ts';

/** Something that is one way or the other; the second label is the outcome that a ratio above 1 goes with. */
export interface BinaryOutcome extends Grouping {
  readonly labels: readonly [no: string, yes: string];
}

/** What a model of an outcome is of. */
export interface OutcomeModel {
  readonly frame: CohortFrame;
  readonly outcome: BinaryOutcome;
  readonly covariates: readonly Covariate[];
  readonly interactions: readonly Interaction[];
  /** Those whose outcome is known. */
  readonly known: Selection;
}

/** An outcome as a request names it. Throws `outcome-not-binary`, and what groups throw. */
export function binaryOutcome(frame: CohortFrame, asked: string): BinaryOutcome {
  const grouping = groupingOf(frame, asked, '/outcome');
  const [no, yes, ...more] = grouping.labels;
  if (no !== undefined && yes !== undefined && more.length === 0) return { ...grouping, labels: [no, yes] };
  throw new SignetError(
    'outcome-not-binary',
    `${asked} has ${grouping.labels.length} levels, where an outcome has two`,
    {
      place: { pointer: '/outcome' },
      remedy: 'Join levels in an expression, such as stage in ["III", "IV"].',
    },
  );
}

/** Those whose outcome is known. Throws `nothing-to-analyse`. */
export function withOutcome(selection: Selection, { title, columns, codes }: BinaryOutcome): Selection {
  return leaveOut(selection, { reason: `without ${title}`, columns, pointer: '/outcome' }, (row) => codes[row]! < 0);
}
