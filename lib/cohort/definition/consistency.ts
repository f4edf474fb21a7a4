import { isoDay } from '../expressions/functions.ts';
import { SPECIMEN } from '../values/glob.ts';
import { didYouMean } from '../values/near.ts';
import { checkChecks } from './check-faults.ts';
import { pointerOf } from './definition-text.ts';
import { type DefinitionFault, dictionaryOf, ownerOf, typeOf } from './dictionary.ts';
import { STEP_0 } from './eligibility.ts';
import { ExpressionChecks, type Report } from './expression-checks.ts';
import { checkPlan } from './plan-faults.ts';
import {
  type ColumnDefinition,
  type Definition,
  DURATION_UNITS,
  NAME,
  RESERVED,
  type TableDefinition,
} from './schema.ts';
import { specimenScope } from './specimen-scope.ts';

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
  checkChecks(definition, dictionary, check, report);
  checkCriteria(definition, check, report);
  checkLabels(definition, dictionary.variables, report);
  checkPlan(definition, dictionary, check, report);
  return faults;
}

function checkCriteria({ criteria = [] }: Definition, expressions: ExpressionChecks, report: Report): void {
  const known = new Set([STEP_0]);
  criteria.forEach(({ id, cel }, i) => {
    const path = ['criteria', String(i)];
    if (known.has(id))
      report(
        [...path, 'id'],
        id === STEP_0 ? 'step 0 is the rows that validation sets apart' : `two criteria are called ${id}`,
        'Take another id.',
        id,
      );
    known.add(id);
    expressions.type([...path, 'cel'], cel, ['boolean']);
  });
}

function checkLabels(
  { labels = {}, groups }: Definition,
  variables: ReadonlyMap<string, unknown>,
  report: Report,
): void {
  for (const name of Object.keys(labels))
    if (!variables.has(name) && !Object.hasOwn(groups, name))
      report(
        ['labels', name],
        `there is no variable or group ${name}`,
        didYouMean(name, [...variables.keys(), ...Object.keys(groups)]),
        name,
      );
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
  tables.forEach(({ columns, name: list }, i) => {
    if (list !== undefined) check(['tables', i, 'name'], list);
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
  if (rows === 'event' && table.name === undefined)
    report(path, 'a table of events has a name, by which expressions ask for its rows', 'Add name.');
  if (rows !== 'specimen')
    for (const [key, value] of Object.entries({ specimen, panel, ...(rows === 'patient' && { date }) }))
      if (value !== undefined)
        report([...path, key], `${key} belongs to a table of specimens`, 'Say rows: specimen, or leave it out.');
  if (rows === 'patient' && table.name !== undefined)
    report([...path, 'name'], 'a patient has one row in a table of patients: there is no list', 'Leave it out.');
  if (date !== undefined && (!Object.hasOwn(columns, date) || columns[date]!.type !== 'date'))
    report(
      [...path, 'date'],
      `${date} is no date column of this table`,
      'Name one of its columns, of type date.',
      date,
    );
  for (const [name, column] of Object.entries(columns)) {
    const here = [...path, 'columns', name];
    if (rows !== 'specimen' && column.of !== undefined && column.of !== rows)
      report([...here, 'of'], `a table of ${rows}s has no columns of ${column.of}s`, 'Leave of out.');
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
    if (match.split(SPECIMEN).length > 2)
      report([...path, 'match'], `${SPECIMEN} stands here twice`, 'Leave one out.', match);
    if (panel === undefined && !panels && covers !== 'matrix')
      report(path, 'what was sequenced is not said', 'Add panel, here or in the table of specimens.');
    if (covers === 'listed' && !listed && tables.length === 0)
      report([...path, 'covers'], 'no table lists specimens', 'Say present.');
  });
  if (specimens && !listed)
    report(['specimens'], 'no table holds specimens', 'Leave it out, or add a table with rows: specimen.');
}
