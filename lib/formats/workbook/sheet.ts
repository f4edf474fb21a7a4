import { serialToDate } from 'hucre';
import { LIMITS } from '../limits.ts';
import type { Span } from '../rows.ts';
import { EndlessXml, ownText, withoutEscapes, type XmlHandlers } from './xml.ts';

/** Rows and columns of a sheet, as far as Excel has any. */
const LAST_ROW = 1_048_576;
const COLUMNS = 16_384;

/** What cells of a sheet mean. */
export interface CellsMean {
  readonly strings: readonly string[];
  /** Formats of cells that show a date. */
  readonly dates: ReadonlySet<number>;
  readonly from1904: boolean;
}

/** A row of a sheet that has anything in it: its cells from the first column to the last that isn't empty. */
export interface SheetRow {
  readonly line: number;
  readonly cells: readonly string[];
}

/** What is told of a sheet besides its rows. */
interface Told {
  /** A formula that was saved without its value; column from 0 on. */
  readonly withoutValue?: (line: number, column: number, formula: string) => void;
  /** Cells of a row that were merged with the first of them. */
  readonly merged?: (line: number, span: Span) => void;
}

/** Rows that don't follow one another, or a cell beyond what a sheet has. */
export class DisorderlySheet extends Error {}

/** Makes rows of a sheet's XML as it comes. Throws {@link DisorderlySheet}. */
export class SheetRows implements XmlHandlers {
  readonly #mean: CellsMean;
  readonly #told: Told;
  #rows: SheetRow[] = [];
  #inData = false;
  #line = 0;
  #given = 0;
  #cells: string[] | undefined;
  /** Where the next cell stands that doesn't say. */
  #next = 0;
  /** Characters of the row's cells. */
  #length = 0;
  #cell: { type: string; style: string; column: number } | undefined;
  #value = '';
  #inline = '';
  #formula = '';
  #hasFormula = false;
  #within: '' | 'v' | 'f' | 't' = '';
  #phonetic = false;

  constructor(mean: CellsMean, told: Told = {}) {
    this.#mean = mean;
    this.#told = told;
  }

  /** Rows since this was last asked. */
  take(): readonly SheetRow[] {
    const rows = this.#rows;
    this.#rows = [];
    return rows;
  }

  open(name: string, attributes: Readonly<Record<string, string>>): void {
    if (name === 'c') this.#openCell(attributes);
    else if (name === 'v' || name === 'f') {
      if (!this.#cell) return;
      this.#within = name;
      if (name === 'f') this.#hasFormula = true;
    } else if (name === 't') this.#within = this.#cell && !this.#phonetic ? 't' : '';
    else if (name === 'row') this.#openRow(attributes);
    else if (name === 'rPh') this.#phonetic = true;
    else if (name === 'sheetData') this.#inData = true;
    else if (name === 'mergeCell') this.#merge(attributes['ref'] ?? '');
  }

  text(text: string): void {
    if (this.#within === '') return;
    this.#length += text.length;
    if (this.#length > LIMITS.rowBytes) throw new EndlessXml();
    if (this.#within === 'v') this.#value += text;
    else if (this.#within === 't') this.#inline += text;
    else if (this.#within === 'f') this.#formula += text;
  }

  close(name: string): void {
    if (name === 'c') this.#closeCell();
    else if (name === 'v' || name === 'f' || name === 't') this.#within = '';
    else if (name === 'row') this.#closeRow();
    else if (name === 'rPh') this.#phonetic = false;
    else if (name === 'sheetData') this.#inData = false;
  }

  #openRow({ r }: Readonly<Record<string, string>>): void {
    if (!this.#inData) return;
    this.#line = Number(r) || this.#line + 1;
    this.#cells = [];
    this.#next = 0;
    this.#length = 0;
  }

  #closeRow(): void {
    if (this.#cells && this.#cells.length > 0) {
      const orderly = Number.isInteger(this.#line) && this.#line > this.#given && this.#line <= LAST_ROW;
      if (!orderly) throw new DisorderlySheet();
      this.#given = this.#line;
      this.#rows.push({ line: this.#line, cells: this.#cells });
    }
    this.#cells = undefined;
  }

  #openCell({ r, t = 'n', s = '' }: Readonly<Record<string, string>>): void {
    if (!this.#cells) return;
    const place = r === undefined ? { column: this.#next, line: this.#line } : placeOf(r);
    if (this.#cells.length === 0) this.#line = place.line;
    if (place.line !== this.#line || place.column < 0 || place.column >= COLUMNS) throw new DisorderlySheet();
    this.#next = place.column + 1;
    this.#cell = { type: t, style: s, column: place.column };
    this.#value = '';
    this.#inline = '';
    this.#formula = '';
    this.#hasFormula = false;
  }

  #closeCell(): void {
    const cell = this.#cell;
    const cells = this.#cells;
    this.#cell = undefined;
    if (!cell || !cells) return;
    const text = this.#textOf(cell.type, cell.style);
    if (text !== '') {
      while (cells.length <= cell.column) cells.push('');
      cells[cell.column] = text;
    }
    if (this.#hasFormula && this.#value === '' && (cell.type === 'n' || cell.type === ''))
      this.#told.withoutValue?.(this.#line, cell.column, this.#formula);
  }

  /** A cell as text that reads as itself: numbers with a point, dates as ISO. */
  #textOf(type: string, style: string): string {
    const value = this.#value;
    switch (type) {
      case 's':
        return value === '' ? '' : (this.#mean.strings[Number(value)] ?? '');
      case 'str':
        return ownText(withoutEscapes(value));
      case 'inlineStr':
        return ownText(withoutEscapes(this.#inline));
      case 'b':
        return String(value === '1' || value.toLowerCase() === 'true');
      case 'e':
        return ownText(value);
      default:
        return value === '' ? '' : this.#numberText(value, style);
    }
  }

  #numberText(value: string, style: string): string {
    const number = Number(value);
    if (Number.isNaN(number)) return ownText(value);
    if (style === '' || !this.#mean.dates.has(Number(style))) return String(number);
    const date = serialToDate(number, this.#mean.from1904);
    if (Number.isNaN(date.getTime())) return '';
    const [day, time] = date.toISOString().split('T') as [string, string];
    return time === '00:00:00.000Z' ? day : `${day}T${time.slice(0, 8)}`;
  }

  #merge(ref: string): void {
    const [from = '', to = from] = ref.split(':');
    const [first, last] = [placeOf(from), placeOf(to)];
    if (last.column > first.column && last.column < COLUMNS)
      this.#told.merged?.(first.line, [first.column, last.column]);
  }
}

/** `B7` is column 1 of line 7. */
function placeOf(ref: string): { readonly column: number; readonly line: number } {
  let column = 0;
  let at = 0;
  for (; at < ref.length; at++) {
    const letter = ref.charCodeAt(at) & 0xdf;
    if (letter < 65 || letter > 90) break;
    column = column * 26 + letter - 64;
  }
  return { column: column - 1, line: Number(ref.slice(at)) };
}
