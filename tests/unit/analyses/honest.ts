import { expect } from 'vitest';
import { renderSvg } from '../../../lib/render/index.ts';
import type { Findings } from '../../../lib/result/index.ts';
import { figuresOnly } from '../render/documents.ts';
import { faultsOf } from '../render/well-formed.ts';

/** Every number that a table promises and doesn't have has a reason beside it; an interval holds its estimate; pictures can be drawn. */
export function expectHonest({ tables, figures, counts }: Findings): void {
  const excluded = counts.excluded.reduce((sum, { patients }) => sum + patients, 0);
  expect(counts.used + excluded).toBe(counts.patients);
  for (const { id, columns, rows } of tables) {
    for (const row of rows) {
      for (const { key, format, low, high, why } of columns) {
        const value = row[key];
        if (format === 'p' && typeof value === 'number') {
          expect(value, `${id}.${key}`).toBeGreaterThan(0);
          expect(value, `${id}.${key}`).toBeLessThanOrEqual(1 + 1e-12);
        }
        if (value === null && why !== undefined) expect(row[why], `${id}.${key} without a reason`).not.toBe('');
        const [from, to] = [low === undefined ? null : row[low], high === undefined ? null : row[high]];
        if (typeof value !== 'number') continue;
        const slack = 1e-9 * Math.abs(value) + 1e-300;
        if (typeof from === 'number') expect(from).toBeLessThanOrEqual(value + slack);
        if (typeof to === 'number') expect(to).toBeGreaterThanOrEqual(value - slack);
      }
    }
  }
  for (const figure of figures) {
    expect(figure.alt).not.toMatch(/NaN|undefined|Infinity/);
    const svg = renderSvg(figuresOnly([figure]));
    expect(faultsOf(svg)).toEqual([]);
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
  }
}
