import type { Notes } from './notes.ts';
import type { DraftTable, Entry } from './roles.ts';

/** In fewer cells, a code that occurs once says nothing. */
const LEAST_CELLS = 20;
/** What occurs this often is no slip. */
const OFTEN = 5;

/** Of many cells of a category, the one code that occurs once where every other occurs often. Where several are rare, rare codes are what the column has. */
export function rareIn(cells: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const cell of cells) counts.set(cell, (counts.get(cell) ?? 0) + 1);
  const seldom = [...counts].filter(([, count]) => count < OFTEN);
  const [rare] = seldom;
  if (cells.length < LEAST_CELLS || counts.size < 2 || seldom.length !== 1 || rare?.[1] !== 1) return undefined;
  return rare[0];
}

/**
 * Asks of each category's rare code whether it is a slip; meanwhile it is a code. Not of a code that an expression of the draft
 * names, such as what says that somebody died: it is known for what it is.
 */
export function askOfRare(tables: readonly DraftTable[], { tables: _, ...expressions }: Entry, notes: Notes): void {
  const said = JSON.stringify(expressions);
  const isNamed = (code: string): boolean => said.includes(JSON.stringify(JSON.stringify(code)).slice(1, -1));
  for (const [i, { table, columns }] of tables.entries())
    for (const column of columns) {
      const { type, codes } = table.columns[column.name]!;
      if (type !== 'category' || !Array.isArray(codes)) continue;
      const { rare } = column;
      if (rare === undefined || isNamed(rare)) continue;
      const asks = `${column.from} is ${rare} in one row alone: is it a slip, which is set aside, or a code?`;
      const without = codes.filter((code) => code !== rare);
      notes.ask(`/tables/${i}/columns/${column.name}/codes`, asks, [codes, without], codes);
    }
}
