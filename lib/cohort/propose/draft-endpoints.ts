import type { Notes } from './notes.ts';
import { type DraftColumn, type DraftTable, type Entry, type Survival, survivalOf } from './roles.ts';
import { unitIn } from './units.ts';

/** A time beyond this is one of days. */
const DAYS_FROM = 200;

/** Endpoints from pairs of a time and its event, whose columns become a duration and a boolean. */
export function draftEndpoints(
  tables: readonly DraftTable[],
  notes: Notes,
): Record<string, { readonly pair: Survival; readonly origin: string }> {
  const endpoints: Record<string, { readonly pair: Survival; readonly origin: string }> = {};
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
      endpoints[name] = { pair, origin: 'not said' };
      notes.told(`/endpoints/${name}`, pair.says, undefined, String(table['match']));
      notes.ask(
        `/endpoints/${name}/origin`,
        `From when on is ${pair.time} counted?`,
        ['diagnosis', 'operation', 'start of treatment'],
        'not said',
      );
    }
  });
  return endpoints;
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
  definition['type'] = 'boolean';
  definition['codes'] = Object.fromEntries([...values].sort().map((value) => [value, happened(value)]));
  delete definition['unit'];
  notes.ask(`${place}/codes`, 'Which code says that the event happened?', [...values].sort(), values.find(happened));
}
