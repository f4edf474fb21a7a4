import type { CohortFrame } from '../../cohort/index.ts';
import type { FollowUp } from '../../stats/index.ts';
import { endpointTitle } from './naming.ts';
import { leaveOut, type Selection } from './selection.ts';

type Endpoint = ReturnType<CohortFrame['endpoint']>;
export type Entry = ReturnType<CohortFrame['entry']>;

/** Those whose time and event are both known, and whose time is not negative. Throws `nothing-to-analyse`. */
export function withEndpoint(
  selection: Selection,
  { name, time, event, columns }: Endpoint,
  pointer = '/endpoint',
): Selection {
  const title = `${endpointTitle(name).charAt(0).toLowerCase()}${endpointTitle(name).slice(1)}`;
  const known = leaveOut(
    selection,
    { reason: `without ${title}`, columns, pointer },
    (row) => Number.isNaN(time[row]!) || event[row]! > 1,
  );
  return leaveOut(
    known,
    { reason: `with a time of ${title} that is negative or not finite`, columns, pointer },
    (row) => !(time[row]! >= 0 && time[row]! < Number.POSITIVE_INFINITY),
  );
}

/** Delayed entry as the request asks for it, else as the definition says; undefined where patients are under observation from time zero on. */
export function entryOf(
  frame: CohortFrame,
  { name, entry }: Endpoint,
  asked: string | undefined,
  pointer = '/entry',
): Entry | undefined {
  return asked === undefined ? entry : frame.entry(name, asked, pointer);
}

/** Those who were ever under observation. Throws `nothing-to-analyse`. */
export function withEntry(
  selection: Selection,
  { name, time }: Endpoint,
  entry: Entry | undefined,
  pointer = '/entry',
): Selection {
  if (entry === undefined) return selection;
  const { cel, columns } = entry;
  const known = leaveOut(selection, { reason: `without an entry (${cel})`, columns, pointer }, (row) =>
    Number.isNaN(entry.time[row]!),
  );
  return leaveOut(
    known,
    { reason: `whose ${name} ended before they came under observation (${cel})`, columns, pointer },
    (row) => entry.time[row]! > 0 && !(entry.time[row]! < time[row]!),
  );
}

/** Times and events of these rows, in their order; who enters at time zero or before it is at risk at time zero too. */
export function followUpOf({ time, event }: Endpoint, rows: Int32Array, entry?: Entry): FollowUp {
  const f: FollowUp = {
    time: Float64Array.from(rows, (row) => time[row]!),
    event: Uint8Array.from(rows, (row) => event[row]!),
  };
  if (entry === undefined || rows.every((row) => entry.time[row]! <= 0)) return f;
  return { ...f, entry: Float64Array.from(rows, (row) => (entry.time[row]! > 0 ? entry.time[row]! : -1)) };
}

/** Some rows of a follow-up, in the order named. */
export function partOf({ time, event, entry }: FollowUp, rows: readonly number[]): FollowUp {
  return {
    time: Float64Array.from(rows, (i) => time[i]!),
    event: Uint8Array.from(rows, (i) => event[i]!),
    ...(entry === undefined ? {} : { entry: Float64Array.from(rows, (i) => entry[i]!) }),
  };
}

/** How many had the event. */
export function eventsIn({ event }: FollowUp): number {
  return event.reduce((sum, e) => sum + e, 0);
}

/** Delayed entry in a sentence of the method. */
export function entrySentence(f: FollowUp, entry: Entry | undefined): string[] {
  if (entry === undefined || f.entry === undefined) return [];
  const late = f.entry.reduce((sum, at) => sum + (at > 0 ? 1 : 0), 0);
  return [
    `Entry was delayed (left truncation): a patient counts as at risk only after ${entry.cel}; ${late} of ${f.time.length} came under observation after time zero.`,
  ];
}
