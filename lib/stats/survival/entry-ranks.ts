import { InvalidFollowUp } from './follow-up.ts';
import { timeRanks } from './times.ts';

/** Distinct times of exit and entry, each row's place among them, and how many of them are no later than its entry. */
export function ranksWithEntry(time: Float64Array, entry: Float64Array | undefined) {
  if (entry === undefined) return { ...timeRanks(time), entered: undefined };
  const n = time.length;
  const both = new Float64Array(2 * n);
  both.set(time);
  for (let i = 0; i < n; i++) both[n + i] = Math.max(0, entry[i]!);
  const { distinct, rank } = timeRanks(both);
  const entered = new Int32Array(n);
  for (let i = 0; i < n; i++) {
    entered[i] = entry[i]! < 0 ? 0 : rank[n + i]! + 1; // no time is below 0
    if (entered[i]! > rank[i]!) throw new InvalidFollowUp('invalid-interval', i);
  }
  return { distinct, rank: rank.subarray(0, n), entered };
}
