import { type ExplainedColumn, IdentifierScreen } from './identifiers.ts';
import type { ColumnReading, Reading, TableReading } from './reading.ts';

const NUMERIC: ReadonlySet<string> = new Set(['number', 'integer', 'duration']);

/**
 * The screen of a table of a source for direct identifiers. Exempt are columns of identifiers that become keys, and what any table of the same
 * sheet lists as not to be read.
 */
export function screenOf(reading: Reading, table: TableReading, columns: readonly string[]): IdentifierScreen {
  const beside = reading.tables.filter(({ sheet }) => sheet === table.sheet);
  const exempt = new Set<string>();
  const explained = new Map<string, ExplainedColumn>();
  for (const { patient, specimen, panel, ignore = [], columns: mapped } of beside) {
    for (const name of [patient, specimen, panel, ...ignore]) if (name !== undefined) exempt.add(name);
    for (const column of mapped) {
      if (column.type === 'key') exempt.add(column.from);
      explained.set(column.from, explanationOf(column));
    }
  }
  return new IdentifierScreen(columns, exempt, explained, table.patient);
}

function explanationOf({ codes = [], missing, type }: ColumnReading): ExplainedColumn {
  return { codes: new Set([...codes.map(([code]) => code), ...missing]), numeric: NUMERIC.has(type) };
}
