import { PARTER_CODE } from './parter-code.ts';

/** What is used of it; neither the language nor Node's types declare it. */
declare const WebAssembly: {
  Module: new (code: Uint8Array) => object;
  Instance: new (module: object) => { readonly exports: unknown };
};

/** `parter.wat`; places are addresses in its memory. */
interface Code {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  line(from: number, tabs: number, semicolons: number, most: number): number;
  entries(from: number, end: number, width: number, marks: number, firsts: number, most: number): number;
  sample(from: number, end: number, fields: number, most: number): number;
}

const LINE_FEED = 10;
const PAGE = 65_536;

/** So many bytes beyond the end are looked at, and so many marks beyond the most are written. */
const AT_ONCE = 16;

/** What `line` tells beside its lists, before all else in the memory. */
const [TABS, SEMICOLONS, BLANK] = [0, 1, 2];
const TOLD_BYTES = 16;

const FIRST_BLOCK = 64 * 1024;
const FIRST_LIST = 1_024;

/** Numbers of a field of a sample. */
const OF_FIELD = 4;

/** What a field of a sample has beside digits and commas. */
export const HAS = { dot: 1, twoDots: 2, emptyValue: 4, other: 8 } as const;

const CODE = new WebAssembly.Module(Buffer.from(PARTER_CODE, 'base64'));

/**
 * Parts lines, annotations and samples, 16 bytes at a time, in a memory of its own into which each block is copied once: there, and not in the
 * block, are all places that it tells. A list that is too short for a line is made anew, and `bytes` and `numbers` with it: ask for them again
 * after each parting.
 */
export class Parter {
  /** All of the memory: the block stands from `start` to before `end`. */
  bytes: Buffer;
  /** The same as numbers: lists are told by the number of their first. */
  numbers: Int32Array;
  start = 0;
  end = 0;
  readonly #code = new WebAssembly.Instance(CODE).exports as Code;
  /** What is taken of the memory. */
  #top = TOLD_BYTES;
  #block = 0;
  #blockRoom = 0;
  readonly #tabs: List;
  readonly #semicolons: List;
  readonly #marks: List;
  readonly #firsts: List;
  readonly #fields: List;

  constructor() {
    this.bytes = Buffer.from(this.#code.memory.buffer);
    this.numbers = new Int32Array(this.#code.memory.buffer);
    const list = (): List => ({ at: this.#room(4 * (FIRST_LIST + AT_ONCE)), most: FIRST_LIST });
    [this.#tabs, this.#semicolons, this.#marks, this.#firsts, this.#fields] = [list(), list(), list(), list(), list()];
  }

  /** Copies a block into the memory. */
  take(block: Buffer): void {
    if (block.length + AT_ONCE > this.#blockRoom) {
      this.#blockRoom = Math.max(FIRST_BLOCK, 2 ** Math.ceil(Math.log2(block.length + AT_ONCE)));
      this.#block = this.#room(this.#blockRoom);
    }
    this.start = this.#block;
    this.end = this.#block + block.length;
    this.bytes.set(block, this.start);
    this.bytes[this.end] = LINE_FEED; // the last line of all may lack it
  }

  /** Parts the line that begins there; gives where it ends, `end` where nothing ends it. */
  line(from: number): number {
    for (;;) {
      const most = Math.min(this.#tabs.most, this.#semicolons.most);
      const found = this.#code.line(from, this.#tabs.at, this.#semicolons.at, most);
      if (found > 1) return found;
      this.#lengthen(this.#tabs);
      this.#lengthen(this.#semicolons);
    }
  }

  /** The line's tabs, by number, and how many there are. */
  get tabs(): number {
    return this.#tabs.at >> 2;
  }

  get tabCount(): number {
    return this.numbers[TABS]!;
  }

  /** The line's semicolons, by number, and how many there are. */
  get semicolons(): number {
    return this.#semicolons.at >> 2;
  }

  get semicolonCount(): number {
    return this.numbers[SEMICOLONS]!;
  }

  /** Whether the line has a blank. */
  get blank(): boolean {
    return this.numbers[BLANK] !== 0;
  }

  /** Parts entries between commas at their bars, the first `width` of each; gives how many entries there are. */
  entries(from: number, end: number, width: number): number {
    if (from >= end) return 0;
    for (;;) {
      const most = Math.min(this.#marks.most, this.#firsts.most);
      const found = this.#code.entries(from, end, width, this.#marks.at, this.#firsts.at, most);
      if (found > 0) return found;
      this.#lengthen(this.#marks);
      this.#lengthen(this.#firsts);
    }
  }

  /** By entry, the number of its first mark, the place where its first field ends: before it is where the one before ends. */
  get firsts(): number {
    return this.#firsts.at >> 2;
  }

  /** Parts a sample at its colons; gives how many fields it has, more than `most` where it has more. */
  sample(from: number, end: number, most: number): number {
    while (most >= this.#fields.most / OF_FIELD) this.#lengthen(this.#fields);
    return this.#code.sample(from, end, this.#fields.at, most);
  }

  /** Four numbers a field of the sample: where it begins and ends, what it {@link HAS}, and how many commas. */
  get fields(): number {
    return this.#fields.at >> 2;
  }

  #lengthen(list: List): void {
    list.most *= 2;
    list.at = this.#room(4 * (list.most + AT_ONCE));
  }

  #room(bytes: number): number {
    const { memory } = this.#code;
    const at = this.#top;
    this.#top = Math.ceil((at + bytes) / AT_ONCE) * AT_ONCE;
    const more = this.#top - memory.buffer.byteLength;
    if (more > 0) memory.grow(Math.ceil(more / PAGE));
    this.bytes = Buffer.from(memory.buffer);
    this.numbers = new Int32Array(memory.buffer);
    return at;
  }
}

interface List {
  at: number;
  /** How many numbers it has room for. */
  most: number;
}
