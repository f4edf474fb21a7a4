import { SignetError } from '../../base/index.ts';
import type { CohortFrame } from '../../cohort/index.ts';
import type { CauseFollowUp, FollowUp } from '../../stats/index.ts';
import { endpointTitle } from './naming.ts';

type Endpoint = ReturnType<CohortFrame['endpoint']>;

/** The event of interest and those that compete with it. */
export interface Causes {
  /** Time to the first of all events; `event` is the one of interest. */
  readonly endpoint: Endpoint;
  /** The event of interest first. */
  readonly labels: readonly string[];
  /** By patient row which event ended the time, from 1, the event of interest being 1; 0 none. */
  readonly cause: Uint8Array;
}

/** Share by which two durations differ when one of them was rounded. */
const SAME_TIME = 1e-8;

/** The label that the definition gives an endpoint, else what it is usually called. */
export function endpointLabel(frame: CohortFrame, name: string): string {
  return frame.definition.endpoints[name]?.label ?? endpointTitle(name);
}

/**
 * An endpoint with its competing events: those of the definition, and other endpoints that the request names. Of events at one time that of
 * interest counts, then the others in their order. Throws what the frame says of names, `no-competing-event`, `different-origin`.
 */
export function causesOf(frame: CohortFrame, name: string, competing: readonly string[]): Causes {
  const endpoint = frame.endpoint(name, '/endpoint');
  const own = endpoint.competing;
  if (own === undefined && competing.length === 0) {
    throw new SignetError('no-competing-event', `Nothing competes with ${name}`, {
      place: { pointer: '/competing' },
      remedy: 'Name another endpoint as "competing", or write competing events of this one in the definition.',
    });
  }
  const first = {
    time: endpoint.time.slice(),
    event: endpoint.event.slice(),
    cause: endpoint.event.map((event, row) =>
      event === 1 ? 1 : (own?.cause[row] ?? 0) > 0 ? 1 + own!.cause[row]! : 0,
    ),
  };
  const labels = [endpointLabel(frame, name), ...(own?.labels ?? [])];
  const columns = new Set(endpoint.columns);
  competing.forEach((other, i) => {
    labels.push(endpointLabel(frame, other));
    const added = otherEndpoint(frame, other, endpoint, `/competing/${i}`);
    for (const column of added.columns) columns.add(column);
    addCause(first, added, labels.length);
  });
  const { cause, ...worked } = first;
  return { endpoint: { ...endpoint, ...worked, columns: [...columns] }, labels, cause };
}

/** Another endpoint of the same time zero. Throws `different-origin`, `endpoint-twice`. */
export function otherEndpoint(frame: CohortFrame, name: string, first: Endpoint, pointer: string): Endpoint {
  const other = frame.endpoint(name, pointer);
  if (other.name === first.name) {
    throw new SignetError('endpoint-twice', `${name} is named twice`, {
      place: { pointer, value: name },
      remedy: 'Name another endpoint.',
    });
  }
  if (other.origin === first.origin) return other;
  throw new SignetError(
    'different-origin',
    `The time zero of ${name} is ${other.origin}, and that of ${first.name} ${first.origin}: their times can't be compared`,
    { place: { pointer, value: name }, remedy: 'Name endpoints of one origin.' },
  );
}

function addCause(
  first: { readonly time: Float64Array; readonly event: Uint8Array; readonly cause: Uint8Array },
  { time, event }: Endpoint,
  code: number,
): void {
  for (let row = 0; row < time.length; row++) {
    const [at, until] = [time[row]!, first.time[row]!];
    if (event[row]! > 1 || Number.isNaN(at)) {
      first.time[row] = Number.NaN;
      continue;
    }
    const free = first.cause[row] === 0;
    const earlier = at < until * (1 - SAME_TIME);
    const happened = event[row] === 1 && (earlier || (free && at <= until * (1 + SAME_TIME)));
    if (!happened && !(earlier && free)) continue;
    first.time[row] = at;
    if (first.event[row]! > 1) continue;
    first.event[row] = 0;
    first.cause[row] = happened ? code : 0;
  }
}

/** The same follow-up with the event that ended it. */
export function withCauses({ time, entry }: FollowUp, { cause }: Causes, rows: Int32Array): CauseFollowUp {
  return { time, cause: Uint8Array.from(rows, (row) => cause[row]!), ...(entry === undefined ? {} : { entry }) };
}

/** How many had each event, in the order of the labels. */
export function causeCounts({ labels }: Causes, { cause }: CauseFollowUp): number[] {
  return labels.map((_, k) => cause.reduce((sum, code) => sum + (code === k + 1 ? 1 : 0), 0));
}
