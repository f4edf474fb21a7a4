import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Counts, cellBounds, type Held, suppressed } from '../../../lib/sharing/index.ts';

const K = 5;

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const columnsOf = (counts: Counts): number[][] => counts[0]!.map((_, j) => counts.map((row) => row[j]!));

/** Every table of the same margins and shown cells, by trying all: what an attacker with patience would do. */
function tablesLike(counts: Counts, held: Held): number[][][] {
  const cells = held.flatMap((row, i) => row.flatMap((hidden, j) => (hidden ? [[i, j] as const] : [])));
  const found: number[][][] = [];
  const table = counts.map((row, i) => row.map((count, j) => (held[i]![j] ? 0 : count)));
  const rows = counts.map(sum);
  const columns = columnsOf(counts).map(sum);
  const fill = (at: number): void => {
    if (at === cells.length) {
      if (rows.every((r, i) => sum(table[i]!) === r) && columnsOf(table).every((c, j) => sum(c) === columns[j]))
        found.push(table.map((row) => [...row]));
      return;
    }
    const [i, j] = cells[at]!;
    const most = Math.min(rows[i]! - sum(table[i]!), columns[j]! - sum(table.map((row) => row[j]!)));
    for (let n = 0; n <= most; n++) {
      table[i]![j] = n;
      fill(at + 1);
    }
    table[i]![j] = 0;
  };
  fill(0);
  return found;
}

const table = (rows: number, columns: number, most: number) =>
  fc.array(fc.array(fc.nat(most), { minLength: columns, maxLength: columns }), { minLength: rows, maxLength: rows });

describe('The interval of a held cell', () => {
  it('is what trying every table of the same margins finds', () => {
    fc.assert(
      fc.property(
        table(3, 3, 4),
        fc.array(fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }), { minLength: 3, maxLength: 3 }),
        (counts, held) => {
          const all = tablesLike(counts, held);
          for (const { row, column, low, high } of cellBounds(counts, held)) {
            const values = all.map((each) => each[row]![column]!);
            expect([low, high]).toEqual([Math.min(...values), Math.max(...values)]);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('is the cell itself where it is alone in its row', () => {
    expect(
      cellBounds(
        [
          [3, 20],
          [10, 30],
        ],
        [
          [true, false],
          [false, false],
        ],
      ),
    ).toEqual([{ row: 0, column: 0, low: 3, high: 3 }]);
  });
});

describe('A table that is shown beside its margins', () => {
  it('stays whole without a small cell, zeros being none', () => {
    expect(
      suppressed(
        [
          [5, 0, 9],
          [7, 12, 6],
        ],
        K,
      ),
    ).toEqual([
      [5, 0, 9],
      [7, 12, 6],
    ]);
  });

  it('of two by two is withheld with its margins where a cell is small', () => {
    expect(
      suppressed(
        [
          [4, 20],
          [18, 30],
        ],
        K,
      ),
    ).toBeUndefined();
  });

  it('falls without partners: the margin gives the small cell away', () => {
    const counts = [
      [2, 20, 30],
      [11, 15, 25],
      [12, 14, 16],
    ];
    const naive = counts.map((row) => row.map((count) => count > 0 && count < K));
    expect(cellBounds(counts, naive)).toEqual([{ row: 0, column: 0, low: 2, high: 2 }]);
    const shown = suppressed(counts, K)!;
    const held = shown.map((row) => row.map((cell) => cell === null));
    const [small] = cellBounds(counts, held).filter(({ row, column }) => row === 0 && column === 0);
    expect(small!.high - small!.low).toBeGreaterThanOrEqual(K - 1);
  });

  it('leaves every small cell an interval that reaches k, or is withheld', () => {
    fc.assert(
      fc.property(table(3, 4, 20), (counts) => {
        const shown = suppressed(counts, K);
        if (shown === undefined) return;
        const held = shown.map((row) => row.map((cell) => cell === null));
        for (const { row, column, low, high } of cellBounds(counts, held)) {
          const count = counts[row]![column]!;
          if (count === 0 || count >= K) continue;
          expect(high).toBeGreaterThanOrEqual(K);
          expect(high - low).toBeGreaterThanOrEqual(K - 1);
        }
        for (const [i, row] of shown.entries())
          for (const [j, cell] of row.entries()) {
            if (cell === null) continue;
            expect(cell === 0 || cell >= K).toBe(true);
            expect(cell).toBe(counts[i]![j]);
          }
      }),
      { numRuns: 300 },
    );
  });
});
