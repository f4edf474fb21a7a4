import { beta, binomial } from '../numeric/beta.ts';
import { normalHalfWidth } from '../numeric/distributions.ts';
import { wilsonLimits } from './cross-table.ts';

/** The ways to an interval that {@link proportion} knows. */
export type ProportionInterval = 'clopper-pearson' | 'wilson' | 'wilson-corrected' | 'agresti-coull' | 'jeffreys';

/** A proportion with its intervals and the exact test against a given one. */
export interface Proportion {
  readonly estimate: number;
  readonly level: number;
  /** Lower and upper limit, by interval. */
  readonly intervals: Readonly<Record<ProportionInterval, readonly [number, number]>>;
  /** Exact two-sided test of `hypothesis`: the outcomes no more probable than the observed one. */
  readonly p: number;
  readonly hypothesis: number;
}

export interface ProportionOptions {
  /** Default 0.95. */
  readonly level?: number;
  /** The proportion that is tested; default one half. */
  readonly hypothesis?: number;
}

/**
 * A proportion `x` of `n` with its intervals, and an exact test. Throws RangeError unless 0 <= x <= n and n > 0.
 * Sources: Clopper & Pearson 1934; Wilson 1927, corrected as Newcombe, Stat Med 1998;17:857; Agresti & Coull 1998; Jeffreys as Brown, Cai &
 * DasGupta 2001. Yardsticks: stats::binom.test, stats::prop.test. O(1).
 */
export function proportion(
  x: number,
  n: number,
  { level = 0.95, hypothesis = 0.5 }: ProportionOptions = {},
): Proportion {
  if (!(Number.isSafeInteger(x) && Number.isSafeInteger(n) && x >= 0 && n > 0 && x <= n)) {
    throw new RangeError(`${x} of ${n} is no proportion`);
  }
  const tail = (1 - level) / 2;
  const width = normalHalfWidth(level);
  return {
    estimate: x / n,
    level,
    hypothesis,
    intervals: {
      'clopper-pearson': clopperPearson(x, n, tail),
      wilson: wilsonLimits(x, n, width),
      'wilson-corrected': corrected(x, n, width, hypothesis),
      'agresti-coull': agrestiCoull(x, n, width),
      jeffreys: [
        x === 0 ? 0 : beta.quantile(tail, x + 0.5, n - x + 0.5),
        x === n ? 1 : beta.quantile(1 - tail, x + 0.5, n - x + 0.5),
      ],
    },
    p: binomialTest(x, n, hypothesis),
  };
}

/** Limits at which each one-sided exact test has probability `tail`. */
export function clopperPearson(x: number, n: number, tail: number): readonly [number, number] {
  return [
    x === 0 ? 0 : beta.quantile(tail, x, n - x + 1),
    x === n ? 1 : 1 - beta.quantile(tail, n - x, x + 1), // mirrored, so that both are as exact
  ];
}

/** As prop.test: the correction doesn't reach beyond the hypothesis. */
function corrected(x: number, n: number, width: number, hypothesis: number): readonly [number, number] {
  const half = width ** 2 / (2 * n);
  const shift = Math.min(0.5, Math.abs(x - n * hypothesis)) / n;
  const limit = (p: number, sign: 1 | -1) =>
    (p + half + sign * width * Math.sqrt((p * (1 - p)) / n + half / (2 * n))) / (1 + 2 * half);
  const [below, above] = [x / n - shift, x / n + shift];
  return [below <= 0 ? 0 : Math.max(0, limit(below, -1)), above >= 1 ? 1 : Math.min(1, limit(above, 1))];
}

function agrestiCoull(x: number, n: number, width: number): readonly [number, number] {
  const size = n + width ** 2;
  const p = (x + width ** 2 / 2) / size;
  const reach = width * Math.sqrt((p * (1 - p)) / size);
  return [Math.max(0, p - reach), Math.min(1, p + reach)];
}

/** Outcomes as probable within this share count as equally probable, as in R. */
const EQUAL = 1 + 1e-7;

/** Exact two-sided test. On the side away from `x` the outcomes are those no more probable than it. */
function binomialTest(x: number, n: number, p: number): number {
  if (p === 0 || p === 1) return x === n * p ? 1 : 0;
  if (x === n * p) return 1;
  const bound = binomial.logProbability(x, n, p) + Math.log(EQUAL);
  const rare = (i: number) => binomial.logProbability(i, n, p) <= bound;
  if (x < n * p) {
    const far = firstWhere(Math.ceil(n * p), n, rare); // probabilities fall from the mean on
    return Math.min(1, binomial.lower(x, n, p) + binomial.upper(far - 1, n, p));
  }
  const far = firstWhere(0, Math.floor(n * p) + 1, (i) => !rare(i));
  return Math.min(1, binomial.lower(far - 1, n, p) + binomial.upper(x - 1, n, p));
}

/** The first whole number from `low` on for which the condition, once true, stays so; one past `high` if none. */
function firstWhere(low: number, high: number, holds: (i: number) => boolean): number {
  let [from, to] = [low, high + 1];
  while (from < to) {
    const middle = Math.floor((from + to) / 2);
    if (middle > high || holds(middle)) to = middle;
    else from = middle + 1;
  }
  return from;
}
