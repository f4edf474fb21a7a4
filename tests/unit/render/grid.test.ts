import { describe, expect, it } from 'vitest';
import { gridOf, isTurned } from '../../../lib/render/grid.ts';
import type { ResultTable } from '../../../lib/result/index.ts';

const many: ResultTable = {
  id: 'many',
  title: 'Of many columns',
  columns: [
    { key: 'landmark', label: 'Landmark', format: 'count', unit: 'months' },
    ...['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((key) => ({ key, label: `Column ${key}`, format: 'ratio' as const })),
  ],
  rows: [
    { landmark: 6, a: 1, b: 2, c: 3, d: 4, e: 5, f: 6, g: 7 },
    { landmark: 9, a: 1.5, b: 2, c: 3, d: 4, e: 5, f: 6, g: 7 },
  ],
  notes: [],
};

const levels = (names: readonly string[]): ResultTable => ({
  id: 'levels',
  title: 'By level',
  columns: [
    { key: 'covariate', label: 'Covariate', format: 'text' },
    { key: 'level', label: 'Level', format: 'text' },
  ],
  rows: names.map((covariate, i) => ({ covariate, level: String(i) })),
  notes: [],
});

const texts = (cells: readonly { readonly text: string }[]) => cells.map(({ text }) => text);
const repeats = (table: ResultTable) => gridOf(table, 200, undefined).body.map(([head]) => head!.again ?? false);

describe('A table on a page', () => {
  it('is turned where it has many columns and few rows, each column a row', () => {
    const { head, body } = gridOf(many, 200, undefined);
    expect(isTurned(many)).toBe(true);
    expect(texts(head)).toEqual(['Landmark, months', '6', '9']);
    expect(texts(body[0]!)).toEqual(['Column a', '1.00', '1.50']);
    expect(body).toHaveLength(7);
  });

  it('stays as it is where it has as many rows as a page reads well', () => {
    const rows = Array.from({ length: 4 }, () => many.rows[0]!);
    expect(isTurned({ ...many, rows })).toBe(false);
    expect(gridOf({ ...many, rows }, 2, undefined).body).toHaveLength(2);
  });

  it('says a covariate once before its levels', () => {
    expect(repeats(levels(['sex', 'sex', 'age', 'stage', 'stage']))).toEqual([false, true, false, false, true]);
  });

  it('says it in every row where its rows do not stand together', () => {
    expect(repeats(levels(['KRAS', 'KRAS', 'TP53', 'KRAS']))).toEqual([false, false, false, false]);
  });
});
