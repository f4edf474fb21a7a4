import { VECTORS_CODE } from './vectors-code.ts';

/** What is used of it; neither the language nor Node's types declare it. */
declare const WebAssembly: {
  Module: new (code: Uint8Array) => object;
  Memory: new (size: { initial: number }) => { readonly buffer: ArrayBuffer };
  Instance: new (module: object, imports: object) => { readonly exports: unknown };
};

interface Code {
  products(list: number, count: number, vector: number, length: number, out: number): void;
  add(list: number, count: number, factors: number, length: number, sum: number): void;
  tiles(four: number, stride: number, list: number, count: number, length: number, out: number, row: number): void;
  forward(lower: number, stride: number, size: number, right: number): void;
  backward(lower: number, stride: number, size: number, right: number): void;
  weigh(list: number, count: number, vector: number, length: number, out: number, stride: number): void;
  exponential(values: number, factor: number, length: number): number;
}

/** What `exponential` finds in every room from byte 16 on: 1 / log 2, log 2 in two parts, 1 / 2! ... 1 / 13!. */
const CONSTANTS = [Math.LOG2E, 0.6931471803691238, 1.9082149292705877e-10];
for (let k = 2, factorial = 2; k <= 13; k++, factorial *= k) CONSTANTS.push(1 / factorial);
const FIRST = 16;
const START = FIRST + 16 * Math.ceil(CONSTANTS.length / 2);

const PAGE = 65_536;
const MOST_PAGES = 65_536;
/** A list's columns are taken so many at a time, and as many results may be written. */
const AT_ONCE = 4;

const CODE = new WebAssembly.Module(Uint8Array.from(atob(VECTORS_CODE), (byte) => byte.charCodeAt(0)));

/** Numbers that an array of this length takes up in a room. */
export function roomFor(length: number): number {
  return 2 * Math.ceil((length + AT_ONCE) / 2);
}

/**
 * Memory in which arrays are added and multiplied two numbers at a time (`vectors.wat`), which JavaScript can't: three to five times as fast. An array
 * of its own memory can't be used; all arrays of a call are of one length unless it says otherwise. Columns are named by where they stand
 * ({@link at}), in a list of the room's. The same bits on every machine.
 */
export class VectorRoom {
  private readonly code: Code;
  private readonly buffer: ArrayBuffer;
  private next = START;

  /** Room for so many numbers, as {@link roomFor} counts them. Throws RangeError beyond 4 GB. */
  constructor(numbers: number) {
    const pages = Math.ceil((START + 8 * numbers) / PAGE);
    if (pages > MOST_PAGES) throw new RangeError('too many numbers for one room');
    const memory = new WebAssembly.Memory({ initial: pages });
    this.buffer = memory.buffer;
    new Float64Array(this.buffer, FIRST).set(CONSTANTS);
    this.code = new WebAssembly.Instance(CODE, { room: { memory } }).exports as Code;
  }

  /** An array of zeros. Throws RangeError where there is no room left. */
  take(length: number): Float64Array {
    const array = new Float64Array(this.buffer, this.next, length);
    this.next += 8 * roomFor(length);
    return array;
  }

  /** A list of columns, of which none is named yet; takes as much as an array of numbers. */
  takeList(length: number): Int32Array {
    const list = new Int32Array(this.buffer, this.next, length);
    this.next += 8 * roomFor(length);
    return list;
  }

  /** Names a column. */
  at(column: Float64Array): number {
    return column.byteOffset;
  }

  /** `out[q]` = the product of the q-th of the first `count` columns with a vector. */
  products(list: Int32Array, count: number, vector: Float64Array, out: Float64Array): void {
    this.code.products(list.byteOffset, count, vector.byteOffset, size(vector.length), out.byteOffset);
  }

  /** Adds to `sum` each of the first `count` columns, times its factor. */
  add(list: Int32Array, count: number, factors: Float64Array, sum: Float64Array): void {
    this.code.add(list.byteOffset, count, factors.byteOffset, size(sum.length), sum.byteOffset);
  }

  /**
   * Products of four columns of `length`, {@link roomFor} that apart, with each of the first `count` columns: a row of `row` numbers (even) for each of
   * the four. Of their first `rows` numbers alone; where these are odd, the next of each column is 0.
   */
  tiles(
    four: Float64Array,
    length: number,
    list: Int32Array,
    count: number,
    out: Float64Array,
    row: number,
    rows = length,
  ): void {
    const stride = 8 * roomFor(length);
    this.code.tiles(four.byteOffset, stride, list.byteOffset, count, size(rows), out.byteOffset, 8 * row);
  }

  /** Solves L x = right in place. Row i of the lower triangle stands at i times `stride` of `lower`; there are `size`. */
  forward(lower: Float64Array, stride: number, size: number, right: Float64Array): void {
    this.code.forward(lower.byteOffset, 8 * stride, size, right.byteOffset);
  }

  /** Solves L' x = right in place. */
  backward(lower: Float64Array, stride: number, size: number, right: Float64Array): void {
    this.code.backward(lower.byteOffset, 8 * stride, size, right.byteOffset);
  }

  /** Each of the first `count` columns times a vector, number by number, into columns of `length` from `out` on, {@link roomFor} that apart. */
  weigh(list: Int32Array, count: number, vector: Float64Array, out: Float64Array, length: number): void {
    const stride = 8 * roomFor(length);
    this.code.weigh(list.byteOffset, count, vector.byteOffset, size(vector.length), out.byteOffset, stride);
  }

  /** Replaces values by `factor` times their exponential, to 4e-16 of it. */
  exponential(values: Float64Array, factor: Float64Array): void {
    if (this.code.exponential(values.byteOffset, factor.byteOffset, size(values.length)) !== 0) return;
    for (let i = 0; i < values.length; i++) values[i] = factor[i]! * Math.exp(values[i]!);
  }
}

function size(length: number): number {
  return 16 * Math.ceil(length / 2);
}
