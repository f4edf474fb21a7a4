/** What is remembered at most: beyond it words are made anew each time, so that no file grows the memory. */
const MOST_WORDS = 65_536;

interface Word<T> {
  readonly bytes: Uint8Array;
  readonly value: T;
  readonly next: Word<T> | undefined;
}

/**
 * Values by the bytes that name them: a chromosome, a gene, a layout of samples. A word that was seen costs a hash and a comparison, and no
 * string.
 */
export class ByteDictionary<T> {
  readonly #make: (text: string) => T;
  readonly #words = new Array<Word<T> | undefined>(4096).fill(undefined);
  #count = 0;

  constructor(make: (text: string) => T) {
    this.#make = make;
  }

  /** The value of what stands from `start` to before `end`. */
  get(bytes: Buffer, start: number, end: number): T {
    let hash = end - start;
    for (let at = start; at < end; at++) hash = (Math.imul(hash, 31) + bytes[at]!) | 0;
    const slot = (hash ^ (hash >>> 12)) & 4095;
    for (let word = this.#words[slot]; word; word = word.next)
      if (same(word.bytes, bytes, start, end)) return word.value;
    const value = this.#make(bytes.toString('utf8', start, end));
    if (this.#count < MOST_WORDS) {
      this.#count += 1;
      this.#words[slot] = { bytes: Uint8Array.from(bytes.subarray(start, end)), value, next: this.#words[slot] };
    }
    return value;
  }
}

function same(word: Uint8Array, bytes: Buffer, start: number, end: number): boolean {
  if (word.length !== end - start) return false;
  for (let at = 0; at < word.length; at++) if (word[at] !== bytes[start + at]) return false;
  return true;
}
