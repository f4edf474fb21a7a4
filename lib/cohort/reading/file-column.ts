import type { Definition } from '../definition/schema.ts';
import { matches } from '../values/glob.ts';

/** What the file calls a column. */
export function fileColumn(name: string, tables: Definition['tables']): string {
  for (const { columns } of tables) if (Object.hasOwn(columns, name)) return columns[name]!.from ?? name;
  return name;
}

/** The column that says whose a row of specimens is. */
export function patientColumn(
  { file, sheet }: { readonly file: string; readonly sheet?: string },
  tables: Definition['tables'],
): string | undefined {
  const of = tables.filter(({ match, rows }) => rows === 'specimen' && matches(match, file));
  return (of.find((table) => table.sheet === sheet) ?? of.find((table) => table.sheet === undefined))?.patient;
}
