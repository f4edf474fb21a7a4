import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { compile, type Value } from './expression.ts';

/** A CSV as columns. A cell that reads as a number is one; an empty one or NA is missing (NaN). */
export class Dataset {
  readonly rows: number;
  private readonly columns: ReadonlyMap<string, readonly Value[]>;

  constructor(columns: ReadonlyMap<string, readonly Value[]>, rows: number) {
    this.columns = columns;
    this.rows = rows;
  }

  /** Reads `name`, which may end in a filter: `d_channing[male=1]` are the rows of d_channing.csv where male is 1. */
  static read(directory: string, name: string): Dataset {
    const [, file, filter] = /^([^[\]]+)(?:\[(.+)\])?$/.exec(name) ?? [];
    if (file === undefined) throw new SyntaxError(`${name} names no dataset`);
    const records: string[][] = parse(readFileSync(join(directory, `${file}.csv`), 'utf8'), { bom: true });
    const [header = [], ...cells] = records;
    const columns = new Map(header.map((column, j) => [column, cells.map((row) => cellValue(row[j] ?? ''))]));
    const whole = new Dataset(columns, cells.length);
    return filter === undefined ? whole : whole.where(filter);
  }

  /** Values of an expression over the columns. */
  values(expression: string): Value[] {
    const evaluate = compile(expression, (name) => this.columns.get(name));
    return Array.from({ length: this.rows }, (_, row) => evaluate(row));
  }

  numbers(expression: string): Float64Array {
    return Float64Array.from(this.values(expression), Number);
  }

  /** Distinct values in ascending order, and each row's place among them. */
  levels(expression: string): { readonly levels: readonly Value[]; readonly codes: Int32Array } {
    const values = this.values(expression);
    const levels = [...new Set(values)].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
    const place = new Map(levels.map((level, code) => [level, code]));
    return { levels, codes: Int32Array.from(values, (value) => place.get(value)!) };
  }

  /** The rows where the expression holds; a missing value doesn't hold. */
  where(expression: string): Dataset {
    const holds = this.values(expression);
    return this.keep((row) => holds[row] === 1);
  }

  /** The rows in which none of the expressions is missing. */
  complete(expressions: readonly string[]): Dataset {
    const all = expressions.map((expression) => this.values(expression));
    return this.keep((row) => all.every((values) => !Number.isNaN(values[row])));
  }

  private keep(wanted: (row: number) => boolean): Dataset {
    const rows = Array.from({ length: this.rows }, (_, row) => row).filter(wanted);
    const columns = new Map([...this.columns].map(([name, values]) => [name, rows.map((row) => values[row]!)]));
    return new Dataset(columns, rows.length);
  }
}

function cellValue(cell: string): Value {
  const text = cell.trim();
  if (text === '' || text === 'NA') return Number.NaN;
  const number = Number(text);
  return Number.isNaN(number) ? text : number;
}
