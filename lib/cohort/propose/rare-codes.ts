import type { Notes } from './notes.ts';
import type { DraftTable, Entry } from './roles.ts';

/** In fewer cells, a code that occurs once says nothing. */
const LEAST_CELLS = 20;
/** What occurs this often is no slip. */
const OFTEN = 5;

/** Of many cells of a category, the codes that occur once, where others occur often: in order. */
export function rareIn(cells: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const cell of cells) counts.set(cell, (counts.get(cell) ?? 0) + 1);
  const often = [...counts.values()].some((count) => count >= OFTEN);
  if (cells.length < LEAST_CELLS || !often) return [];
  return [...counts].flatMap(([code, count]) => (count === 1 ? [code] : [])).sort();
}

/**
 * Asks of each category's rare codes whether they are slips; meanwhile they are codes. Not of a code that an expression of the draft
 * names, such as what says that somebody died: it is known for what it is.
 */
export function askOfRare(tables: readonly DraftTable[], { tables: _, ...expressions }: Entry, notes: Notes): void {
  const said = JSON.stringify(expressions);
  const isNamed = (code: string): boolean => said.includes(JSON.stringify(JSON.stringify(code)).slice(1, -1));
  for (const [i, { table, columns }] of tables.entries())
    for (const column of columns) {
      const { type, codes } = table.columns[column.name]!;
      if (type !== 'category' || !Array.isArray(codes)) continue;
      const rare = column.rare.filter((code) => !isNamed(code));
      if (rare.length === 0) continue;
      const asks =
        rare.length === 1
          ? `${column.from} is ${rare[0]} in one row alone: is it a slip, which is set aside, or a code?`
          : `${column.from} is ${rare.join(', ')} in one row each: are they slips, which are set aside, or codes?`;
      const without = codes.filter((code) => !rare.includes(code));
      notes.ask(`/tables/${i}/columns/${column.name}/codes`, asks, [codes, without], codes);
    }
}
