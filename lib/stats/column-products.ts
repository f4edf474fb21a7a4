/** Columns of `length` numbers that stand in one array, each from its offset on. */
export interface Columns {
  readonly values: Float64Array;
  readonly length: number;
}

/** Products of the first `count` columns with a vector, into `out`; four at a time, since four sums hide the latency of one. */
export function productsWith(
  { values, length }: Columns,
  offsets: Int32Array,
  count: number,
  vector: Float64Array,
  out: Float64Array,
): void {
  let q = 0;
  for (; q + 3 < count; q += 4) {
    const a = offsets[q]!;
    const b = offsets[q + 1]!;
    const c = offsets[q + 2]!;
    const d = offsets[q + 3]!;
    let sa = 0;
    let sb = 0;
    let sc = 0;
    let sd = 0;
    for (let i = 0; i < length; i++) {
      const v = vector[i]!;
      sa += values[a + i]! * v;
      sb += values[b + i]! * v;
      sc += values[c + i]! * v;
      sd += values[d + i]! * v;
    }
    out[q] = sa;
    out[q + 1] = sb;
    out[q + 2] = sc;
    out[q + 3] = sd;
  }
  for (; q < count; q++) {
    const o = offsets[q]!;
    let [a, b, c, d] = [0, 0, 0, 0];
    let i = 0;
    for (; i + 3 < length; i += 4) {
      a += values[o + i]! * vector[i]!;
      b += values[o + i + 1]! * vector[i + 1]!;
      c += values[o + i + 2]! * vector[i + 2]!;
      d += values[o + i + 3]! * vector[i + 3]!;
    }
    for (; i < length; i++) a += values[o + i]! * vector[i]!;
    out[q] = a + b + (c + d);
  }
}

/** Adds to `sum` the first `count` columns, each times its factor. */
export function addColumns(
  { values, length }: Columns,
  offsets: Int32Array,
  count: number,
  factors: Float64Array,
  sum: Float64Array,
): void {
  let q = 0;
  for (; q + 3 < count; q += 4) {
    const a = offsets[q]!;
    const b = offsets[q + 1]!;
    const c = offsets[q + 2]!;
    const d = offsets[q + 3]!;
    const fa = factors[q]!;
    const fb = factors[q + 1]!;
    const fc = factors[q + 2]!;
    const fd = factors[q + 3]!;
    for (let i = 0; i < length; i++) {
      sum[i]! += fa * values[a + i]! + fb * values[b + i]! + (fc * values[c + i]! + fd * values[d + i]!);
    }
  }
  for (; q < count; q++) {
    const a = offsets[q]!;
    const f = factors[q]!;
    for (let i = 0; i < length; i++) sum[i]! += f * values[a + i]!;
  }
}

/** Adds to `sum` columns that stand each in an array of its own, times their factors. */
export function addMultiples(sum: Float64Array, columns: readonly Float64Array[], factors: readonly number[]): void {
  const n = sum.length;
  let q = 0;
  for (; q + 3 < columns.length; q += 4) {
    const [a, b, c, d] = [columns[q]!, columns[q + 1]!, columns[q + 2]!, columns[q + 3]!];
    const [fa, fb, fc, fd] = [factors[q]!, factors[q + 1]!, factors[q + 2]!, factors[q + 3]!];
    for (let i = 0; i < n; i++) sum[i]! += fa * a[i]! + fb * b[i]! + (fc * c[i]! + fd * d[i]!);
  }
  for (; q < columns.length; q++) {
    const [a, fa] = [columns[q]!, factors[q]!];
    for (let i = 0; i < n; i++) sum[i]! += fa * a[i]!;
  }
}

/** Products of four columns that stand one after the other in `four` with those of `values` from `a` and from `b` on: every number read serves several. */
export function tile(four: Float64Array, { values, length }: Columns, a: number, b: number, out: Float64Array): void {
  const [second, third, fourth] = [length, 2 * length, 3 * length];
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let t0 = 0;
  let t1 = 0;
  let t2 = 0;
  let t3 = 0;
  for (let i = 0; i < length; i++) {
    const u = values[a + i]!;
    const v = values[b + i]!;
    const h0 = four[i]!;
    const h1 = four[second + i]!;
    const h2 = four[third + i]!;
    const h3 = four[fourth + i]!;
    s0 += h0 * u;
    t0 += h0 * v;
    s1 += h1 * u;
    t1 += h1 * v;
    s2 += h2 * u;
    t2 += h2 * v;
    s3 += h3 * u;
    t3 += h3 * v;
  }
  out[0] = s0;
  out[1] = s1;
  out[2] = s2;
  out[3] = s3;
  out[4] = t0;
  out[5] = t1;
  out[6] = t2;
  out[7] = t3;
}
