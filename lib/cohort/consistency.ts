import { compile, type Variables } from './compile.ts';
import { pointerOf } from './definition-text.ts';
import { type DefinitionFault, type Dictionary, dictionaryOf, ownerOf, typeOf } from './dictionary.ts';
import { ExpressionError, type ValueType } from './expression.ts';
import { isoDay } from './functions.ts';
import {
  type ColumnDefinition,
  type Definition,
  DURATION_UNITS,
  type EndpointDefinition,
  NAME,
  RESERVED,
  type TableDefinition,
  WHOLE_PANELS,
} from './schema.ts';
import { specimenScope } from './specimen-scope.ts';

type Report = (path: readonly (string | number)[], says: string, remedy: string, value?: string) => void;

/** What the parts of a definition, each well formed, have against one another. */
export function consistencyFaults(definition: Definition): readonly DefinitionFault[] {
  const faults: DefinitionFault[] = [];
  const report: Report = (path, says, remedy, value) =>
    faults.push({ pointer: pointerOf(path), says, remedy, ...(value !== undefined && { value }) });
  checkNames(definition, report);
  definition.tables.forEach((table, i) => {
    checkTable(table, ['tables', i], report);
  });
  checkAlterations(definition, report);
  if (definition.cut !== undefined && isoDay(definition.cut) === undefined)
    report(['cut'], 'there is no such day', 'A date is written yyyy-mm-dd.', definition.cut);
  if (faults.length > 0) return faults; // expressions would only tell it again
  const dictionary = dictionaryOf(definition);
  faults.push(...dictionary.faults);
  const check = new ExpressionChecks(dictionary, faults);
  if (definition.specimens)
    check.type(['specimens', 'counts'], definition.specimens.counts, ['boolean'], specimenScope(dictionary));
  for (const [name, endpoint] of Object.entries(definition.endpoints)) check.endpoint(['endpoints', name], endpoint);
  for (const [name, group] of Object.entries(definition.groups)) check.group(['groups', name], group);
  return faults;
}

function checkNames({ tables, derived, endpoints, groups }: Definition, report: Report): void {
  const known = new Map<string, string>();
  const check = (path: readonly (string | number)[], name: string): void => {
    if (!NAME.test(name))
      report(
        path,
        `${name} can't be a name`,
        'A name is letters, digits and _, begins with a letter, and has at most 64.',
        name,
      );
    else if (RESERVED.has(name)) report(path, `${name} has a meaning of its own`, 'Take another name.', name);
    else if (known.has(name))
      report(path, `${name} stands at ${known.get(name)} too: a name occurs once`, 'Take another name.', name);
    else known.set(name, pointerOf(path));
  };
  tables.forEach(({ columns }, i) => {
    for (const name of Object.keys(columns)) check(['tables', i, 'columns', name], name);
  });
  for (const name of Object.keys(derived)) check(['derived', name], name);
  for (const [part, named] of [
    ['endpoints', endpoints],
    ['groups', groups],
  ] as const)
    for (const name of Object.keys(named))
      if (!/^[\p{L}\p{N}_-]{1,64}$/u.test(name))
        report([part, name], `${name} can't be a name`, 'A name is letters, digits, _ and -.', name);
}

function checkTable(table: TableDefinition, path: readonly (string | number)[], report: Report): void {
  const { rows, specimen, panel, date, columns, ignore = [] } = table;
  if (rows === 'specimen' && specimen === undefined)
    report(path, 'a table of specimens names the column of their identifiers', 'Add specimen.');
  if (rows === 'patient')
    for (const [key, value] of Object.entries({ specimen, panel, date }))
      if (value !== undefined)
        report([...path, key], `${key} belongs to a table of specimens`, 'Say rows: specimen, or leave it out.');
  if (date !== undefined && (!Object.hasOwn(columns, date) || columns[date]!.type !== 'date'))
    report(
      [...path, 'date'],
      `${date} is no date column of this table`,
      'Name one of its columns, of type date.',
      date,
    );
  for (const [name, column] of Object.entries(columns)) {
    const here = [...path, 'columns', name];
    if (rows === 'patient' && column.of === 'specimen')
      report([...here, 'of'], 'a table of patients has no columns of specimens', 'Leave of out.');
    if (ignore.includes(column.from ?? name))
      report(here, `${column.from ?? name} is to be ignored, and read`, 'Leave it out of one of the two.');
    if (date === name && ownerOf(table, column) === 'patient')
      report([...path, 'date'], `${name} is the patient's: it orders no specimens`, 'Say of: specimen.', name);
    checkColumn(column, here, report);
  }
}

const NUMERIC: ReadonlySet<string> = new Set(['number', 'integer', 'duration']);
const CODED: Readonly<Record<string, string>> = {
  number: 'number',
  integer: 'number',
  boolean: 'boolean',
  category: 'string',
};

function checkColumn(column: ColumnDefinition, path: readonly (string | number)[], report: Report): void {
  const { codes, unit, range, bounds } = column;
  const type = typeOf(column);
  if (type === undefined) {
    report(path, 'the column has no type', 'Add type, or codes for a category.');
    return;
  }
  if (type === 'duration' && !DURATION_UNITS.some((known) => known === unit))
    report(
      [...path, unit === undefined ? 'type' : 'unit'],
      'a duration has a unit',
      `Add unit: ${DURATION_UNITS.join(', ')}.`,
      unit,
    );
  if (unit !== undefined && !NUMERIC.has(type)) report([...path, 'unit'], `a ${type} has no unit`, 'Leave it out.');
  if (range && !NUMERIC.has(type)) report([...path, 'range'], `a ${type} has no range`, 'Leave it out.');
  const [low, high] = range ?? [];
  if (low != null && high != null && low > high)
    report([...path, 'range'], 'the range is empty', 'The smaller comes first.');
  if (bounds && type !== 'number' && type !== 'integer')
    report([...path, 'bounds'], `a ${type} has no bounds`, 'Leave it out.');
  if (!codes) return;
  const wanted = CODED[type];
  if (!wanted) report([...path, 'codes'], `a ${type} has no codes`, 'Leave them out.');
  const seen = new Set<string>();
  for (const [code, value] of codes) {
    if (seen.has(code)) report([...path, 'codes'], `the code ${code} stands here twice`, 'Leave one out.', code);
    seen.add(code);
    if (wanted && wanted !== 'string' && typeof value !== wanted)
      report(
        [...path, 'codes', code],
        `the code ${code} of a ${type} stands for ${JSON.stringify(value)}`,
        `It has to be a ${wanted}.`,
        String(value),
      );
  }
}

function checkAlterations({ alterations, tables, specimens }: Definition, report: Report): void {
  const listed = tables.some(({ rows }) => rows === 'specimen');
  const panels = tables.some(({ panel }) => panel !== undefined);
  alterations.forEach(({ match, panel, covers }, i) => {
    const path = ['alterations', i];
    if (match.includes('{specimen}'))
      report([...path, 'match'], 'a file for each specimen: not yet supported', 'Leave it out for now.', match);
    if (panel === undefined && !panels)
      report(path, 'what was sequenced is not said', 'Add panel, here or in the table of specimens.');
    if (panel !== undefined && !WHOLE_PANELS.some((known) => known === panel))
      report(
        [...path, 'panel'],
        'panels with a list of genes: not yet supported',
        `It is ${WHOLE_PANELS.join(' or ')} for now.`,
        panel,
      );
    if (covers === 'listed' && !listed && tables.length === 0)
      report([...path, 'covers'], 'no table lists specimens', 'Say present.');
  });
  if (specimens && !listed)
    report(['specimens'], 'no table holds specimens', 'Leave it out, or add a table with rows: specimen.');
}

/** Type-checks the expressions outside the derived variables. */
class ExpressionChecks {
  readonly #dictionary: Dictionary;
  readonly #faults: DefinitionFault[];

  constructor(dictionary: Dictionary, faults: DefinitionFault[]) {
    this.#dictionary = dictionary;
    this.#faults = faults;
  }

  type(
    path: readonly string[],
    cel: string,
    kinds: readonly ValueType['kind'][],
    scope?: Variables,
  ): ValueType | undefined {
    try {
      const { type } = compile(cel, scope ?? this.#dictionary.scope);
      if (kinds.includes(type.kind)) return type;
      this.#fault(
        path,
        cel,
        0,
        `this is a ${type.kind}, where a ${kinds.join(' or ')} is needed`,
        'Compare it with something.',
      );
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      if (error.start >= 0) this.#fault(path, cel, error.start, error.message, error.remedy);
    }
    return undefined;
  }

  endpoint(path: readonly string[], endpoint: EndpointDefinition): void {
    if ('time' in endpoint) {
      for (const key of ['time', 'entry'] as const) this.#duration([...path, key], endpoint[key]);
      this.type([...path, 'event'], endpoint.event, ['boolean']);
      this.#competing([...path, 'competing'], endpoint.competing);
      return;
    }
    for (const key of ['origin', 'entry', 'seen', 'censor'] as const) {
      const cel = endpoint[key];
      if (cel !== undefined) this.type([...path, key], cel, ['date']);
    }
    for (const key of ['events', 'competing'] as const)
      endpoint[key]?.forEach(({ date, when }, i) => {
        this.type([...path, key, String(i), 'date'], date, ['date']);
        if (when !== undefined) this.type([...path, key, String(i), 'when'], when, ['boolean']);
      });
  }

  #competing(path: readonly string[], competing: Extract<EndpointDefinition, { time: string }>['competing']): void {
    if (typeof competing === 'string') this.type(path, competing, ['boolean']);
    else
      competing?.forEach(({ event, time }, i) => {
        this.type([...path, String(i), 'event'], event, ['boolean']);
        this.#duration([...path, String(i), 'time'], time);
      });
  }

  #duration(path: readonly string[], cel: string | undefined): void {
    const time = cel === undefined ? undefined : this.type(path, cel, ['number']);
    if (cel === undefined || !time || DURATION_UNITS.some((unit) => unit === time.unit)) return;
    this.#fault(
      path,
      cel,
      0,
      'the unit of this time is not known',
      'Name a column of type duration, or use months(from, to).',
    );
  }

  group(path: readonly string[], { by, labels, known }: Definition['groups'][string]): void {
    const type = this.type([...path, 'by'], by, ['boolean', 'text', 'number']);
    if (known !== undefined) this.type([...path, 'known'], known, ['date']);
    if (!type || !labels) return;
    const values = type.kind === 'boolean' ? ['false', 'true'] : type.levels;
    const seen = new Set<string>();
    for (const [value] of labels) {
      if (seen.has(value)) this.#fault([...path, 'labels'], value, 0, `${value} is labelled twice`, 'Leave one out.');
      seen.add(value);
      if (values && !values.includes(value))
        this.#fault(
          [...path, 'labels', value],
          value,
          undefined,
          `${value} is none of the values of ${by}`,
          `They are ${values.join(', ')}.`,
        );
    }
  }

  #fault(path: readonly string[], value: string, start: number | undefined, says: string, remedy: string): void {
    this.#faults.push({ pointer: pointerOf(path), value, ...(start !== undefined && { start }), says, remedy });
  }
}
