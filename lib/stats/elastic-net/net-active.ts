import type { VectorRoom } from '../numeric/vectors.ts';

/** The columns that are in a penalised model, in the order they came: each has a place, a sign that its coefficient may have (0: any), and the coefficient. */
export class ActiveColumns {
  size = 0;
  /** How many there may be. */
  readonly most: number;
  /** Which column stands at a place, and where its numbers do. */
  readonly columns: Int32Array;
  readonly list: Int32Array;
  readonly signs: Float64Array;
  readonly coefficients: Float64Array;
  private readonly values: Float64Array[];
  private readonly room: VectorRoom;

  /** Columns of `length` rows; takes one more list of `most` than columns of the room. */
  constructor(room: VectorRoom, length: number, most: number) {
    this.room = room;
    this.most = most;
    this.columns = new Int32Array(most);
    this.list = room.takeList(most);
    this.signs = new Float64Array(most);
    this.coefficients = new Float64Array(most);
    this.values = Array.from({ length: most }, () => room.take(length));
  }

  /** The numbers of the column at a place. */
  at(place: number): Float64Array {
    return this.values[place]!;
  }

  /** Takes a column in at coefficient 0 and the last place, if there is one left; its numbers are still to be written. */
  append(column: number, sign: number): Float64Array | undefined {
    if (this.size === this.most) return undefined;
    const place = this.size++;
    const values = this.values[place]!;
    this.columns[place] = column;
    this.signs[place] = sign;
    this.coefficients[place] = 0;
    this.list[place] = this.room.at(values);
    return values;
  }

  /** Takes the column at a place out; those behind it move up. */
  remove(place: number): void {
    const { values, size } = this;
    for (const list of [this.columns, this.list, this.signs, this.coefficients])
      list.copyWithin(place, place + 1, size);
    const freed = values[place]!;
    values.copyWithin(place, place + 1, size);
    this.size = size - 1;
    values[size - 1] = freed;
  }
}
