/** Places of a word's bits, and one for none: where clz32 of a lone bit points, and of 0. */
const PER_WORD = 33;

/**
 * Carriers of one gene after the other by a small number that each patient has, straight from the bits: no list of them is made.
 * Bits are taken two at a time from two words at a time, a bit that isn't there counting for nobody: the processor then seldom guesses wrong how many
 * a word has, which costs more than the counting.
 */
export class CarrierCounts {
  /** Carriers by number. Who adds a gene empties them again. */
  readonly cells: Int32Array;
  /** By word and place, twice the cell, and 1 more for a mark. */
  private readonly codes: Int32Array;
  private readonly words: number;

  /** `cellOf` answers a patient's number, below `cells`, or -1 where she doesn't count. */
  constructor(
    patients: number,
    cells: number,
    cellOf: (patient: number) => number,
    marked: (patient: number) => boolean,
  ) {
    this.cells = new Int32Array(cells + 1); // the last counts nobody
    this.words = (patients + 31) >>> 5;
    this.codes = new Int32Array((this.words + 1) * PER_WORD).fill(2 * cells);
    for (let patient = 0; patient < patients; patient++) {
      const cell = cellOf(patient);
      if (cell >= 0)
        this.codes[(patient >>> 5) * PER_WORD + 31 - (patient & 31)] = 2 * cell + (marked(patient) ? 1 : 0);
    }
  }

  /** Adds who is in the set to the cells; answers how many of them are marked. */
  add(bits: Uint32Array): number {
    const { cells, codes } = this;
    const words = Math.min(bits.length, this.words);
    let marked = 0;
    for (let w = 0, at = 0; w < words; w += 2, at += 2 * PER_WORD) {
      let x = bits[w]!;
      let y = w + 1 < words ? bits[w + 1]! : 0;
      while ((x | y) !== 0) {
        const a = codes[at + Math.clz32(x & -x)]!;
        x &= x - 1;
        const b = codes[at + Math.clz32(x & -x)]!;
        x &= x - 1;
        const c = codes[at + PER_WORD + Math.clz32(y & -y)]!;
        y &= y - 1;
        const d = codes[at + PER_WORD + Math.clz32(y & -y)]!;
        y &= y - 1;
        cells[a >>> 1]!++;
        cells[b >>> 1]!++;
        cells[c >>> 1]!++;
        cells[d >>> 1]!++;
        marked += (a & 1) + (b & 1) + (c & 1) + (d & 1);
      }
    }
    return marked;
  }
}
