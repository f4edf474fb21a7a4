/** What is remembered at most: beyond it words are made anew each time, so that no file grows the memory. */
const MOST_WORDS = 32_768;
const MOST_BYTES = 4 * 1024 * 1024;

/** A power of two, and four times the words: a slot is rarely taken by another. */
const SLOTS = 131_072;
const FIRST_SLOTS = 1_024;

/**
 * Values by the bytes that name them: a chromosome, a gene, a layout of samples. A word that was seen costs a hash and a comparison, and no
 * string. All words lie in one stretch of memory, since an exome's genes in pieces of their own would miss the cache at each.
 */
export class ByteDictionary<T> {
  readonly #make: (text: string) => T;
  /** By slot, one more than the word's place; 0 where it is free. */
  #slots = new Int32Array(FIRST_SLOTS);
  #hashes = new Int32Array(256);
  /** Where words begin in the pool; one ends where the next begins. */
  #starts = new Int32Array(257);
  #pool = new Uint8Array(4_096);
  readonly #values: T[] = [];
  /** The word that was looked for last: often it is the next too. */
  #last = 0;

  constructor(make: (text: string) => T) {
    this.#make = make;
  }

  /** The value of what stands from `start` to before `end`. */
  get(bytes: Buffer, start: number, end: number): T {
    if (this.#values.length > 0 && this.#is(this.#last, bytes, start, end)) return this.#values[this.#last]!;
    let hash = end - start;
    for (let at = start; at < end; at++) hash = (Math.imul(hash, 31) + bytes[at]!) | 0;
    const mask = this.#slots.length - 1;
    let slot = (hash ^ (hash >>> 15)) & mask;
    for (let word = this.#slots[slot]!; word !== 0; word = this.#slots[slot]!) {
      if (this.#hashes[word - 1] === hash && this.#is(word - 1, bytes, start, end)) {
        this.#last = word - 1;
        return this.#values[word - 1]!;
      }
      slot = (slot + 1) & mask;
    }
    const value = this.#make(bytes.toString('utf8', start, end));
    this.#remember(hash, bytes, start, end, value);
    return value;
  }

  #is(word: number, bytes: Buffer, start: number, end: number): boolean {
    const from = this.#starts[word]!;
    if (this.#starts[word + 1]! - from !== end - start) return false;
    for (let i = 0; i < end - start; i++) if (this.#pool[from + i] !== bytes[start + i]) return false;
    return true;
  }

  #remember(hash: number, bytes: Buffer, start: number, end: number, value: T): void {
    const word = this.#values.length;
    const from = this.#starts[word]!;
    const to = from + end - start;
    if (word >= MOST_WORDS || to > MOST_BYTES) return;
    if (word === this.#hashes.length) {
      this.#hashes = grown(this.#hashes, word * 2);
      this.#starts = grown(this.#starts, word * 2 + 1);
    }
    if (to > this.#pool.length) {
      const pool = new Uint8Array(Math.max(to, this.#pool.length * 2));
      pool.set(this.#pool);
      this.#pool = pool;
    }
    this.#pool.set(bytes.subarray(start, end), from);
    this.#starts[word + 1] = to;
    this.#hashes[word] = hash;
    this.#values.push(value);
    if (word * 4 >= this.#slots.length && this.#slots.length < SLOTS) {
      this.#slots = new Int32Array(this.#slots.length * 4);
      for (let known = 0; known <= word; known++) this.#take(known);
    } else this.#take(word);
  }

  /** Takes the next free slot for a word. */
  #take(word: number): void {
    const hash = this.#hashes[word]!;
    const mask = this.#slots.length - 1;
    let slot = (hash ^ (hash >>> 15)) & mask;
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
    this.#slots[slot] = word + 1;
  }
}

function grown(array: Int32Array<ArrayBuffer>, length: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(length);
  larger.set(array);
  return larger;
}
