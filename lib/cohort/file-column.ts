import type { Definition } from './schema.ts';

/** What the file calls a column. */
export function fileColumn(name: string, tables: Definition['tables']): string {
  for (const { columns } of tables) if (Object.hasOwn(columns, name)) return columns[name]!.from ?? name;
  return name;
}
