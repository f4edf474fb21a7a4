/** Symmetric positive semidefinite systems, small and dense. Matrices are row-major Float64Arrays. */

/** Rows of a flat square matrix. */
export function rowsOf(matrix: Float64Array, size: number): number[][] {
  return Array.from({ length: size }, (_, i) => Array.from(matrix.subarray(i * size, (i + 1) * size)));
}

/** A square matrix times a vector. Yardstick: R's `%*%`. O(size²). */
export function multiply(matrix: Float64Array, vector: Float64Array): Float64Array {
  const size = vector.length;
  return vector.map((_, i) => {
    let sum = 0;
    for (let j = 0; j < size; j++) sum += matrix[i * size + j]! * vector[j]!;
    return sum;
  });
}

export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** A matrix that isn't positive definite: the first row that, within `tolerance` of its diagonal, the rows before it determine. */
export interface Dependent {
  readonly dependent: number;
}

/**
 * Inverse of a symmetric positive definite matrix by Cholesky, after scaling its diagonal to 1 so that units don't matter.
 * A pivot at most `tolerance` (share of a row's own variance that the rows before it leave over) ends it. Yardstick: chol2inv(chol()). O(size³).
 */
export function inverse(matrix: Float64Array, size: number, tolerance: number): Float64Array | Dependent {
  const scale = Float64Array.from({ length: size }, (_, i) => 1 / Math.sqrt(matrix[i * size + i]!));
  const lower = new Float64Array(size * size);
  for (let j = 0; j < size; j++) {
    for (let i = j; i < size; i++) {
      let sum = matrix[i * size + j]! * scale[i]! * scale[j]!;
      for (let k = 0; k < j; k++) sum -= lower[i * size + k]! * lower[j * size + k]!;
      if (i > j) lower[i * size + j] = sum / lower[j * size + j]!;
      else if (sum > tolerance) lower[j * size + j] = Math.sqrt(sum);
      else return { dependent: j };
    }
  }
  const half = new Float64Array(size * size); // inverse of the lower triangle
  for (let column = 0; column < size; column++) {
    for (let i = column; i < size; i++) {
      let sum = i === column ? 1 : 0;
      for (let k = column; k < i; k++) sum -= lower[i * size + k]! * half[k * size + column]!;
      half[i * size + column] = sum / lower[i * size + i]!;
    }
  }
  const out = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = i; k < size; k++) sum += half[k * size + i]! * half[k * size + j]!;
      out[i * size + j] = out[j * size + i] = sum * scale[i]! * scale[j]!;
    }
  }
  return out;
}

/** Logarithm of the determinant of a symmetric positive definite matrix; minus infinity where it isn't that. */
export function logDeterminant(matrix: Float64Array, size: number): number {
  const lower = new Float64Array(size * size);
  let sum = 0;
  for (let j = 0; j < size; j++) {
    for (let i = j; i < size; i++) {
      let rest = matrix[i * size + j]!;
      for (let k = 0; k < j; k++) rest -= lower[i * size + k]! * lower[j * size + k]!;
      if (i > j) lower[i * size + j] = rest / lower[j * size + j]!;
      else if (rest > 0) lower[j * size + j] = Math.sqrt(rest);
      else return Number.NEGATIVE_INFINITY;
    }
    sum += 2 * Math.log(lower[j * size + j]!);
  }
  return sum;
}

/** `vector' inverse(matrix) vector` over as many dimensions as the matrix has, and how many those are. */
export interface QuadraticForm {
  readonly value: number;
  readonly rank: number;
}

/** The quadratic form of a generalised inverse, by Cholesky with the largest remaining pivot first. Yardstick: survdiff's statistic. O(size³). */
export function quadraticForm(matrix: Float64Array, vector: Float64Array, tolerance: number): QuadraticForm {
  const size = vector.length;
  const rest = matrix.slice();
  const remainder = vector.slice();
  const open = new Set(vector.keys());
  let largest = 0;
  for (let i = 0; i < size; i++) largest = Math.max(largest, matrix[i * size + i]!);
  let value = 0;
  let rank = 0;
  while (open.size > 0) {
    let pivot = -1;
    for (const i of open) if (pivot < 0 || rest[i * size + i]! > rest[pivot * size + pivot]!) pivot = i;
    const variance = rest[pivot * size + pivot]!;
    if (!(variance > tolerance * largest)) break;
    open.delete(pivot);
    rank++;
    value += remainder[pivot]! ** 2 / variance;
    for (const i of open) {
      const share = rest[i * size + pivot]! / variance;
      remainder[i]! -= share * remainder[pivot]!;
      for (const j of open) rest[i * size + j]! -= share * rest[pivot * size + j]!;
    }
  }
  return { value, rank };
}

/** The lower triangle L with L L' = matrix, of a positive semidefinite matrix: a direction without variance gets a column of 0. */
export function cholesky(matrix: Float64Array, size: number): Float64Array {
  const lower = new Float64Array(size * size);
  for (let j = 0; j < size; j++) {
    for (let i = j; i < size; i++) {
      let sum = matrix[i * size + j]!;
      for (let k = 0; k < j; k++) sum -= lower[i * size + k]! * lower[j * size + k]!;
      if (i > j) lower[i * size + j] = lower[j * size + j] === 0 ? 0 : sum / lower[j * size + j]!;
      else lower[j * size + j] = sum > 0 ? Math.sqrt(sum) : 0;
    }
  }
  return lower;
}
