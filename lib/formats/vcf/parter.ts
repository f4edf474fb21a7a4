import { PARTER_CODE } from './parter-code.ts';

/** What is used of it; neither the language nor Node's types declare it. */
declare const WebAssembly: {
  Module: new (code: Uint8Array) => object;
  Instance: new (module: object) => { readonly exports: unknown };
};

/** `parter.wat`; places are addresses in its memory. */
interface Code {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  find(byte: number, from: number, end: number, out: number, most: number): number;
}

/** A field that isn't read. */
export const NOT_KEPT = 255;

const PAGE = 65_536;

/** Bytes that are compared at once: so many are looked at beyond the end, and so many fields more may be found. */
const AT_ONCE = 16;

const CODE = new WebAssembly.Module(Buffer.from(PARTER_CODE, 'base64'));

/**
 * Parts short stretches at a byte, 16 bytes at a time, in a memory of its own into which each block is copied once: fields of about ten bytes take a
 * loop over bytes four times as long, one over words of four bytes 2.7 times, and `indexOf` for each ten times.
 */
export class Parter {
  readonly #byte: number;
  readonly #width: number;
  /** The fields that are kept: their place between the bytes, and what each is kept as. */
  readonly #places: Uint16Array;
  readonly #keptAs: Uint8Array;
  readonly #code = new WebAssembly.Instance(CODE).exports as Code;
  /** Where the block begins in the memory; what was found stands before it. */
  readonly #block: number;
  #bytes: Buffer | undefined;
  #found = new Int32Array(this.#code.memory.buffer);

  /** `keptAs`: by place between the bytes, what a field is kept as; fields beyond aren't parted. */
  constructor(byte: number, keptAs: Uint8Array) {
    this.#byte = byte;
    this.#width = keptAs.length;
    const places = [...keptAs.keys()].filter((place) => keptAs[place] !== NOT_KEPT);
    this.#places = Uint16Array.from(places);
    this.#keptAs = Uint8Array.from(places, (place) => keptAs[place]!);
    this.#block = 4 * (keptAs.length + AT_ONCE);
  }

  /** Puts where the kept fields of a stretch begin and end from `base` on; fields that the stretch lacks are empty, at its end. */
  part(bytes: Buffer, start: number, end: number, starts: Int32Array, ends: Int32Array, base: number): void {
    if (bytes !== this.#bytes) this.#take(bytes);
    const [block, places, keptAs] = [this.#block, this.#places, this.#keptAs];
    let count = this.#code.find(this.#byte, block + start, block + end, 0, this.#width);
    const found = this.#found;
    while (count > 0 && found[count - 1]! >= block + end) count -= 1;
    for (let i = 0; i < places.length; i++) {
      const [place, at] = [places[i]!, base + keptAs[i]!];
      starts[at] = place === 0 ? start : place <= count ? found[place - 1]! + 1 - block : end;
      ends[at] = place < count ? found[place]! - block : end;
    }
  }

  /** Copies a block into the memory, which grows to the largest. */
  #take(bytes: Buffer): void {
    const { memory } = this.#code;
    const more = this.#block + bytes.length + AT_ONCE - memory.buffer.byteLength;
    if (more > 0) memory.grow(Math.ceil(more / PAGE));
    this.#found = new Int32Array(memory.buffer);
    new Uint8Array(memory.buffer).set(bytes, this.#block);
    this.#bytes = bytes;
  }
}
