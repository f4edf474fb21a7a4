import { SignetError } from '../../base/index.ts';
import type { CohortFrame } from '../../cohort/index.ts';
import type { CurveRequest } from '../curves/survival-curves.ts';
import type { Entry } from '../parts/follow-up.ts';
import type { Grouping } from '../parts/grouping.ts';
import { leaveOut, type Selection } from '../parts/selection.ts';
import type { Strata } from '../parts/strata.ts';
import type { CovariateSet } from '../parts/variable-sets.ts';

type Endpoint = ReturnType<CohortFrame['endpoint']>;

/** A group of two labels that patients join only in time: when each joined. */
export interface Later {
  readonly grouping: Grouping;
  /** By patient row, months since time zero; NaN for who didn't join, and where it isn't known when. */
  readonly joined: Float64Array;
}

interface LaterRequest extends CurveRequest {
  readonly endpoint: string;
  readonly by?: string | readonly string[] | undefined;
  readonly where?: string | undefined;
  readonly adjust?: CovariateSet | undefined;
  readonly landmarks?: readonly number[] | undefined;
  readonly impute?: number | undefined;
  readonly times: readonly number[];
  readonly naive: boolean;
}

/** What a comparison in time comes to. */
export interface LaterOf {
  readonly frame: CohortFrame;
  readonly request: LaterRequest;
  readonly endpoint: Endpoint;
  readonly entry: Entry | undefined;
  readonly strata: Strata | undefined;
  readonly later: Later;
  readonly selection: Selection;
}

/**
 * When patients joined a group that is known only later, on the endpoint's clock; undefined where that can't be said: of more than two labels,
 * or of an endpoint whose time zero is no date.
 */
export function laterOf(frame: CohortFrame, { name }: Endpoint, grouping: Grouping): Later | undefined {
  if (grouping.known === undefined || grouping.labels.length !== 2) return undefined;
  try {
    const { time } = frame.entry(name, grouping.known, '/by');
    return { grouping, joined: time.map((months, row) => (grouping.codes[row] === 1 ? months : Number.NaN)) };
  } catch (error) {
    if (error instanceof SignetError) return undefined;
    throw error;
  }
}

/** Those of whom it is known when they joined. Throws `nothing-to-analyse`. */
export function withJoining(selection: Selection, { grouping, joined }: Later): Selection {
  const { title, known, columns } = grouping;
  return leaveOut(
    selection,
    { reason: `of ${title}, without its ${known}`, columns: [...new Set([...columns, known!])], pointer: '/by' },
    (row) => grouping.codes[row] === 1 && Number.isNaN(joined[row]!),
  );
}
