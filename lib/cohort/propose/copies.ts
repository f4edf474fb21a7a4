import type { SeenTable } from './inputs.ts';

/** Whether a patient's second row is the first again, as most of their dates tell: entered twice, not seen twice. */
export function areCopies(rows: SeenTable['rows'], patient: number, dated: readonly number[]): boolean {
  const first = new Map<string, readonly string[]>();
  let [copies, others] = [0, 0];
  for (const row of rows) {
    const before = first.get(row[patient]!.trim());
    if (!before) {
      first.set(row[patient]!.trim(), row);
      continue;
    }
    const told = dated.filter((i) => (row[i] ?? '') !== '' && (before[i] ?? '') !== '');
    const same = told.filter((i) => row[i] === before[i]).length;
    if (told.length > 0 && same * 2 > told.length) copies += 1;
    else others += 1;
  }
  return copies > others;
}
