import { binomial } from '../numeric/beta.ts';
import { chiSquareTest, type Test } from '../numeric/distributions.ts';
import { clopperPearson } from './proportion.ts';

/** `no discordant pairs`: all agree, so that nothing tells the two apart. */
export type McNemar =
  | {
      readonly ok: true;
      readonly discordant: readonly [number, number];
      readonly uncorrected: Test;
      /** With Edwards' continuity correction. */
      readonly corrected: Test;
      /** Of the exact binomial test. */
      readonly exactP: number;
      /** b / c; infinite where c is 0. Limits are exact. */
      readonly oddsRatio: number;
      readonly lower: number;
      readonly upper: number;
      readonly level: number;
    }
  | { readonly ok: false; readonly problem: 'no discordant pairs' };

/**
 * McNemar's test of the two kinds of discordant pairs, `b` and `c`. Class: additive in the pair of counts.
 * Source: McNemar 1947; Edwards 1948. Yardsticks: stats::mcnemar.test, stats::binom.test. O(discordant pairs).
 */
export function mcNemar(b: number, c: number, { level = 0.95 }: { readonly level?: number } = {}): McNemar {
  for (const count of [b, c]) {
    if (!(Number.isSafeInteger(count) && count >= 0)) throw new RangeError(`${count} is not a count`);
  }
  const n = b + c;
  if (n === 0) return { ok: false, problem: 'no discordant pairs' };
  const difference = Math.abs(b - c);
  const [lower, upper] = clopperPearson(b, n, (1 - level) / 2);
  return {
    ok: true,
    discordant: [b, c],
    uncorrected: chiSquareTest(difference ** 2 / n, 1),
    corrected: chiSquareTest((difference - (difference > 0 ? 1 : 0)) ** 2 / n, 1),
    exactP: Math.min(1, 2 * binomial.lower(Math.min(b, c), n, 0.5)),
    oddsRatio: b / c,
    lower: lower / (1 - lower),
    upper: upper / (1 - upper),
    level,
  };
}
