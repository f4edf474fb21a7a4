/** Share of a column's own square, beyond that of the columns before it, below which they determine it. */
const DEPENDENT = 1e-10;

/**
 * Cholesky factor of a positive definite matrix whose rows come and go: a row is appended in O(k²), one is removed in O(k²) by rotations, and a system
 * is solved in O(k²). Source: Gill, Golub, Murray & Saunders, Math Comp 1974;28:505.
 */
export class CholeskyFactor {
  /** Rows. */
  size = 0;
  private stride = 0;
  private lower = new Float64Array(0);

  clear(): void {
    this.size = 0;
  }

  /** Appends the row of the matrix whose elements up to the diagonal are the first of `row`; false, and nothing done, where those before determine it. */
  append(row: Float64Array): boolean {
    const k = this.size;
    if (k === this.stride) this.grow();
    const { lower, stride } = this;
    const own = k * stride;
    for (let j = 0; j < k; j++) {
      const o = j * stride;
      lower[own + j] = (row[j]! - product(lower, own, o, j)) / lower[o + j]!;
    }
    const rest = row[k]! - product(lower, own, own, k);
    if (!(rest > DEPENDENT * row[k]!)) return false;
    lower[own + k] = Math.sqrt(rest);
    this.size = k + 1;
    return true;
  }

  /** Removes row and column `q`. */
  remove(q: number): void {
    const { lower, stride } = this;
    const last = this.size - 1;
    for (let k = q; k < last; k++) lower.copyWithin(k * stride, (k + 1) * stride, (k + 1) * stride + k + 2);
    // the rows from q on have one element beyond their diagonal
    for (let k = q; k < last; k++) {
      const own = k * stride + k;
      const length = Math.hypot(lower[own]!, lower[own + 1]!);
      const [c, s] = [lower[own]! / length, lower[own + 1]! / length];
      lower[own] = length;
      for (let i = k + 1; i < last; i++) {
        const at = i * stride + k;
        const [u, v] = [lower[at]!, lower[at + 1]!];
        lower[at] = c * u + s * v;
        lower[at + 1] = c * v - s * u;
      }
    }
    this.size = last;
  }

  /** Solves for the right side, in place. */
  solve(right: Float64Array): void {
    const { lower, stride, size } = this;
    for (let i = 0; i < size; i++) {
      const o = i * stride;
      let sum = right[i]!;
      for (let k = 0; k < i; k++) sum -= lower[o + k]! * right[k]!;
      right[i] = sum / lower[o + i]!;
    }
    for (let i = size - 1; i >= 0; i--) {
      const o = i * stride;
      const value = right[i]! / lower[o + i]!;
      right[i] = value;
      for (let k = 0; k < i; k++) right[k]! -= lower[o + k]! * value;
    }
  }

  private grow(): void {
    const stride = Math.max(16, 2 * this.stride);
    const lower = new Float64Array(stride * stride);
    for (let k = 0; k < this.size; k++) {
      lower.set(this.lower.subarray(k * this.stride, k * this.stride + k + 1), k * stride);
    }
    this.stride = stride;
    this.lower = lower;
  }
}

/** Product of two rows' first elements; four sums hide the latency of one. */
function product(values: Float64Array, a: number, b: number, count: number): number {
  let [p, q, r, s] = [0, 0, 0, 0];
  let k = 0;
  for (; k + 3 < count; k += 4) {
    p += values[a + k]! * values[b + k]!;
    q += values[a + k + 1]! * values[b + k + 1]!;
    r += values[a + k + 2]! * values[b + k + 2]!;
    s += values[a + k + 3]! * values[b + k + 3]!;
  }
  for (; k < count; k++) p += values[a + k]! * values[b + k]!;
  return p + q + (r + s);
}
