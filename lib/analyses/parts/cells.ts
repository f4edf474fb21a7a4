import type { Cell } from '../../result/index.ts';
import type { Absent } from '../../stats/index.ts';

/** What JSON can't say is null, and a `why` beside it says which: an infinity, or that there is no number. */
export function cell(x: number | Absent): number | null {
  return typeof x === 'number' && Number.isFinite(x) ? x : null;
}

/** The smallest double with all its digits. */
const UNDERFLOW = 2.2250738585072014e-308;

/**
 * The cells of a p value under `key`: the double, its log10, and where the double underflows, null with the reason. `logP` is natural.
 * A p value is never 0. `why` is the reason where there is none.
 */
export function pCells(key: string, p: number, logP: number, why = ''): Record<string, Cell> {
  const log10 = logP / Math.LN10;
  const vanished = p < UNDERFLOW;
  return {
    [key]: vanished ? null : cell(p),
    [`log10_${key}`]: cell(log10),
    [`${key}_why`]: vanished && Number.isFinite(log10) ? `10^${log10.toFixed(1)}` : Number.isNaN(p) ? why : '',
  };
}
