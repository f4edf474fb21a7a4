import { roomFor, VectorRoom } from '../numeric/vectors.ts';

const CONSTANT = 0;
const TWO_VALUES = 1;
const MANY_VALUES = 2;

/**
 * Covariates on the standardised scale (mean 0, variance 1 over n), in the order that a likelihood keeps its rows in. One of two values, as a gene's, is
 * the list of places where it has the rarer: its product with a vector costs no more than they are many.
 */
export class NetColumns {
  /** Mean and standard deviation of each covariate as given. */
  readonly centres: Float64Array;
  readonly scales: Float64Array;
  private readonly kind: Uint8Array;
  /** Where these and other columns of the fit stand. */
  readonly room: VectorRoom;
  /** The numbers of those with many values. */
  private readonly dense: (Float64Array | undefined)[];
  /** Of one with two where its list starts in `places`, and how long it is. */
  private readonly at: Int32Array;
  private readonly often: Int32Array;
  private readonly places: Int32Array;
  /** Standardised values of one with two: of those listed, of the others. */
  private readonly listed: Float64Array;
  private readonly others: Float64Array;
  private readonly pending: Int32Array;
  private readonly pendingColumns: Int32Array;
  private readonly found: Float64Array;

  /** The room has `spare` numbers besides. */
  constructor(covariates: readonly Float64Array[], order: Int32Array, spare: number) {
    const count = covariates.length;
    const n = order.length;
    this.centres = new Float64Array(count);
    this.scales = new Float64Array(count);
    this.kind = new Uint8Array(count);
    this.at = new Int32Array(count);
    this.often = new Int32Array(count);
    this.listed = new Float64Array(count);
    this.others = new Float64Array(count);
    let [denseCount, listedCount] = [0, 0];
    const rare = new Float64Array(count);
    covariates.forEach((values, j) => {
      if (values.length !== n) throw new RangeError('covariates and outcome differ in length');
      const { centre, scale, kind, rarer, often } = described(values);
      this.centres[j] = centre;
      this.scales[j] = scale;
      this.kind[j] = kind;
      rare[j] = rarer;
      if (kind === MANY_VALUES) denseCount++;
      if (kind !== TWO_VALUES) return;
      this.at[j] = listedCount;
      this.often[j] = often;
      listedCount += often;
    });
    const room = new VectorRoom(denseCount * roomFor(n) + 2 * roomFor(denseCount) + spare);
    this.room = room;
    this.dense = Array.from({ length: count });
    this.pending = room.takeList(denseCount);
    this.pendingColumns = new Int32Array(denseCount);
    this.found = room.take(denseCount);
    this.places = new Int32Array(listedCount);
    covariates.forEach((values, j) => {
      const [centre, scale] = [this.centres[j]!, this.scales[j]!];
      if (this.kind[j] === MANY_VALUES) {
        const column = room.take(n);
        for (let i = 0; i < n; i++) column[i] = (values[order[i]!]! - centre) / scale;
        this.dense[j] = column;
      } else if (this.kind[j] === TWO_VALUES) {
        let end = this.at[j]!;
        let other = 0;
        for (let i = 0; i < n; i++) {
          const value = values[order[i]!]!;
          if (value === rare[j]) this.places[end++] = i;
          else other = value;
        }
        this.listed[j] = (rare[j]! - centre) / scale;
        this.others[j] = (other - centre) / scale;
      }
    });
  }

  get count(): number {
    return this.kind.length;
  }

  isConstant(j: number): boolean {
    return this.kind[j] === CONSTANT;
  }

  /** Writes a column into `out`. */
  copy(j: number, out: Float64Array): void {
    const column = this.dense[j];
    if (column !== undefined) {
      out.set(column);
      return;
    }
    out.fill(this.others[j]!);
    const end = this.at[j]! + this.often[j]!;
    for (let k = this.at[j]!; k < end; k++) out[this.places[k]!] = this.listed[j]!;
  }

  /** Products of the first `count` columns of the list, none of them constant, with a vector of the room: `out` by column. */
  products(list: Int32Array, count: number, vector: Float64Array, out: Float64Array): void {
    const { dense, room, pending, pendingColumns, found } = this;
    let whole = 0;
    for (let i = 0; i < vector.length; i++) whole += vector[i]!;
    let waiting = 0;
    for (let q = 0; q < count; q++) {
      const j = list[q]!;
      if (this.kind[j] === TWO_VALUES) {
        out[j] = (this.listed[j]! - this.others[j]!) * this.listedSum(j, vector) + this.others[j]! * whole;
        continue;
      }
      pending[waiting] = room.at(dense[j]!);
      pendingColumns[waiting++] = j;
    }
    room.products(pending, waiting, vector, found);
    for (let q = 0; q < waiting; q++) out[pendingColumns[q]!] = found[q]!;
  }

  private listedSum(j: number, vector: Float64Array): number {
    const { places } = this;
    let k = this.at[j]!;
    const end = k + this.often[j]!;
    let [a, b, c, d] = [0, 0, 0, 0];
    for (; k + 3 < end; k += 4) {
      a += vector[places[k]!]!;
      b += vector[places[k + 1]!]!;
      c += vector[places[k + 2]!]!;
      d += vector[places[k + 3]!]!;
    }
    for (; k < end; k++) a += vector[places[k]!]!;
    return a + b + (c + d);
  }
}

/** Mean, standard deviation, how many values there are; of two the rarer, and how often it is. */
function described(values: Float64Array) {
  const n = values.length;
  const first = values[0]!;
  let second = first;
  let kind = CONSTANT;
  let sum = 0;
  let often = 0;
  for (let i = 0; i < n; i++) {
    const value = values[i]!;
    sum += value - first;
    if (value === first) continue;
    if (kind === CONSTANT) {
      kind = TWO_VALUES;
      second = value;
    } else if (value !== second) kind = MANY_VALUES;
    often++;
  }
  const centre = first + sum / n;
  let squares = 0;
  for (let i = 0; i < n; i++) squares += (values[i]! - centre) ** 2;
  if (!Number.isFinite(squares)) throw new RangeError('a covariate is not a number');
  const scale = Math.sqrt(squares / n);
  return 2 * often > n
    ? { centre, scale, kind, rarer: first, often: n - often }
    : { centre, scale, kind, rarer: second, often };
}
