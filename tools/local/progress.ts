/** One line that changes where a terminal shows it; where none does, a line a change. */
export class Progress {
  #last = '';

  show(says: string): void {
    if (says === this.#last) return;
    this.#last = says;
    if (process.stderr.isTTY) process.stderr.write(`\r\u001b[2K${says}`);
    else process.stderr.write(`${says}\n`);
  }

  /** Ends the line, leaving `says` to stand. */
  done(says: string): void {
    this.show(says);
    if (process.stderr.isTTY) process.stderr.write('\n');
    this.#last = '';
  }
}
