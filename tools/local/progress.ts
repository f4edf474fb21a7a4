/** A line at most so often where no terminal shows one that changes; milliseconds. */
const PAUSE = 2000;

/** One line that changes where a terminal shows it; where none does, a line now and then. */
export class Progress {
  #last = '';
  #at = Number.NEGATIVE_INFINITY;

  show(says: string): void {
    if (says === this.#last) return;
    if (process.stderr.isTTY) this.#write(`\r\u001b[2K${says}`, says);
    else if (performance.now() - this.#at > PAUSE) this.#write(`${says}\n`, says);
  }

  /** Takes the line away, so that something else may be printed there. */
  clear(): void {
    if (process.stderr.isTTY) this.#write('\r\u001b[2K', '');
  }

  /** Ends the line, leaving `says` to stand. */
  done(says: string): void {
    this.#write(process.stderr.isTTY ? `\r\u001b[2K${says}\n` : `${says}\n`, '');
  }

  #write(text: string, says: string): void {
    process.stderr.write(text);
    this.#last = says;
    this.#at = performance.now();
  }
}
