import { logBinomial } from '../numeric/beta.ts';

/**
 * The hypergeometric distribution: of `marked` and `plain` balls `drawn` are taken without replacement, `x` of them marked.
 * Tails sum from the bound inwards-out by ratios of neighbours, always on the side away from the mode. O(standard deviations) a call.
 * Source: probabilities by Loader's saddle-point form, 2000. Yardsticks: R's dhyper, phyper.
 */
export const hypergeometric = {
  logProbability(x: number, marked: number, plain: number, drawn: number): number {
    const share = drawn / (marked + plain);
    const rest = (marked + plain - drawn) / (marked + plain);
    return (
      logBinomial(x, marked, share, rest) +
      logBinomial(drawn - x, plain, share, rest) -
      logBinomial(drawn, marked + plain, share, rest)
    );
  },

  /** Logarithm of the probability of `x` or fewer. */
  logLower(x: number, marked: number, plain: number, drawn: number): number {
    return logTails(x, marked, plain, drawn)[0];
  },

  /** Logarithm of the probability of more than `x`. */
  logUpper(x: number, marked: number, plain: number, drawn: number): number {
    return logTails(x, marked, plain, drawn)[1];
  },

  lower(x: number, marked: number, plain: number, drawn: number): number {
    return Math.exp(logTails(x, marked, plain, drawn)[0]);
  },

  upper(x: number, marked: number, plain: number, drawn: number): number {
    return Math.exp(logTails(x, marked, plain, drawn)[1]);
  },
};

function logTails(x: number, marked: number, plain: number, drawn: number): readonly [lower: number, upper: number] {
  const least = Math.max(0, drawn - plain);
  const most = Math.min(drawn, marked);
  if (x < least) return [Number.NEGATIVE_INFINITY, 0];
  if (x >= most) return [0, Number.NEGATIVE_INFINITY];
  const mean = (drawn * marked) / (marked + plain);
  if (x >= mean) {
    let term = 1;
    let sum = 1;
    for (let i = x + 1; i < most && term > sum * 1e-18; i++) {
      term *= ((marked - i) / (i + 1)) * ((drawn - i) / (plain - drawn + i + 1));
      sum += term;
    }
    const upper = Math.min(0, hypergeometric.logProbability(x + 1, marked, plain, drawn) + Math.log(sum));
    return [Math.log(-Math.expm1(upper)), upper];
  }
  let term = 1;
  let sum = 1;
  for (let i = x; i > least && term > sum * 1e-18; i--) {
    term *= (i / (marked - i + 1)) * ((plain - drawn + i) / (drawn - i + 1));
    sum += term;
  }
  const lower = Math.min(0, hypergeometric.logProbability(x, marked, plain, drawn) + Math.log(sum));
  return [lower, Math.log(-Math.expm1(lower))];
}
