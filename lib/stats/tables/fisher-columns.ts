/** Every way to take a column of `total` from the rests: what is left, in ascending order (a buffer), and the sum of -log cell!. */
export function forEachColumn(
  rest: readonly number[],
  total: number,
  logFactorial: Float64Array,
  visit: (left: number[], log: number) => void,
): void {
  const size = rest.length;
  const below = [0]; // what the rows before each can still give
  for (const count of rest) below.push(below.at(-1)! + count);
  const taken = new Array<number>(size).fill(0);
  const fill = (row: number, left: number, log: number): void => {
    if (row === 0) {
      taken[0] = left;
      const sorted = rest.map((count, i) => count - taken[i]!);
      insertionSort(sorted);
      visit(sorted, log - logFactorial[left]!);
      return;
    }
    const to = Math.min(rest[row]!, left);
    for (let count = Math.max(0, left - below[row]!); count <= to; count++) {
      taken[row] = count;
      fill(row - 1, left - count, log - logFactorial[count]!);
    }
  };
  fill(size - 1, total, 0);
}

/** Sorts a few values in place, ascending. */
export function insertionSort(values: number[]): void {
  for (let i = 1; i < values.length; i++) {
    const value = values[i]!;
    let j = i - 1;
    for (; j >= 0 && values[j]! > value; j--) values[j + 1] = values[j]!;
    values[j + 1] = value;
  }
}
