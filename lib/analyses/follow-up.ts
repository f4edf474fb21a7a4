import type { CohortFrame } from '../cohort/index.ts';
import type { FollowUp } from '../stats/index.ts';
import { leaveOut, type Selection } from './selection.ts';

type Endpoint = ReturnType<CohortFrame['endpoint']>;

/** Those whose time and event are both known, and whose time is not negative. Throws `nothing-to-analyse`. */
export function withEndpoint(selection: Selection, { name, time, event, columns }: Endpoint): Selection {
  const pointer = '/endpoint';
  const known = leaveOut(
    selection,
    { reason: `without ${name}`, columns, pointer },
    (row) => Number.isNaN(time[row]!) || event[row]! > 1,
  );
  return leaveOut(
    known,
    { reason: `with a time of ${name} that is negative or not finite`, columns, pointer },
    (row) => !(time[row]! >= 0 && time[row]! < Number.POSITIVE_INFINITY),
  );
}

/** Times and events of these rows, in their order. */
export function followUpOf({ time, event }: Endpoint, rows: Int32Array): FollowUp {
  return {
    time: Float64Array.from(rows, (row) => time[row]!),
    event: Uint8Array.from(rows, (row) => event[row]!),
  };
}

/** How many had the event. */
export function eventsIn({ event }: FollowUp): number {
  return event.reduce((sum, e) => sum + e, 0);
}
