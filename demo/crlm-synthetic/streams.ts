import { type Random, random } from '../../lib/stats/index.ts';

/** FNV-1a, its last step mixed as MurmurHash3's: near keys give streams that have nothing to do with one another. */
function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/**
 * The stream of one draw, keyed by the cohort's seed, the patient's place and what is drawn: to draw more of one patient, or of more patients,
 * changes nothing of the others.
 */
export function stream(seed: number, patient: number, variable: string): Random {
  return random(hash(`${variable}/${patient}/${seed}`));
}

/** One of several, by their weights. */
export function choose<T>({ uniform }: Random, weighted: readonly (readonly [T, number])[]): T {
  let left = uniform() * weighted.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [value, weight] of weighted) {
    left -= weight;
    if (left < 0) return value;
  }
  return weighted.at(-1)![0];
}

/** A whole number from `low` to `high`, both included. */
export function whole({ below }: Random, low: number, high: number): number {
  return low + below(high - low + 1);
}
