import type { Grouping } from '../parts/grouping.ts';
import type { Groups } from './survival-curves.ts';

/** The groups that have members among these rows, in the order of their labels, and the labels without one. */
export function membersOf(
  { labels, codes }: Grouping,
  rows: Int32Array,
): { readonly groups: Groups; readonly empty: readonly string[] } {
  const here = new Set(Array.from(rows, (row) => codes[row]!));
  const kept = labels.map((_, g) => g).filter((g) => here.has(g));
  return {
    groups: { labels: kept.map((g) => labels[g]!), codes: Int32Array.from(rows, (row) => kept.indexOf(codes[row]!)) },
    empty: labels.filter((_, g) => !here.has(g)),
  };
}
