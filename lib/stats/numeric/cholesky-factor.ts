import { roomFor, type VectorRoom } from './vectors.ts';

/** Share of a column's own square, beyond that of the columns before it, below which they determine it. */
const DEPENDENT = 1e-10;

/**
 * Cholesky factor of a positive definite matrix whose rows come and go: a row is appended in O(k²), one is removed in O(k²) by rotations, and a system
 * is solved in O(k²). Source: Gill, Golub, Murray & Saunders, Math Comp 1974;28:505.
 */
export class CholeskyFactor {
  /** Rows. */
  size = 0;
  private readonly room: VectorRoom;
  private readonly stride: number;
  private readonly lower: Float64Array;

  /** At most `most` rows, in a room that has {@link factorRoom} for them. */
  constructor(room: VectorRoom, most: number) {
    this.room = room;
    this.stride = strideOf(most);
    this.lower = room.take(most * this.stride);
  }

  clear(): void {
    this.size = 0;
  }

  /** Appends the row of the matrix whose elements up to the diagonal are the first of `row`; false, and nothing done, where those before determine it. */
  append(row: Float64Array): boolean {
    const { lower, stride, size } = this;
    const own = lower.subarray(size * stride, (size + 1) * stride);
    for (let j = 0; j < size; j++) own[j] = row[j]!;
    this.room.forward(lower, stride, size, own);
    let rest = row[size]!;
    for (let j = 0; j < size; j++) rest -= own[j]! * own[j]!;
    if (!(rest > DEPENDENT * row[size]!)) return false;
    own[size] = Math.sqrt(rest);
    this.size = size + 1;
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

  /** Solves for the right side, of the factor's room, in place. */
  solve(right: Float64Array): void {
    this.room.forward(this.lower, this.stride, this.size, right);
    this.room.backward(this.lower, this.stride, this.size, right);
  }
}

/** Numbers that the factor of so many rows takes up in a room. */
export function factorRoom(most: number): number {
  return roomFor(most * strideOf(most));
}

function strideOf(most: number): number {
  return 2 * Math.ceil((most + 1) / 2);
}
