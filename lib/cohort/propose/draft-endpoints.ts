import type { Notes } from './notes.ts';
import {
  type DraftColumn,
  type DraftTable,
  deadCondition,
  type Entry,
  rolesOf,
  type Survival,
  survivalOf,
} from './roles.ts';
import { unitIn } from './units.ts';

/** A time beyond this is one of days. */
const DAYS_FROM = 200;

/** From when on an unknown one counts, until somebody says it: it reads well on an axis. */
const UNTOLD_ORIGIN = 'time zero';

/** An endpoint of the draft; `pair`: of a time and its event. */
interface DraftEndpoint {
  readonly definition: Entry;
  readonly pair?: Survival;
}

/** Endpoints from pairs of a time and its event, whose columns become a duration and a boolean; without one of survival, that of dates. */
export function draftEndpoints(tables: readonly DraftTable[], notes: Notes): Record<string, DraftEndpoint> {
  const endpoints = endpointsOfPairs(tables, notes);
  const os = Object.hasOwn(endpoints, 'os') ? undefined : survivalByDates(tables, notes);
  return os ? { ...endpoints, os: { definition: os } } : endpoints;
}

function endpointsOfPairs(tables: readonly DraftTable[], notes: Notes): Record<string, DraftEndpoint> {
  const endpoints: Record<string, DraftEndpoint> = {};
  tables.forEach(({ table, columns }, t) => {
    if (table['rows'] === 'event') return;
    for (const pair of survivalOf(columns)) {
      const name = Object.hasOwn(endpoints, pair.kind) ? `${pair.kind}_${pair.time}`.slice(0, 60) : pair.kind;
      toDuration(
        table.columns[pair.time]!,
        columns.find(({ name: of }) => of === pair.time)!,
        `/tables/${t}/columns/${pair.time}`,
        notes,
      );
      toEvent(
        table.columns[pair.event]!,
        columns.find(({ name: of }) => of === pair.event)!,
        `/tables/${t}/columns/${pair.event}`,
        notes,
      );
      endpoints[name] = { pair, definition: { origin: UNTOLD_ORIGIN, time: pair.time, event: pair.event } };
      notes.told(`/endpoints/${name}`, pair.says, undefined, String(table['match']));
      notes.ask(
        `/endpoints/${name}/origin`,
        `From when on is ${pair.time} counted?`,
        ['diagnosis', 'operation', 'start of treatment'],
        UNTOLD_ORIGIN,
      );
    }
  });
  return endpoints;
}

/** Overall survival where patients' dates of death and last contact are known, and a date to count from, which is asked for. */
function survivalByDates(tables: readonly DraftTable[], notes: Notes): Entry | undefined {
  const own = tables.filter(({ table }) => table['rows'] === 'patient');
  const columns = own.flatMap((table) => table.columns);
  const roles = rolesOf(columns);
  const { 'death date': died, 'last contact date': seen } = roles;
  const dead = deadCondition(columns, (name) => own.some(({ table }) => table.columns[name]?.['type'] === 'boolean'));
  const origin = roles['diagnosis date'] ?? roles['treatment date'] ?? roles['resection date'];
  if (seen === undefined || origin === undefined || (died === undefined && dead === undefined)) return undefined;
  const events = [{ date: died ?? `when(${dead}, ${seen})`, ...(dead !== undefined && { when: dead }) }];
  if (died === undefined)
    notes.ask(
      '/endpoints/os/events',
      `Is ${seen} of who died the date of her death? No other was found.`,
      [events],
      events,
    );
  else notes.told('/endpoints/os', `it runs to ${died}, else to ${seen}`);
  notes.ask(
    '/endpoints/os/origin',
    'From which date on is survival counted?',
    columns.flatMap(({ name, dated }) => (dated && name !== died && name !== seen ? [name] : [])),
    origin,
  );
  return { origin, events, seen };
}

function toDuration(definition: Entry, { from, values }: DraftColumn, place: string, notes: Notes): void {
  const said = unitIn(from);
  const largest = Math.max(...values.map(Number).filter(Number.isFinite));
  const unit =
    said !== undefined && ['days', 'weeks', 'months', 'years'].includes(said)
      ? said
      : largest > DAYS_FROM
        ? 'days'
        : 'months';
  definition['type'] = 'duration';
  definition['unit'] = unit;
  delete definition['range'];
  delete definition['bounds'];
  if (unit === said) notes.told(`${place}/unit`, `its name says ${unit}`, from);
  else
    notes.ask(
      `${place}/unit`,
      `In what unit is ${from}? Its largest value is ${largest}.`,
      ['days', 'weeks', 'months', 'years'],
      unit,
    );
}

function toEvent(definition: Entry, { values }: DraftColumn, place: string, notes: Notes): void {
  const happened = (value: string): boolean => /^1|^(yes|ja|dead|deceased)$/i.test(value);
  const sorted = [...values].sort();
  const codesWhere = (holds: (value: string) => boolean): Readonly<Record<string, boolean>> =>
    Object.fromEntries(sorted.map((value) => [value, holds(value)]));
  const codes = codesWhere(happened);
  const ofOne = sorted.map((one) => codesWhere((value) => value === one));
  const isOfOne = sorted.filter(happened).length === 1;
  definition['type'] = 'boolean';
  definition['codes'] = codes;
  delete definition['unit'];
  notes.ask(`${place}/codes`, 'Which code says that the event happened?', isOfOne ? ofOne : [codes, ...ofOne], codes);
}
