import { roomFor, VectorRoom } from '../numeric/vectors.ts';

/** Rows handled at a time, so that what a pass needs of them stays in the fastest cache; even. */
const CHUNK = 256;
/** Columns whose products are made at once. */
const BLOCK = 4;
/** Rows from which on a room of vectors saves more than it takes to make; and numbers beyond which there is none (2 GB). */
const MANY_ROWS = 4096;
const MOST_NUMBERS = 2 ** 28;

/** A room for the covariates of so many rows, where it pays. */
export function coxVectors(rows: number, p: number): CoxVectors | undefined {
  return rows < MANY_ROWS || p === 0 || rows * (p + 1) > MOST_NUMBERS ? undefined : new CoxVectors(rows, p);
}

/**
 * The covariates of a stratum with many rows in a room of vectors, with what {@link coxLikelihood} makes of them at given coefficients: it keeps its
 * arrays, so that an evaluation ends before the next begins.
 */
export class CoxVectors {
  /** Centred and scaled; column j stands at j * rows. */
  readonly x: Float64Array;
  /** Of the last {@link makeRisks}. */
  readonly risk: Float64Array;
  private readonly rows: number;
  private readonly p: number;
  private readonly room: VectorRoom;
  private readonly beta: Float64Array;
  private readonly ones: Float64Array;
  private readonly sums: Float64Array;
  private readonly weighted: Float64Array;
  private readonly products: Float64Array;
  private readonly width: number;
  /** Where the columns stand from a row on; and the same without the first block, without the first two, ... */
  private readonly list: Int32Array;
  private readonly lists: readonly Int32Array[];

  constructor(rows: number, p: number) {
    const width = roomFor(p);
    const room = new VectorRoom(
      roomFor(rows * p) + roomFor(rows) + 3 * width + (BLOCK + 1) * roomFor(CHUNK) + roomFor(BLOCK * width),
    );
    this.rows = rows;
    this.p = p;
    this.width = width;
    this.room = room;
    this.x = room.take(rows * p);
    this.risk = room.take(rows);
    this.beta = room.take(p);
    this.sums = room.take(p);
    this.ones = room.take(CHUNK).fill(1);
    this.weighted = room.take(CHUNK);
    for (let c = 1; c < BLOCK; c++) room.take(CHUNK); // behind it, the others of a block
    this.products = room.take(BLOCK * width);
    this.list = room.takeList(p);
    this.lists = Array.from({ length: Math.ceil(p / BLOCK) }, (_, block) => this.list.subarray(block * BLOCK));
  }

  /** exp of the linear predictor, a row each. */
  makeRisks(beta: Float64Array, offset: Float64Array | undefined): Float64Array {
    const { room, risk, rows, p, list } = this;
    if (offset === undefined && beta.every((b) => b === 0)) return risk.fill(1);
    if (offset === undefined) risk.fill(0);
    else risk.set(offset);
    this.beta.set(beta);
    for (let from = 0; from < rows; from += CHUNK) {
      const chunk = risk.subarray(from, Math.min(rows, from + CHUNK));
      this.pointAt(from);
      room.add(list, p, this.beta, chunk);
      room.exponential(chunk, this.ones);
    }
    return risk;
  }

  /** Adds to `sums` the rows' sum of r, and of r x by covariate. */
  addSums(from: number, to: number, sums: Float64Array): void {
    const { room, risk, p, list } = this;
    const even = from + 2 * ((to - from) >> 1);
    let [first, second] = [0, 0];
    for (let i = from; i < even; i += 2) {
      first += risk[i]!;
      second += risk[i + 1]!;
    }
    sums[0]! += first + second;
    if (even > from) {
      this.pointAt(from);
      room.products(list, p, risk.subarray(from, even), this.sums);
      for (let j = 0; j < p; j++) sums[1 + j]! += this.sums[j]!;
    }
    if (even < to) this.addRow(even, sums);
  }

  private addRow(i: number, sums: Float64Array): void {
    const { x, risk, rows, p } = this;
    const r = risk[i]!;
    sums[0]! += r;
    for (let j = 0; j < p; j++) sums[1 + j]! += r * x[j * rows + i]!;
  }

  /** Adds X' diag(risk) X to the upper triangle. */
  addCrossProduct(into: Float64Array): void {
    const { room, x, risk, rows, p, weighted, products, width, lists } = this;
    const even = 2 * (rows >> 1);
    for (let from = 0; from < even; from += CHUNK) {
      const chunk = risk.subarray(from, Math.min(even, from + CHUNK));
      this.pointAt(from);
      for (let j = 0; j < p; j += BLOCK) {
        const list = lists[j / BLOCK]!;
        room.weigh(list, Math.min(BLOCK, p - j), chunk, weighted, CHUNK);
        room.tiles(weighted, CHUNK, list, p - j, products, width, chunk.length);
        for (let c = 0; c < BLOCK && j + c < p; c++) {
          for (let k = j + c; k < p; k++) into[(j + c) * p + k]! += products[c * width + k - j]!;
        }
      }
    }
    if (even === rows) return;
    for (let j = 0; j < p; j++) {
      const value = risk[even]! * x[j * rows + even]!;
      for (let k = j; k < p; k++) into[j * p + k]! += value * x[k * rows + even]!;
    }
  }

  private pointAt(row: number): void {
    const first = this.room.at(this.x) + 8 * row;
    for (let j = 0; j < this.p; j++) this.list[j] = first + 8 * j * this.rows;
  }
}
