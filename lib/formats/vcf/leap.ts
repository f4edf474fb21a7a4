/**
 * Where a byte comes next. What was found is kept until it is passed, so that a line that lacks it doesn't have the rest of the block searched
 * over again: over all lines each byte is looked at once.
 */
export class Leap {
  readonly #byte: number;
  #bytes: Buffer | undefined;
  #from = 0;
  #found = 0;

  constructor(byte: number) {
    this.#byte = byte;
  }

  /** The first from `from` on, or `end` where it comes no sooner. */
  to(bytes: Buffer, from: number, end: number): number {
    if (bytes !== this.#bytes || from < this.#from || from > this.#found) {
      const found = bytes.indexOf(this.#byte, from);
      this.#bytes = bytes;
      this.#from = from;
      this.#found = found < 0 ? bytes.length : found;
    }
    return this.#found < end ? this.#found : end;
  }
}
