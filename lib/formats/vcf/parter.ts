/** Seven bits of each of four bytes. */
const SEVEN = 0x7f7f7f7f;

/** A field that isn't read. */
export const NOT_KEPT = 255;

/**
 * Parts short stretches at a byte, four bytes at a time: fields of about ten bytes take a loop over bytes twice as long, and `indexOf` for each three
 * times.
 */
export class Parter {
  readonly #byte: number;
  /** By place between the bytes, what a field is kept as. */
  readonly #keptAs: Uint8Array;
  #bytes: Buffer = Buffer.alloc(0);
  /** All of the memory that the bytes lie in, four by four: little-endian, as every platform of Node is. */
  #words: Int32Array = new Int32Array(0);

  constructor(byte: number, keptAs: Uint8Array) {
    this.#byte = byte;
    this.#keptAs = keptAs;
  }

  /** Puts where the kept fields of a stretch begin and end from `base` on; fields that the stretch lacks are empty, at its end. */
  part(bytes: Buffer, start: number, end: number, starts: Int32Array, ends: Int32Array, base: number): void {
    if (bytes !== this.#bytes) {
      this.#bytes = bytes;
      this.#words = new Int32Array(bytes.buffer, 0, bytes.buffer.byteLength >> 2);
    }
    const words = this.#words;
    const keptAs = this.#keptAs;
    const width = keptAs.length;
    const pattern = Math.imul(this.#byte, 0x01010101);
    const offset = bytes.byteOffset;
    let at = start - ((start + offset) & 3);
    let mask = 0x80808080 << ((start - at) * 8);
    let [field, begin] = [0, start];
    for (; at < end; at += 4) {
      const word = (at + offset) >> 2;
      const differs = (word < words.length ? words[word]! : this.#last(at)) ^ pattern;
      // The highest bit of each byte that is the byte, exactly.
      let found = ~(((differs & SEVEN) + SEVEN) | differs | SEVEN) & mask;
      mask = -1;
      for (; found !== 0; found &= found - 1) {
        const place = at + ((31 - Math.clz32(found & -found)) >> 3);
        if (place >= end) break;
        const kept = keptAs[field]!;
        if (kept !== NOT_KEPT) {
          starts[base + kept] = begin;
          ends[base + kept] = place;
        }
        begin = place + 1;
        field += 1;
        if (field === width) return;
      }
    }
    for (; field < width; field++) {
      const kept = keptAs[field]!;
      if (kept !== NOT_KEPT) {
        starts[base + kept] = begin;
        ends[base + kept] = end;
      }
      begin = end;
    }
  }

  /** What the memory has beyond its last whole word. */
  #last(at: number): number {
    let word = 0;
    for (let i = 0; i < 4; i++) word |= (this.#bytes[at + i] ?? 0) << (i * 8);
    return word;
  }
}
