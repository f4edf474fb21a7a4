/**
 * Rows in an order that their values alone decide. The frame's order is that of patients' keys, which hang on a site's secret: what is drawn at random
 * (folds, samples, donors) is drawn over this order, so that the same patients give the same answer under any keys. Who can't be told apart by
 * `columns` may stand for one another. Each column holds a number a row, in the order of `rows`; a missing one (NaN) comes last.
 */
export function inOwnOrder(rows: Int32Array, columns: readonly ArrayLike<number>[]): Int32Array {
  const places = Int32Array.from(rows.keys()).sort((a, b) => {
    for (const values of columns) {
      const order = compare(values[a]!, values[b]!);
      if (order !== 0) return order;
    }
    return a - b;
  });
  return places.map((place) => rows[place]!);
}

function compare(a: number, b: number): number {
  if (Number.isNaN(a)) return Number.isNaN(b) ? 0 : 1;
  if (Number.isNaN(b)) return -1;
  return a < b ? -1 : a > b ? 1 : 0;
}
