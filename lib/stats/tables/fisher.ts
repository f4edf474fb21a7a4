/** Which departures from independence count: `greater` means odds ratios above 1. */
export type Alternative = 'two-sided' | 'less' | 'greater';

/** The alternative, and the level of the interval. */
export interface FisherOptions {
  /** Default 0.95. */
  readonly level?: number;
  /** Default two-sided. It decides `p` and the shape of the interval. */
  readonly alternative?: Alternative;
}

interface FisherTest {
  /** Of the alternative. */
  readonly p: number;
  /** Natural logarithm of it, finite where it underflows. */
  readonly logP: number;
  readonly pTwoSided: number;
  readonly pLess: number;
  readonly pGreater: number;
  /** Twice the smaller one-sided mid-p, at most 1. */
  readonly pMid: number;
  /** Exact limits of the odds ratio. They invert the one-sided tests, so that they may hold 1 where the two-sided p is below 1 - level. */
  readonly lower: number;
  readonly upper: number;
  readonly level: number;
  readonly alternative: Alternative;
}

/** `degenerate`: a margin is empty, so that the table says nothing of the odds ratio. */
export type FisherResult =
  | (FisherTest & { readonly ok: true; readonly oddsRatio: number })
  | (FisherTest & { readonly ok: false; readonly problem: 'degenerate' });

/** Tables as probable as the observed one within this share count as equally probable, as in R. */
const AS_PROBABLE = 1 + 1e-7;

/** Terms below this share of the sum no longer change it. */
const NEGLIGIBLE = 1e-18;

/** Numbers as mantissa and power of this, so that no ratio of probabilities leaves the doubles. */
const BIG = 2 ** 500;
const LOG_BIG = 500 * Math.LN2;

/** Probabilities on one side of the observed table, over the observed one's. */
interface Side {
  /** All, in units of BIG ** power. */
  readonly mass: number;
  readonly power: number;
  /** Those not above the observed one's. */
  readonly extreme: number;
}

/**
 * Walks from the observed table to larger first cells by the ratio of neighbouring probabilities; no factorials, no overflow. With the columns
 * swapped it walks to smaller ones.
 */
function walk(a: number, b: number, c: number, d: number): Side {
  let term = 1;
  let power = 0;
  let mass = 0;
  let top = 0;
  let extreme = 0;
  for (; b > 0 && c > 0; a++, b--, c--, d++) {
    const up = b * c;
    const down = (a + 1) * (d + 1);
    term *= up / down;
    if (term > BIG) {
      term /= BIG;
      power++;
      if (power > top) {
        top = power;
        mass /= BIG;
      }
    } else if (power > 0 && term < 1) {
      term *= BIG;
      power--;
    }
    if (power === top) mass += term;
    else if (power === top - 1) mass += term / BIG;
    if (power === 0 && term <= AS_PROBABLE) {
      extreme += term;
      if (up < down && term < NEGLIGIBLE * (1 + extreme)) break;
    }
  }
  return { mass, power: top, extreme };
}

interface Tails {
  readonly twoSided: number;
  readonly less: number;
  readonly greater: number;
  readonly mid: number;
  readonly logTwoSided: number;
  readonly logLess: number;
  readonly logGreater: number;
}

function tails(a: number, b: number, c: number, d: number): Tails {
  const above = walk(a, b, c, d);
  const below = walk(b, a, d, c);
  const power = Math.max(above.power, below.power);
  const one = BIG ** -power;
  const total = one + above.mass * BIG ** (above.power - power) + below.mass * BIG ** (below.power - power);
  const logTotal = Math.log(total) + power * LOG_BIG;
  const share = (mass: number, own: number) => (power === own ? mass / total : Math.exp(logShare(mass, own)));
  const logShare = (mass: number, own: number) => Math.log(mass) + own * LOG_BIG - logTotal;
  const withOne = (side: Side, part: number) => side.mass + part * BIG ** -side.power;
  const extreme = 1 + above.extreme + below.extreme;
  return {
    twoSided: Math.min(1, share(extreme, 0)),
    less: Math.min(1, share(withOne(below, 1), below.power)),
    greater: Math.min(1, share(withOne(above, 1), above.power)),
    mid: Math.min(1, 2 * Math.min(share(withOne(below, 0.5), below.power), share(withOne(above, 0.5), above.power))),
    logTwoSided: Math.min(0, logShare(extreme, 0)),
    logLess: Math.min(0, logShare(withOne(below, 1), below.power)),
    logGreater: Math.min(0, logShare(withOne(above, 1), above.power)),
  };
}

/** Mass and two moments of the first cell's distance from the observed one, on each side, at some odds ratio; `one` is the observed table. */
class Conditional {
  one = 1;
  above = 0;
  aboveFirst = 0;
  aboveSecond = 0;
  below = 0;
  belowFirst = 0;
  belowSecond = 0;

  at(a: number, b: number, c: number, d: number, oddsRatio: number): void {
    this.one = 1;
    this.below = this.belowFirst = this.belowSecond = 0;
    this.climb(a, b, c, d, oddsRatio);
    [this.above, this.below] = [this.below, 0];
    [this.aboveFirst, this.belowFirst] = [this.belowFirst, 0];
    [this.aboveSecond, this.belowSecond] = [this.belowSecond, 0];
    this.climb(b, a, d, c, 1 / oddsRatio);
  }

  /** Sums one side into `below`; keeps all sums in range by scaling them together. */
  private climb(a: number, b: number, c: number, d: number, weight: number): void {
    let term = this.one;
    let mass = 0;
    let first = 0;
    let second = 0;
    for (let h = 1; b > 0 && c > 0; h++, a++, b--, c--, d++) {
      const ratio = ((b * c) / ((a + 1) * (d + 1))) * weight;
      term *= ratio;
      mass += term;
      const moment = term * h;
      first += moment;
      second += moment * h;
      if (ratio < 1 && term < 1e-20 * mass && term < this.one) break;
      if (second > 1e250) {
        term *= 1e-250;
        mass *= 1e-250;
        first *= 1e-250;
        second *= 1e-250;
        this.one *= 1e-250;
        this.above *= 1e-250;
        this.aboveFirst *= 1e-250;
        this.aboveSecond *= 1e-250;
      }
    }
    this.below = mass;
    this.belowFirst = first;
    this.belowSecond = second;
  }
}

const conditional = new Conditional();

/** What the odds ratio is asked to make true of the conditional distribution. */
type Target = 'mean' | 'above' | 'below';

/**
 * The log odds ratio at which the mean of the first cell is the observed one, or the tail from the observed one upwards (`above`) or downwards
 * (`below`) has the odds exp(`logOdds`). Newton, safeguarded by the bracket; tails on the logit scale, where they are nearly straight.
 */
function solve(a: number, b: number, c: number, d: number, target: Target, start: number, logOdds: number): number {
  let theta = start;
  let low = Number.NEGATIVE_INFINITY;
  let high = Number.POSITIVE_INFINITY;
  const m = conditional;
  for (let round = 0; round < 200; round++) {
    m.at(a, b, c, d, Math.exp(theta));
    let excess: number;
    let slope: number;
    if (target === 'mean') {
      const all = m.one + m.above + m.below;
      excess = (m.aboveFirst - m.belowFirst) / all;
      slope = (m.aboveSecond + m.belowSecond) / all - excess * excess;
    } else if (target === 'above') {
      excess = Math.log((m.one + m.above) / m.below) - logOdds;
      slope = m.aboveFirst / (m.one + m.above) + m.belowFirst / m.below;
    } else {
      excess = Math.log(m.above / (m.one + m.below)) + logOdds;
      slope = m.aboveFirst / m.above + m.belowFirst / (m.one + m.below);
    }
    if (excess > 0) high = theta;
    else low = theta;
    let step = -excess / slope;
    if (!(Math.abs(step) < 4)) step = excess > 0 ? -4 : 4;
    let next = theta + step;
    if (Math.abs(step) < 1e-8) return next; // Newton doubles the digits: what is left is below rounding
    if (!(next > low && next < high)) {
      if (high - low < 1e-13 * Math.max(1, Math.abs(theta))) return next;
      next = (low + high) / 2;
    }
    theta = next;
  }
  return theta;
}

/** Conditional maximum-likelihood odds ratio and its exact limits; NaN, 0 and infinity where a margin is empty. */
function oddsRatioOf(
  a: number,
  b: number,
  c: number,
  d: number,
  level: number,
  alternative: Alternative,
): readonly [number, number, number] {
  const lowest = a === 0 || d === 0;
  const highest = b === 0 || c === 0;
  if (lowest && highest) return [Number.NaN, 0, Number.POSITIVE_INFINITY];
  const start = Math.log(((a + 0.5) * (d + 0.5)) / ((b + 0.5) * (c + 0.5)));
  const error = Math.sqrt(1 / (a + 0.5) + 1 / (b + 0.5) + 1 / (c + 0.5) + 1 / (d + 0.5));
  const middle = lowest || highest ? start : solve(a, b, c, d, 'mean', start, 0);
  const alpha = alternative === 'two-sided' ? (1 - level) / 2 : 1 - level;
  const logOdds = Math.log(alpha / (1 - alpha));
  const lower =
    lowest || alternative === 'less' ? 0 : Math.exp(solve(a, b, c, d, 'above', middle - 1.96 * error, logOdds));
  const upper =
    highest || alternative === 'greater'
      ? Number.POSITIVE_INFINITY
      : Math.exp(solve(a, b, c, d, 'below', middle + 1.96 * error, logOdds));
  return [lowest ? 0 : highest ? Number.POSITIVE_INFINITY : Math.exp(middle), lower, upper];
}

function checkCounts(cells: readonly number[]): void {
  for (const cell of cells) {
    if (!(Number.isSafeInteger(cell) && cell >= 0)) throw new RangeError(`${cell} is not a count`);
  }
}

/**
 * Fisher's exact test of the table a, b over c, d. The two-sided p sums the tables not more probable than the observed one; the odds ratio is
 * the conditional maximum-likelihood estimate, its limits invert the exact one-sided tests.
 * Source: Fisher 1935; conditional estimate, Breslow & Day 1980. Yardstick: stats::fisher.test (whose own limits err by up to 2e-3).
 * O(standard deviation of the table) a pass, about ten.
 */
export function fisherExact(
  a: number,
  b: number,
  c: number,
  d: number,
  { level = 0.95, alternative = 'two-sided' }: FisherOptions = {},
): FisherResult {
  checkCounts([a, b, c, d]);
  const tail = tails(a, b, c, d);
  const [oddsRatio, lower, upper] = oddsRatioOf(a, b, c, d, level, alternative);
  const [p, logP] =
    alternative === 'less'
      ? [tail.less, tail.logLess]
      : alternative === 'greater'
        ? [tail.greater, tail.logGreater]
        : [tail.twoSided, tail.logTwoSided];
  const test: FisherTest = {
    p,
    logP,
    pTwoSided: tail.twoSided,
    pLess: tail.less,
    pGreater: tail.greater,
    pMid: tail.mid,
    lower,
    upper,
    level,
    alternative,
  };
  return Number.isNaN(oddsRatio) ? { ok: false, problem: 'degenerate', ...test } : { ok: true, oddsRatio, ...test };
}

/** Many tests at once: one element a table. A degenerate table has p 1, odds ratio NaN, and limits 0 and infinity. */
export interface FisherColumns {
  readonly p: Float64Array;
  readonly pMid: Float64Array;
  readonly oddsRatio: Float64Array;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

export interface FisherBatchOptions extends FisherOptions {
  /** Whether equal tables are solved once (default): a scan's genes repeat a few margins. */
  readonly memory?: boolean;
}

/** {@link fisherExact} of tables laid end to end, four cells each. As fisherExact for each table that differs. */
export function fisherBatch(cells: Int32Array, options: FisherBatchOptions = {}): FisherColumns {
  const { level = 0.95, alternative = 'two-sided', memory = true } = options;
  const count = cells.length / 4;
  checkCounts([count]);
  const column = () => new Float64Array(count);
  const out = { p: column(), pMid: column(), oddsRatio: column(), lower: column(), upper: column() };
  let base = 1;
  for (const cell of cells) {
    if (cell < 0) throw new RangeError(`${cell} is not a count`);
    if (cell >= base) base = cell + 1;
  }
  const exact = base ** 4 <= Number.MAX_SAFE_INTEGER; // else two tables could share a number
  const seen = new Map<number | string, number>();
  for (let i = 0, o = 0; i < count; i++, o += 4) {
    const a = cells[o]!;
    const b = cells[o + 1]!;
    const c = cells[o + 2]!;
    const d = cells[o + 3]!;
    if (memory) {
      const key = exact ? ((a * base + b) * base + c) * base + d : `${a},${b},${c},${d}`;
      const same = seen.get(key);
      if (same !== undefined) {
        out.p[i] = out.p[same]!;
        out.pMid[i] = out.pMid[same]!;
        out.oddsRatio[i] = out.oddsRatio[same]!;
        out.lower[i] = out.lower[same]!;
        out.upper[i] = out.upper[same]!;
        continue;
      }
      seen.set(key, i);
    }
    const tail = tails(a, b, c, d);
    const [oddsRatio, lower, upper] = oddsRatioOf(a, b, c, d, level, alternative);
    out.p[i] = alternative === 'less' ? tail.less : alternative === 'greater' ? tail.greater : tail.twoSided;
    out.pMid[i] = tail.mid;
    out.oddsRatio[i] = oddsRatio;
    out.lower[i] = lower;
    out.upper[i] = upper;
  }
  return out;
}
