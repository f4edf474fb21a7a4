import type { CheckDefinition } from '../definition/schema.ts';
import { checkOf, type Filled, type Role, RULE_TEMPLATES } from '../templates/rule-templates.ts';
import { type DraftTable, deadCondition, rolesOf, type Survival, timesLike } from './roles.ts';

/** A check of the draft, and the columns it was made for. */
interface Proposed {
  readonly check: CheckDefinition;
  readonly says: string;
}

const SURVIVAL: Readonly<Record<string, Role>> = {
  os: 'overall survival',
  dfs: 'disease-free survival',
  rfs: 'disease-free survival',
  pfs: 'progression-free survival',
};

/** Templates whose columns were found, as checks. A duration is held to zero by its type. */
export function proposedChecks(tables: readonly DraftTable[], pairs: readonly Survival[]): readonly Proposed[] {
  // Of a table of specimens, columns are the specimens' unless one says so of itself: checks of patients don't see them.
  const own = tables.filter(
    ({ table }) =>
      table['rows'] === 'patient' ||
      (table['rows'] === 'specimen' && Object.values(table.columns).some(({ of }) => of === 'specimen')),
  );
  const columns = own.flatMap((table) => table.columns);
  const isBoolean = (name: string): boolean => own.some(({ table }) => table.columns[name]?.['type'] === 'boolean');
  const isNumber = (name: string): boolean =>
    own.some(({ table }) => /^(number|integer|duration)$/.test(String(table.columns[name]?.['type'])));
  const names: Partial<Record<Role, string>> = rolesOf(columns);
  const dead = deadCondition(columns, isBoolean);
  if (dead !== undefined) names.dead = dead;
  for (const { kind, time } of pairs) {
    const role = SURVIVAL[kind];
    if (role !== undefined && columns.some(({ name }) => name === time)) names[role] ??= time;
  }
  for (const role of ['birth year', 'age'] as const)
    if (names[role] !== undefined && !isNumber(names[role])) delete names[role]; // years of two classes are codes
  const overall = names['overall survival'];
  for (const { kind, name } of overall === undefined ? [] : timesLike(overall, columns)) {
    const role = SURVIVAL[kind];
    if (role !== undefined && kind !== 'os' && isNumber(name)) names[role] ??= name;
  }
  const codes = codesOf(names, own);
  if (names['no evidence of disease'] !== undefined && !isBoolean(names['no evidence of disease']))
    delete names['no evidence of disease'];
  if (names.microsatellites !== undefined && codes.microsatellites === undefined) delete names.microsatellites;
  if (names.margin !== undefined && codes.margin === undefined) delete names.margin;
  const filled: Filled = { names, codes };
  const proposed = RULE_TEMPLATES.filter(
    ({ roles, id }) =>
      !roles.includes('table') && id !== 'last-contact-after-cut' && id !== 'overall-survival-negative',
  ).flatMap((template) => made(template, filled));
  for (const { table, columns: of } of tables) {
    if (table['rows'] !== 'event') continue;
    const list = String(table['name']);
    const { 'death date': _, ...roles } = rolesOf(of); // a patient's own: that of a row would be no column of hers
    const date = table['date'] as string | undefined;
    const death = names['death date'];
    const inTable: Filled = {
      names: {
        ...roles,
        table: list,
        ...(date !== undefined && { 'event date': date }),
        ...(death !== undefined && { 'death date': death }),
      },
    };
    for (const template of RULE_TEMPLATES)
      if (template.roles.includes('table')) proposed.push(...made(template, inTable, idOf(template.id, list)));
  }
  return proposed;
}

function idOf(template: string, list: string): string {
  return `${template}-${list}`.toLowerCase().replaceAll('_', '-').slice(0, 64);
}

function made(template: (typeof RULE_TEMPLATES)[number], filled: Filled, id?: string): Proposed[] {
  const check = checkOf(template, filled, id);
  return check
    ? [{ check, says: `its columns were found: ${template.roles.map((role) => filled.names[role]).join(', ')}` }]
    : [];
}

/** How a cohort writes MSI-high and R2. */
function codesOf(names: Partial<Record<Role, string>>, tables: readonly DraftTable[]): Partial<Record<Role, string>> {
  const valuesOf = (name: string | undefined): readonly string[] =>
    tables.flatMap(({ columns }) => columns.flatMap((column) => (column.name === name ? column.values : [])));
  const high = valuesOf(names.microsatellites).find((value) => /^(msi[ -_]?h(igh)?|high|dmmr)$/i.test(value));
  const r2 = valuesOf(names.margin).find((value) => /^r2$/i.test(value));
  return { ...(high !== undefined && { microsatellites: high }), ...(r2 !== undefined && { margin: r2 }) };
}
