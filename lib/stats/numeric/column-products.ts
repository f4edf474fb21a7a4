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
