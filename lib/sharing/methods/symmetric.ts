import { inverse } from '../../stats/index.ts';

/** A symmetric matrix row by row, as its lower triangle: what crosses. */
export function lowerTriangle(matrix: ArrayLike<number>, size: number): number[] {
  return Array.from({ length: size }, (_, i) => Array.from({ length: i + 1 }, (_, j) => matrix[i * size + j]!)).flat();
}

/** The whole of a symmetric matrix from its lower triangle. Throws RangeError where that is of no such matrix. */
export function fromTriangle(triangle: readonly number[], size: number): Float64Array {
  if (triangle.length !== (size * (size + 1)) / 2) throw new RangeError('this is no triangle of such a matrix');
  const matrix = new Float64Array(size * size);
  let at = 0;
  for (let i = 0; i < size; i++)
    for (let j = 0; j <= i; j++) matrix[i * size + j] = matrix[j * size + i] = triangle[at++]!;
  return matrix;
}

/** Sum of arrays of one length. */
export function summed(arrays: readonly ArrayLike<number>[]): Float64Array {
  const sum = new Float64Array(arrays[0]?.length ?? 0);
  for (const array of arrays) for (let i = 0; i < sum.length; i++) sum[i]! += array[i]!;
  return sum;
}

/** Inverse of an information matrix; undefined where it is not positive definite, as where covariates determine one another. */
export function varianceOf(information: Float64Array, size: number): Float64Array | undefined {
  const variance = inverse(information, size, 1e-12);
  return 'dependent' in variance ? undefined : variance;
}
