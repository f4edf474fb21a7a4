/**
 * R makes a fit's linear predictor as X %*% b, and OpenBLAS multiplies four rows at a time: the last n mod 4 rows are rounded another way than
 * the others. Where one of them has the same covariates as another row, R's two predictors may so differ in their last bit, and concordance
 * counts as ordered a pair that is tied. To which side hangs on the last bit of the coefficients, which no two programs share.
 *
 * Yields the predictor as it is, with all ties, and then every way in which the last rows may have come apart from those tied with them.
 */
export function* asRounded(predictor: Float64Array): Generator<Float64Array> {
  yield predictor;
  const n = predictor.length;
  const most = predictor.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  const bit = 16 * Number.EPSILON * most;
  const last = n % 4;
  for (let way = 1; way < 3 ** last; way++) {
    const moved = predictor.slice();
    for (let row = n - last, rest = way; row < n; row++, rest = Math.floor(rest / 3)) {
      moved[row]! += [0, bit, -bit][rest % 3]!;
    }
    yield moved;
  }
}
