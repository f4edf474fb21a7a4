/** Products of two columns with four, at once: every number read serves several. */
export function products(
  [x, y]: readonly [Float64Array, Float64Array],
  [a, b, c, d]: readonly [Float64Array, Float64Array, Float64Array, Float64Array],
  out: Float64Array,
): void {
  let xa = 0;
  let xb = 0;
  let xc = 0;
  let xd = 0;
  let ya = 0;
  let yb = 0;
  let yc = 0;
  let yd = 0;
  for (let i = 0; i < x.length; i++) {
    const u = x[i]!;
    const v = y[i]!;
    xa += u * a[i]!;
    xb += u * b[i]!;
    xc += u * c[i]!;
    xd += u * d[i]!;
    ya += v * a[i]!;
    yb += v * b[i]!;
    yc += v * c[i]!;
    yd += v * d[i]!;
  }
  out[0] = xa;
  out[1] = xb;
  out[2] = xc;
  out[3] = xd;
  out[4] = ya;
  out[5] = yb;
  out[6] = yc;
  out[7] = yd;
}

/** Product of two columns. */
export function dot(a: Float64Array, b: Float64Array): number {
  const n = a.length;
  let p = 0; // four sums hide the latency of one
  let q = 0;
  let r = 0;
  let s = 0;
  let i = 0;
  for (; i + 3 < n; i += 4) {
    p += a[i]! * b[i]!;
    q += a[i + 1]! * b[i + 1]!;
    r += a[i + 2]! * b[i + 2]!;
    s += a[i + 3]! * b[i + 3]!;
  }
  for (; i < n; i++) p += a[i]! * b[i]!;
  return p + q + (r + s);
}

/** Adds a multiple of a column. */
export function addTo(sum: Float64Array, column: Float64Array, factor: number): void {
  for (let i = 0; i < sum.length; i++) sum[i]! += factor * column[i]!;
}
