/** A step of 1, 2 or 5 times a power of ten is preferred to a smaller one by this much, and 5 by that. */
const BIAS = 1.5;
const BIAS_FIVE = 0.5 + 1.5 * BIAS;
const FUZZ = 1e-10;

/**
 * About `count` round, equally spaced values that cover the range from `low` to `high`. Yardstick: base::pretty.
 */
export function pretty(low: number, high: number, count = 5): number[] {
  const wide = Math.max(Math.abs(low), Math.abs(high));
  let cell = high - low;
  const least = Math.floor(count / 3);
  const share = BIAS_FIVE >= 1.5 * BIAS + 0.5 ? 1 / (1 + BIAS) : 1.5 / (1 + BIAS_FIVE);
  const narrow = wide === 0 || cell < wide * (1 + share) * Math.max(1, count) * Number.EPSILON * 3;
  if (narrow) {
    cell = wide === 0 ? 1 : wide;
    cell *= 0.75;
    if (least > 1) cell /= least;
  } else cell /= count;
  const base = 10 ** Math.floor(Math.log10(cell));
  let unit = base;
  if (2 * base - cell < BIAS * (cell - unit)) {
    unit = 2 * base;
    if (5 * base - cell < BIAS_FIVE * (cell - unit)) {
      unit = 5 * base;
      if (10 * base - cell < BIAS * (cell - unit)) unit = 10 * base;
    }
  }
  let from = Math.floor(low / unit + FUZZ);
  let to = Math.ceil(high / unit - FUZZ);
  const lacking = least - (to - from);
  if (lacking > 0) {
    const half = Math.floor(lacking / 2);
    if (low === 0 && from === 0 && high !== 0) to += lacking;
    else if (from >= 0) {
      to += half;
      from -= half + (lacking % 2);
    } else {
      from -= half;
      to += half + (lacking % 2);
    }
  }
  return Array.from({ length: to - from + 1 }, (_, k) => (from + k) * unit);
}
