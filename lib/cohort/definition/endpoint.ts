import { DAYS_PER_MONTH, DAYS_PER_YEAR } from '../../base/index.ts';
import { compile, type Variables } from '../expressions/compile.ts';
import { ExpressionError, type Rows } from '../expressions/expression.ts';
import { isoDay } from '../expressions/functions.ts';
import { MISSING } from '../values/frame.ts';
import { type BooleanVector, isMissing, type NumberVector } from '../values/vector.ts';
import type { Dictionary } from './dictionary.ts';
import type { DurationUnit, EndpointDefinition } from './schema.ts';

/** An endpoint's times and events, by patient. */
export interface Endpoint {
  readonly name: string;
  /** Time zero, in words. */
  readonly origin: string;
  /** Months; NaN where the endpoint isn't known of a patient. A negative time lies before time zero. */
  readonly time: Float64Array;
  /** 0 or 1; {@link MISSING} where it isn't known. */
  readonly event: Uint8Array;
  /** Columns it rests on. */
  readonly columns: readonly string[];
  /** Where patients come under observation only after time zero: when. */
  readonly entry?: Entry;
  /** Where other events can end the time, after which the event can't happen. */
  readonly competing?: Competing;
}

/** Competing events. A time that one of them ends has no event. */
export interface Competing {
  readonly labels: readonly string[];
  /** By patient which of them ended the time, from 1; 0 none of them. */
  readonly cause: Uint8Array;
}

/** Delayed entry: who had the event before it could not have been seen. */
export interface Entry {
  /** Its text in the definition or the request. */
  readonly cel: string;
  /** Months after time zero; NaN where it isn't known. Negative or 0 is from time zero on. */
  readonly time: Float64Array;
  readonly columns: readonly string[];
}

/** What an endpoint is computed from. */
export interface EndpointContext {
  readonly dictionary: Dictionary;
  readonly rows: Rows;
  readonly cut: string | undefined;
  /** By patient the columns whose cell was set aside. */
  readonly setAside: (row: number) => ReadonlySet<string>;
}

/** Months of a unit: days make months by their mean length, twelve months are a year. */
const MONTHS: Readonly<Record<DurationUnit, (value: number) => number>> = {
  days: (value) => value / DAYS_PER_MONTH,
  weeks: (value) => (value * 7) / DAYS_PER_MONTH,
  months: (value) => value,
  years: (value) => (value * DAYS_PER_YEAR) / DAYS_PER_MONTH,
};

/** Works an endpoint out. */
export function endpointOf(name: string, endpoint: EndpointDefinition, context: EndpointContext): Endpoint {
  const worked = 'time' in endpoint ? byColumns(name, endpoint, context) : byDates(name, endpoint, context);
  return endpoint.entry === undefined ? worked : { ...worked, entry: entryOf(endpoint.entry, endpoint, context) };
}

/**
 * When patients come under observation: a duration from time zero, or of an endpoint by dates a date. Throws {@link ExpressionError} where it
 * is neither, and what compiling throws.
 */
export function entryOf(
  cel: string,
  endpoint: EndpointDefinition,
  { dictionary, rows, scope }: Pick<EndpointContext, 'dictionary' | 'rows'> & { readonly scope?: Variables },
): Entry {
  const compiled = compile(cel, scope ?? dictionary.scope);
  const columns = dictionary.basis(compiled);
  const months = MONTHS[compiled.type.unit as DurationUnit] as ((value: number) => number) | undefined;
  if (compiled.type.kind === 'number' && months !== undefined)
    return { cel, columns, time: (compiled.run(rows) as NumberVector).values.map(months) };
  if (compiled.type.kind === 'date' && !('time' in endpoint)) {
    const origin = (compile(endpoint.origin, dictionary.scope).run(rows) as NumberVector).values;
    const time = (compiled.run(rows) as NumberVector).values.map((day, row) => (day - origin[row]!) / DAYS_PER_MONTH);
    return { cel, columns, time };
  }
  throw new ExpressionError(
    `this is a ${compiled.type.kind}${compiled.type.kind === 'number' ? ' without a unit of time' : ''}, where a duration${'time' in endpoint ? '' : ' or a date'} is needed`,
    { start: 0, end: cel.length },
    'Name a column of type duration, or use months(from, to).',
  );
}

function byColumns(
  name: string,
  { origin, ...cel }: Extract<EndpointDefinition, { time: string }>,
  { dictionary, rows }: EndpointContext,
): Endpoint {
  const used = new Set<string>();
  const compiled = (text: string) => {
    const expression = compile(text, dictionary.scope);
    for (const column of dictionary.basis(expression)) used.add(column);
    return expression;
  };
  const duration = (text: string): Float64Array => {
    const expression = compiled(text);
    return (expression.run(rows) as NumberVector).values.map(MONTHS[expression.type.unit as DurationUnit]);
  };
  const condition = (text: string): Uint8Array => (compiled(text).run(rows) as BooleanVector).values;
  const alone = { name, origin, time: duration(cel.time), event: condition(cel.event) };
  if (cel.competing === undefined) return { ...alone, columns: [...used] };
  const others = (typeof cel.competing === 'string' ? [{ event: cel.competing }] : cel.competing).map((other) => ({
    label: ('label' in other ? other.label : undefined) ?? other.event,
    event: condition(other.event),
    time: 'time' in other && other.time !== undefined ? duration(other.time) : undefined,
  }));
  return { ...firstOf(alone, others), columns: [...used] };
}

/** Share by which two durations differ when one of them was rounded. */
const SAME_TIME = 1e-8;

/**
 * Whichever comes first, the event before others of the same time. Others that come only after the endpoint's own time are not seen: until then
 * nobody watched for the event. Not known where it isn't known whether one of them happened that may have come first.
 */
function firstOf(
  { time, event, ...rest }: Pick<Endpoint, 'name' | 'origin' | 'time' | 'event'>,
  others: readonly {
    readonly label: string;
    readonly event: Uint8Array;
    readonly time: Float64Array | undefined;
  }[],
): Omit<Endpoint, 'columns'> {
  const first = { time: time.slice(), event: event.slice(), cause: new Uint8Array(time.length) };
  for (let row = 0; row < time.length; row++) {
    others.forEach((other, k) => {
      const happened = other.event[row]!;
      if (happened === 0 || first.event[row] === MISSING) return;
      const at = other.time?.[row] ?? time[row]!;
      const before = at < first.time[row]! * (1 - SAME_TIME);
      const together = at <= first.time[row]! * (1 + SAME_TIME) && first.event[row] === 0 && first.cause[row] === 0;
      if (happened === MISSING || Number.isNaN(at)) {
        if (other.time !== undefined || first.event[row] === 0) first.event[row] = MISSING;
      } else if (before || together) {
        first.time[row] = at;
        first.event[row] = 0;
        first.cause[row] = k + 1;
      }
    });
  }
  const { cause, ...worked } = first;
  return { ...rest, ...worked, competing: { labels: others.map(({ label }) => label), cause } };
}

interface Dates {
  readonly day: NumberVector;
  readonly basis: readonly string[];
}

/** An event's date, and by row whether it happened where the file says so apart. */
interface DatedEvent extends Dates {
  readonly when: Uint8Array | undefined;
}

/**
 * The first event after the origin, or the first that competes, else last seen; `censor` and the cut end it earlier. Not known where an event and its date disagree, where
 * whether it happened isn't known, where its date was set aside, where an event lies before the origin, and where there is neither an event
 * nor a date last seen.
 */
function byDates(
  name: string,
  endpoint: Extract<EndpointDefinition, { events: unknown }>,
  context: EndpointContext,
): Endpoint {
  const { dictionary, rows, cut, setAside } = context;
  const used = new Set<string>();
  const expression = (cel: string) => {
    const compiled = compile(cel, dictionary.scope);
    const basis = dictionary.basis(compiled);
    for (const column of basis) used.add(column);
    return { compiled, basis };
  };
  const dates = (cel: string): Dates => {
    const { compiled, basis } = expression(cel);
    return { day: compiled.run(rows) as NumberVector, basis };
  };
  const origin = dates(endpoint.origin).day.values;
  const eventOf = ({ date, when }: { readonly date: string; readonly when?: string }): DatedEvent => ({
    ...dates(date),
    when: when === undefined ? undefined : (expression(when).compiled.run(rows) as BooleanVector).values,
  });
  const events = endpoint.events.map(eventOf);
  const others = (endpoint.competing ?? []).map(eventOf);
  const seen = endpoint.seen === undefined ? undefined : dates(endpoint.seen).day.values;
  const censor = endpoint.censor === undefined ? undefined : dates(endpoint.censor);
  const lastDay = (cut === undefined ? undefined : isoDay(cut)) ?? Number.POSITIVE_INFINITY;

  /** The day of the first of some events, infinite without one, NaN where that can't be said. */
  const firstEvent = (events: readonly DatedEvent[], row: number): number => {
    let first = Number.POSITIVE_INFINITY;
    for (const { day, basis, when } of events) {
      const happened = !isMissing(day, row);
      if (when && when[row] !== (happened ? 1 : 0)) return Number.NaN;
      if (!happened) {
        if (basis.some((column) => setAside(row).has(column))) return Number.NaN;
        continue;
      }
      if (day.values[row]! < origin[row]!) return Number.NaN;
      first = Math.min(first, day.values[row]!);
    }
    return first;
  };

  const time = new Float64Array(rows.rows).fill(Number.NaN);
  const event = new Uint8Array(rows.rows).fill(MISSING);
  const cause = new Uint8Array(rows.rows);
  for (let row = 0; row < rows.rows; row++) {
    const own = firstEvent(events, row);
    const other = others
      .map((each) => firstEvent([each], row))
      .reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
    const first = Math.min(own, other);
    const end = first === Number.POSITIVE_INFINITY ? (seen?.[row] ?? Number.NaN) : first;
    if (Number.isNaN(origin[row]!) || Number.isNaN(end)) continue;
    if (censor && isMissing(censor.day, row) && censor.basis.some((column) => setAside(row).has(column))) continue;
    const limit = Math.min(
      lastDay,
      Number.isNaN(censor?.day.values[row] ?? Number.NaN) ? Number.POSITIVE_INFINITY : censor!.day.values[row]!,
    );
    time[row] = (Math.min(end, limit) - origin[row]!) / DAYS_PER_MONTH;
    const seenEvent = first <= limit && first < Number.POSITIVE_INFINITY;
    event[row] = seenEvent && own <= other ? 1 : 0;
    if (seenEvent && own > other) cause[row] = 1 + others.findIndex((each) => firstEvent([each], row) === other);
  }
  const columns = [...used].sort();
  const worked = { name, origin: endpoint.origin, time, event, columns };
  if (endpoint.competing === undefined) return worked;
  return { ...worked, competing: { labels: endpoint.competing.map(({ label, date }) => label ?? date), cause } };
}
