import type { Columns } from './column-products.ts';

/** The columns that are in a penalised model, in the order they came: each has a place, a sign that its coefficient may have (0: any), and the coefficient. */
export class ActiveColumns implements Columns {
  readonly length: number;
  size = 0;
  /** Which column stands at a place, and where in `values`. */
  columns = new Int32Array(0);
  offsets = new Int32Array(0);
  signs = new Float64Array(0);
  coefficients = new Float64Array(0);
  values = new Float64Array(0);

  /** Columns of `length` rows. */
  constructor(length: number) {
    this.length = length;
  }

  /** Takes a column in at coefficient 0 and the last place; `write` puts its rows where it is told. */
  append(column: number, sign: number, write: (values: Float64Array, from: number) => void): void {
    if (this.size === this.columns.length) this.grow();
    const place = this.size++;
    this.columns[place] = column;
    this.signs[place] = sign;
    this.coefficients[place] = 0;
    write(this.values, this.offsets[place]!);
  }

  /** Takes the column at a place out; those behind it move up. */
  remove(place: number): void {
    const { offsets, size } = this;
    const freed = offsets[place]!;
    for (const list of [this.columns, offsets, this.signs, this.coefficients]) list.copyWithin(place, place + 1, size);
    this.size = size - 1;
    offsets[size - 1] = freed;
  }

  private grow(): void {
    const { length, size } = this;
    const capacity = Math.max(16, 2 * size);
    const larger = <List extends Int32Array | Float64Array>(list: List, next: List): List => {
      next.set(list);
      return next;
    };
    this.columns = larger(this.columns, new Int32Array(capacity));
    this.signs = larger(this.signs, new Float64Array(capacity));
    this.coefficients = larger(this.coefficients, new Float64Array(capacity));
    this.values = larger(this.values, new Float64Array(capacity * length));
    this.offsets = larger(this.offsets, new Int32Array(capacity));
    for (let place = size; place < capacity; place++) this.offsets[place] = place * length;
  }
}
