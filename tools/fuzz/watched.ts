import type { BatchOutcome } from './batch.ts';

/** What a worker is asked for. */
export interface Order {
  readonly inputs: number;
  readonly seed: number;
}

/** What it came to. */
export interface Told {
  readonly seed: number;
  readonly outcome: BatchOutcome;
}

const COUNT = 0;
const LENGTH = 1;
const TEXT = 8;

/** What a worker is at, in memory that it shares with whoever watches it: a hanging worker answers no message. */
export class Watched {
  static readonly BYTES = 16_384;
  readonly #numbers: Int32Array;
  readonly #text: Uint8Array;

  constructor(memory: SharedArrayBuffer) {
    this.#numbers = new Int32Array(memory, 0, 2);
    this.#text = new Uint8Array(memory, TEXT);
  }

  /** Says that the next input is begun. */
  begin(input: string): void {
    const bytes = Buffer.from(input).subarray(0, this.#text.length);
    this.#text.set(bytes);
    this.#numbers[LENGTH] = bytes.length;
    Atomics.add(this.#numbers, COUNT, 1);
  }

  /** Inputs begun so far. */
  get begun(): number {
    return Atomics.load(this.#numbers, COUNT);
  }

  /** The last one, as text. */
  get input(): string {
    return Buffer.from(this.#text.slice(0, this.#numbers[LENGTH])).toString();
  }
}
