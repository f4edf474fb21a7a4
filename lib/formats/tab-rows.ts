import { fault } from './fault.ts';
import { LIMITS } from './limits.ts';
import type { Block } from './lines.ts';
import { BATCH, isEmpty, type Row, ragged } from './rejected.ts';
import type { RawRow, RowReader, Shape } from './rows.ts';

const TAB = 9;
const LINE_FEED = 10;
const RETURN = 13;
const SPACE = 32;
const QUOTE = 34;

/**
 * Rows of tab-separated text. There is no quoting but of a whole cell: a MAF has lone quotes (5' and 3'). Cells that nobody wants are never
 * made: of a wide MAF a dozen of a hundred and twenty are.
 */
export class TabReader implements RowReader {
  readonly #blocks: AsyncIterator<Block>;
  readonly #file: string;
  #bytes: Buffer = Buffer.alloc(0);
  #ascii = true;
  /** Where the next line begins, and its number. */
  #at = 0;
  #line = 0;
  #notes: Row[] = [];
  /** Where cells begin; the cell after the last begins one beyond the line's end. */
  #starts = new Int32Array(256);

  constructor(blocks: AsyncIterable<Block>, file: string) {
    this.#blocks = blocks[Symbol.asyncIterator]();
    this.#file = file;
  }

  async next(): Promise<RawRow | undefined> {
    while (this.#at >= this.#bytes.length) if (!(await this.#load())) return undefined;
    const line = this.#line;
    const count = this.#cut();
    return { line, cells: Array.from({ length: count }, (_, i) => this.#cell(i)) };
  }

  async *rest(shape: Shape): AsyncGenerator<readonly Row[]> {
    const all = shape.at ?? Array.from({ length: shape.named }, (_, i) => i);
    let rows: Row[] = [];
    try {
      do {
        rows.push(...this.#notes.splice(0));
        while (this.#at < this.#bytes.length) {
          const row = this.#row(shape, all);
          if (row) rows.push(row);
          if (rows.length < BATCH) continue;
          yield rows;
          rows = [];
        }
      } while (await this.#load());
      if (rows.length > 0) yield rows;
    } finally {
      await this.#blocks.return?.();
    }
  }

  async #load(): Promise<boolean> {
    const { done, value } = await this.#blocks.next();
    if (done) return false;
    this.#bytes = value.bytes;
    this.#ascii = value.ascii;
    this.#line = value.line;
    this.#at = 0;
    if (value.note) this.#notes.push(value.note);
    return true;
  }

  #row({ named, width }: Shape, wanted: readonly number[]): Row | undefined {
    const line = this.#line;
    const begin = this.#at;
    const first = this.#bytes[begin]!;
    let used = this.#cut();
    if (first <= SPACE && this.#blank(begin, this.#starts[used]! - 1)) return undefined;
    while (used > width && this.#starts[used]! - this.#starts[used - 1]! === 1) used -= 1;
    const fits = used >= named && used <= width;
    const cells = new Array<string>(wanted.length);
    for (let i = 0; i < wanted.length; i++) cells[i] = wanted[i]! < used ? this.#cell(wanted[i]!) : '';
    if (fits) return first === QUOTE && this.#allEmpty(used) ? undefined : { line, cells };
    return ragged(line, used, width, cells);
  }

  /** Finds the cells of the next line, and steps behind it. */
  #cut(): number {
    const bytes = this.#bytes;
    let end = bytes.indexOf(LINE_FEED, this.#at);
    const next = end < 0 ? bytes.length : end + 1;
    if (end < 0) end = bytes.length;
    if (end > this.#at && bytes[end - 1] === RETURN) end -= 1;
    let starts = this.#starts;
    starts[0] = this.#at;
    let count = 1;
    for (let i = this.#at; i < end; i++) {
      if (bytes[i] !== TAB) continue;
      if (count + 1 >= starts.length) starts = this.#wider();
      starts[count] = i + 1;
      count += 1;
    }
    starts[count] = end + 1;
    this.#at = next;
    this.#line += 1;
    return count;
  }

  #wider(): Int32Array<ArrayBuffer> {
    if (this.#starts.length > LIMITS.columns) throw tooWide(this.#file, this.#line);
    const wider = new Int32Array(this.#starts.length * 2);
    wider.set(this.#starts);
    this.#starts = wider;
    return wider;
  }

  #cell(i: number): string {
    const bytes = this.#bytes;
    const from = this.#starts[i]!;
    const to = this.#starts[i + 1]! - 1;
    if (to - from < 2 || bytes[from] !== QUOTE || bytes[to - 1] !== QUOTE) return this.#text(from, to);
    return this.#text(from + 1, to - 1).replaceAll('""', '"');
  }

  /** A string of its own, which doesn't hold on to the block. */
  #text(from: number, to: number): string {
    return this.#bytes.toString(this.#ascii ? 'latin1' : 'utf8', from, to);
  }

  #blank(from: number, to: number): boolean {
    for (let i = from; i < to; i++) if (this.#bytes[i]! > SPACE) return false;
    return true;
  }

  #allEmpty(count: number): boolean {
    return isEmpty(Array.from({ length: count }, (_, i) => this.#cell(i)));
  }
}

/** A row of more cells than a table has columns. */
export function tooWide(file: string, line: number): Error {
  return fault(
    'over-limit',
    `the row has more than ${LIMITS.columns} cells`,
    { file, line },
    'Put a table of one row a patient, a specimen or an alteration.',
  );
}
