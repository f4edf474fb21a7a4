import { SignetError } from '../../base/index.ts';
import { MISSING } from '../values/frame.ts';
import { take, type Vector } from '../values/vector.ts';
import type { Expression, ListedRows, Rows } from './expression.ts';
import { isoDay } from './functions.ts';

/** Rows compared with one another, over all patients. */
const MOST_PAIRS = 5_000_000;

/** A named table's rows: in order of their patients, and of each patient in order of date. */
export interface ListRows {
  /** The place of each row's patient; ascending. */
  readonly patientOf: Int32Array;
  readonly sources: ReadonlyMap<string, () => Vector>;
  readonly derived: ReadonlyMap<string, Expression>;
  /** Whether a source of it is in force. */
  readonly known: boolean;
}

/** Values by name, worked out when they are first asked for. */
export class LazyRows implements Rows {
  readonly rows: number;
  readonly #sources: ReadonlyMap<string, () => Vector>;
  readonly #derived: ReadonlyMap<string, Expression>;
  readonly #altered: Rows['altered'];
  readonly #known = new Map<string, Vector>();
  readonly #lists: ReadonlyMap<string, TableRows>;

  constructor(
    rows: number,
    sources: ReadonlyMap<string, () => Vector>,
    derived: ReadonlyMap<string, Expression>,
    altered: Rows['altered'],
    lists: ReadonlyMap<string, ListRows> = new Map(),
  ) {
    this.rows = rows;
    this.#sources = sources;
    this.#derived = derived;
    this.#altered = altered;
    this.#lists = new Map([...lists].map(([name, list]) => [name, new TableRows(this, list)]));
  }

  vector(name: string): Vector {
    const known = this.#known.get(name);
    if (known) return known;
    const vector = this.#sources.get(name)?.() ?? this.#derived.get(name)?.run(this);
    if (!vector) throw new RangeError(`there is no column ${name}`);
    this.#known.set(name, vector);
    return vector;
  }

  altered(gene: string, condition: Expression | undefined): Uint8Array {
    return this.#altered(gene, condition);
  }

  /** The rows of a named table. */
  table(name: string): TableRows {
    const table = this.#lists.get(name);
    if (!table) throw new RangeError(`there is no table ${name}`);
    return table;
  }

  list(name: string): ListedRows {
    const rows = this.table(name);
    return { rows, owner: rows.patientOf, owners: this.rows, known: rows.known };
  }
}

/** A named table's rows; what isn't a column of them is their patient's. */
export class TableRows implements Rows {
  readonly rows: number;
  readonly patientOf: Int32Array;
  readonly known: boolean;
  readonly #patients: LazyRows;
  readonly #list: ListRows;
  readonly #values = new Map<string, Vector>();
  readonly #pairs = new Map<string, PairRows>();
  /** Of each patient the place of her first row; one more at the end. */
  readonly #starts: Int32Array;

  constructor(patients: LazyRows, list: ListRows) {
    this.#patients = patients;
    this.#list = list;
    this.patientOf = list.patientOf;
    this.rows = list.patientOf.length;
    this.known = list.known;
    this.#starts = new Int32Array(patients.rows + 1);
    for (const patient of this.patientOf) this.#starts[patient + 1]! += 1;
    for (let i = 0; i < patients.rows; i += 1) this.#starts[i + 1]! += this.#starts[i]!;
  }

  has(name: string): boolean {
    return this.#list.sources.has(name) || this.#list.derived.has(name);
  }

  vector(name: string): Vector {
    const known = this.#values.get(name);
    if (known) return known;
    const vector =
      this.#list.sources.get(name)?.() ??
      this.#list.derived.get(name)?.run(this) ??
      take(this.#patients.vector(name), this.patientOf);
    this.#values.set(name, vector);
    return vector;
  }

  outer(name: string): Vector {
    return this.vector(name);
  }

  altered(gene: string, condition: Expression | undefined): Uint8Array {
    const of = this.#patients.altered(gene, condition);
    return Uint8Array.from(this.patientOf, (patient) => of[patient]!);
  }

  list(name: string, byRow: boolean): ListedRows {
    if (!byRow) return { ...this.#patients.list(name), spread: this.patientOf };
    const inner = this.#patients.table(name);
    let rows = this.#pairs.get(name);
    rows ??= new PairRows(this, inner, this.#beside(inner));
    this.#pairs.set(name, rows);
    return { rows, owner: rows.outerOf, owners: this.rows, known: inner.known };
  }

  /** Beside each of these rows every row that its patient has in the other table. */
  #beside(inner: TableRows): readonly [outer: Int32Array, inner: Int32Array] {
    const starts = inner.#starts;
    let pairs = 0;
    for (const patient of this.patientOf) pairs += starts[patient + 1]! - starts[patient]!;
    if (pairs > MOST_PAIRS)
      throw new SignetError('over-limit', `more than ${MOST_PAIRS} pairs of rows would have to be compared`, {
        remedy: 'A patient has too many rows in a table: correct the column of patients, or derive without `row`.',
      });
    const [outerOf, innerOf] = [new Int32Array(pairs), new Int32Array(pairs)];
    let pair = 0;
    for (const [outer, patient] of this.patientOf.entries())
      for (let i = starts[patient]!; i < starts[patient + 1]!; i += 1) {
        outerOf[pair] = outer;
        innerOf[pair] = i;
        pair += 1;
      }
    return [outerOf, innerOf];
  }
}

/** Rows of one table beside each row of another: names are the inner row's, `row.x` is of the outer. */
class PairRows implements Rows {
  readonly rows: number;
  readonly outerOf: Int32Array;
  readonly #innerOf: Int32Array;
  readonly #outer: TableRows;
  readonly #inner: TableRows;

  constructor(outer: TableRows, inner: TableRows, [outerOf, innerOf]: readonly [Int32Array, Int32Array]) {
    this.#outer = outer;
    this.#inner = inner;
    this.outerOf = outerOf;
    this.#innerOf = innerOf;
    this.rows = outerOf.length;
  }

  vector(name: string): Vector {
    return take(this.#inner.vector(name), this.#innerOf);
  }

  outer(name: string): Vector {
    return take(this.#outer.vector(name), this.outerOf);
  }

  altered(gene: string, condition: Expression | undefined): Uint8Array {
    const of = this.#inner.altered(gene, condition);
    return Uint8Array.from(this.#innerOf, (row) => of[row]!);
  }

  list(name: string, byRow: boolean): ListedRows {
    const { spread, ...listed } = this.#outer.list(name, byRow);
    return { ...listed, spread: spread ? this.outerOf.map((outer) => spread[outer]!) : this.outerOf };
  }
}

/** Genes where nothing is known of them. */
export function noGenes(rows: number): Rows['altered'] {
  return () => new Uint8Array(rows).fill(MISSING);
}

/** The data cut as a date for every row; missing where the definition has none. */
export function cutVector(cut: string | undefined, rows: number): Vector {
  const day = (cut === undefined ? undefined : isoDay(cut)) ?? Number.NaN;
  return { kind: 'date', values: new Float64Array(rows).fill(day) };
}
