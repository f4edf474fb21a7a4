import { SignetError } from '../../base/index.ts';
import { didYouMean, nearNames } from '../values/near.ts';
import type { Problem } from '../values/problem.ts';
import type { EventRow, PatientRow, SpecimenRow, Value } from '../values/record.ts';
import type { TextRow } from '../values/text.ts';
import { type CellFault, type CellReader, cellReader, interpretations } from './cells.ts';
import type { ColumnReading, DefinitionPlace, TableReading } from './reading.ts';
import { totalIn } from './total-row.ts';
import { twoUnits } from './two-units.ts';

export interface ReaderOptions {
  /** The source's key, for problems. */
  readonly file: string;
  /** The sheet that was read, also where the definition names none. */
  readonly sheet?: string;
  /** Gives opaque keys. */
  readonly pseudonym: (kind: 'patient' | 'specimen', identifier: string) => string;
}

/** What a table came to. */
export interface TableRecords {
  readonly patients: readonly PatientRow[];
  readonly specimens: readonly SpecimenRow[];
  readonly events: readonly EventRow[];
  readonly problems: readonly Problem[];
}

/** The definition's key: problems of a mapping point there. */
export const DEFINITION_FILE = 'cohort.yaml';

/** Makes records of a table's rows: {@link TableReader.add} each, then `finish`. */
export class TableReader {
  readonly #table: TableReading;
  readonly #options: ReaderOptions;
  readonly #columns: readonly string[];
  /** Of each row the cells that the reading asks for, in order of {@link TableReader.#wanted}: a file may have much else. */
  readonly #rows: TextRow[] = [];
  /** Places in a row of the file. */
  readonly #wanted: number[] = [];
  readonly #patient: number;
  readonly #specimen: number;
  readonly #panel: number;
  /** Places in a row of the file of the cells that say whose it is. */
  readonly #keys: readonly number[];
  readonly #only: readonly { readonly at: number; readonly values: ReadonlySet<string> }[];
  /** Place in a kept row of each column of the reading; -1 where the file doesn't have it. */
  readonly #at: readonly number[];
  readonly #problems: Problem[] = [];

  constructor(table: TableReading, columns: readonly string[], options: ReaderOptions) {
    this.#table = table;
    this.#options = options;
    this.#columns = columns.map((column) => column.trim());
    this.#patient = this.#kept(this.#needed(table.patient, 'no-patient-column', 'patient'));
    this.#specimen =
      table.specimen === undefined ? -1 : this.#kept(this.#needed(table.specimen, 'no-specimen-column', 'specimen'));
    this.#keys = [...this.#wanted];
    this.#panel = table.panel === undefined ? -1 : this.#kept(this.#mapped('panel', table.panel, table.places?.panel));
    this.#only = table.only.map(([column, values]) => ({
      at: this.#mapped('only', column, table.places?.only),
      values: new Set(values),
    }));
    this.#at = table.columns.map(({ name, from, place }) => this.#kept(this.#mapped(name, from, place)));
  }

  add({ line, cells }: TextRow): void {
    if (!this.#only.every(({ at, values }) => values.has((cells[at] ?? '').trim()))) return;
    const total = totalIn(cells, this.#keys);
    if (total === undefined) this.#rows.push({ line, cells: this.#wanted.map((at) => cells[at] ?? '') });
    else this.#totalRow(line, this.#columns[total]!, cells[total]!);
  }

  finish(): TableRecords {
    const { columns } = this.#table;
    const readers = columns.map((column, i) => this.#readerOf(column, this.#at[i]!));
    const patients: PatientRow[] = [];
    const specimens: SpecimenRow[] = [];
    const events: EventRow[] = [];
    const { name } = this.#table;
    const sheet = this.#sheet();
    const numbers = columns.map(({ type }) =>
      type === 'number' || type === 'integer' ? new Float64Array(this.#rows.length).fill(Number.NaN) : undefined,
    );
    for (const [at, row] of this.#rows.entries()) {
      const identifier = (row.cells[this.#patient] ?? '').trim();
      const specimen = this.#specimen < 0 ? undefined : (row.cells[this.#specimen] ?? '').trim();
      if (identifier === '' || specimen === '') {
        this.#withoutIdentifier(row, identifier === '' ? this.#table.patient : this.#table.specimen!);
        continue;
      }
      const read = this.#values(row, readers, (i, value) => {
        const column = numbers[i];
        if (column) column[at] = value;
      });
      const patient = this.#options.pseudonym('patient', identifier);
      const apart = read.apart ? { apart: true as const } : {};
      if (name !== undefined) {
        events.push({ patient, identifier, table: name, line: row.line, ...sheet, ...read.event, ...apart });
        continue;
      }
      const called = specimen === undefined && { asSpecimen: this.#options.pseudonym('specimen', identifier) };
      patients.push({ patient, identifier, ...called, line: row.line, ...sheet, ...read.patient, ...apart });
      if (specimen !== undefined)
        specimens.push({
          specimen: this.#options.pseudonym('specimen', specimen),
          identifier: specimen,
          patient,
          patientIdentifier: identifier,
          panel: (this.#panel < 0 ? '' : (row.cells[this.#panel] ?? '')).trim() || null,
          line: row.line,
          ...sheet,
          ...read.specimen,
          ...apart,
        });
    }
    for (const [i, column] of columns.entries()) {
      this.#checkUnits(column, this.#at[i]!, numbers[i]);
      this.#tellInterpretations(column, this.#at[i]!);
    }
    return { patients, specimens, events, problems: this.#problems };
  }

  /** A row's values, the patient's and the specimen's. A row apart tells none. */
  #values(row: TextRow, readers: readonly CellReader[], number: (column: number, value: number) => void) {
    const patient: Owned = { values: {}, setAside: [] };
    const specimen: Owned = { values: {}, setAside: [] };
    const event: Owned = { values: {}, setAside: [] };
    const owners = { patient, specimen, event };
    let apart = false;
    for (const [i, column] of this.#table.columns.entries()) {
      const owner = owners[column.of];
      const cell = row.cells[this.#at[i]!] ?? '';
      const value = readers[i]!(cell);
      const fault = value !== null && typeof value === 'object' ? value : undefined;
      owner.values[column.name] = fault ? null : (value as Value);
      if (typeof value === 'number') number(i, value);
      else if (fault) number(i, parsedNumber(cell));
      if (!fault) continue;
      owner.setAside.push(column.name);
      this.#report(fault, row, column, cell);
      if (fault.row) apart = true;
    }
    return apart ? { apart, patient: NOTHING, specimen: NOTHING, event: NOTHING } : { apart, ...owners };
  }

  /** Told once a column, at the first value of the smaller group. */
  #checkUnits(column: ColumnReading, at: number, values: Float64Array | undefined): void {
    if (at < 0 || !values) return;
    const other = twoUnits(values);
    if (!other) return;
    this.#reportOfColumn(column, at, {
      rule: 'two-units',
      at: other.at,
      says: `${other.at.length} values lie about ${other.factor} times apart from the others: the column may hold two units`,
      remedy: 'Convert them to one unit.',
    });
  }

  /** Told once a column, at the first cell of which it is true. */
  #tellInterpretations(column: ColumnReading, at: number): void {
    if (at < 0) return;
    const cells = this.#rows.map(({ cells }) => cells[at] ?? '');
    for (const told of interpretations(column, cells))
      this.#reportOfColumn(column, at, { ...told, says: `${told.at.length} cells ${told.says}` });
  }

  /** One problem for several cells of a column. */
  #reportOfColumn(
    { from }: ColumnReading,
    column: number,
    { rule, at, says, remedy }: Pick<Problem, 'rule' | 'says' | 'remedy'> & { readonly at: readonly number[] },
  ): void {
    const { line, cells } = this.#rows[at[0]!]!;
    const lines = at.slice(0, 12).map((i) => this.#rows[i]!.line);
    this.#problems.push({
      rule,
      level: 'warning',
      file: this.#options.file,
      ...this.#sheet(),
      line,
      column: from,
      value: (cells[column] ?? '').slice(0, 200),
      rows: at.length,
      says,
      remedy: `${remedy} They are in lines ${lines.join(', ')}${at.length > 12 ? ' …' : ''}.`,
    });
  }

  #readerOf(column: ColumnReading, at: number): CellReader {
    if (at < 0) return () => null;
    return cellReader(
      column,
      this.#rows.map(({ cells }) => cells[at] ?? ''),
      (identifier) => this.#options.pseudonym('patient', identifier),
    );
  }

  #needed(column: string, code: string, what: string): number {
    const at = this.#columns.indexOf(column);
    if (at >= 0) return at;
    const near = nearNames(column, this.#columns);
    // What was taken for the header may be a row of a patient: it is not repeated.
    throw new SignetError(code, `the file has no column ${column}, which holds the ${what}'s identifier`, {
      place: { file: this.#options.file, column },
      remedy:
        near.length > 0
          ? `Did you mean ${near.join(' or ')}?`
          : `Name the column that holds the ${what}'s identifier in the definition. Where the columns' names stand below a title, say their line as header; where the file has none, add a line of them.`,
    });
  }

  /** Where a column of the file is in the rows that are kept. */
  #kept(at: number): number {
    if (at < 0) return -1;
    const kept = this.#wanted.indexOf(at);
    return kept < 0 ? this.#wanted.push(at) - 1 : kept;
  }

  #mapped(name: string, from: string, place: DefinitionPlace | undefined): number {
    const at = this.#columns.indexOf(from);
    if (at < 0)
      this.#problems.push({
        rule: 'no-such-column',
        level: 'warning',
        file: DEFINITION_FILE,
        ...(place ? { line: place[0], column: String(place[1]) } : { column: name }),
        value: from,
        says: `${this.#options.file} has no column ${from}, which the definition reads as ${name}: it is missing for all its rows`,
        remedy: didYouMean(from, this.#columns, 'Correct the name in the definition, or add the column to the file.'),
      });
    return at;
  }

  /** It is kept out of everything, also of what is decided over a column, such as the order of day and month. */
  #totalRow(line: number, column: string, word: string): void {
    this.#problems.push({
      rule: 'total-row',
      level: 'error',
      file: this.#options.file,
      ...this.#sheet(),
      line,
      column,
      value: word,
      says: 'the row is one of totals below the table, and no patient',
      remedy: "Delete the row; if it is somebody's, write her identifier.",
    });
  }

  #withoutIdentifier({ line }: TextRow, column: string): void {
    this.#problems.push({
      rule: 'no-identifier',
      level: 'error',
      file: this.#options.file,
      ...this.#sheet(),
      line,
      column,
      says: `the row does not say whose it is: its cell of ${column} is empty`,
      remedy: 'Fill in the identifier, or delete the row.',
    });
  }

  #report({ rule, says, remedy, row }: CellFault, { line }: TextRow, { from }: ColumnReading, cell: string): void {
    this.#problems.push({
      rule,
      level: row ? 'error' : 'cell',
      file: this.#options.file,
      ...this.#sheet(),
      line,
      column: from,
      value: cell.slice(0, 200),
      says,
      remedy,
    });
  }

  #sheet(): { sheet?: string } {
    const sheet = this.#options.sheet ?? this.#table.sheet;
    return sheet === undefined ? {} : { sheet };
  }
}

/** A cell that is beyond its range is set aside, and still tells of its unit. */
function parsedNumber(cell: string): number {
  return /^\s*\d+(\.\d+)?\s*$/.test(cell) ? Number(cell) : Number.NaN;
}

interface Owned {
  readonly values: Record<string, Value>;
  readonly setAside: string[];
}

const NOTHING: Owned = { values: {}, setAside: [] };

/**
 * A reader of a table in the manner of `table`, whose file has these columns.
 * Throws SignetError `no-patient-column`, `no-specimen-column`: the file as a whole isn't the one that was meant.
 */
export function createTableReader(
  table: TableReading,
  columns: readonly string[],
  options: ReaderOptions,
): TableReader {
  return new TableReader(table, columns, options);
}
