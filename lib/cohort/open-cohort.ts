import { SignetError } from '../base/index.ts';
import { compile, type Variables } from './compile.ts';
import { type Dictionary, dictionaryOf, type Variable } from './dictionary.ts';
import { type Endpoint, type Entry, endpointOf, entryOf } from './endpoint.ts';
import { storedLists } from './events.ts';
import { type Expression, ExpressionError } from './expression.ts';
import type { Column, FrameTables } from './frame.ts';
import { columnsOf, SET_ASIDE, vectorOfColumn } from './frame-columns.ts';
import { GeneIndex, type GeneMatrix, type Panel } from './genes.ts';
import { type Group, groupOf } from './group.ts';
import { didYouMean } from './near.ts';
import { cutVector, LazyRows } from './rows.ts';
import type { Definition } from './schema.ts';
import { type BooleanVector, columnOf, type TextVector, type Vector, vectorOf } from './vector.ts';

/** What a frame is opened from. */
export interface FrameContents {
  readonly definition: Definition;
  readonly tables: FrameTables;
  readonly panels: Readonly<Record<string, Panel>>;
  /** Of the frame. */
  readonly digest: string;
  readonly revision: string;
  /** Of the cohort. */
  readonly name: string;
}

/** Who a condition leaves: the rows for which it is true, and how many for whom it is false, or missing. */
export interface Subgroup {
  readonly rows: Int32Array;
  readonly no: number;
  readonly missing: number;
}

/**
 * A cohort as analyses read it: one row a patient. `pointer` is the part of a request that names what is asked for, for errors, which say
 * the characters of an expression too.
 */
export interface CohortFrame {
  readonly name: string;
  readonly title: string;
  readonly digest: string;
  readonly revision: string;
  readonly definition: Definition;
  readonly rows: number;
  /** Every variable, by name. */
  variables(): readonly Variable[];
  /** A variable's values. Throws `unknown-variable`. */
  variable(name: string, pointer: string): Column;
  /** An expression's values. Throws `invalid-expression`, `unknown-gene`. */
  evaluate(cel: string, pointer: string): Column;
  /** The patients for whom a condition holds; all without one. Throws what `evaluate` throws. */
  where(cel: string | undefined, pointer: string): Subgroup;
  /** An endpoint of the definition. Throws `unknown-endpoint`. */
  endpoint(name: string, pointer: string): Endpoint;
  /**
   * When patients come under observation for an endpoint: a duration, or of an endpoint by dates a date. Throws `unknown-endpoint`, and what
   * `evaluate` throws.
   */
  entry(name: string, cel: string, pointer: string): Entry;
  /**
   * A group of the definition, or those that a boolean, a category or a whole number makes. Throws `unknown-group`, `not-a-group`,
   * `unknown-gene`.
   */
  group(name: string, pointer: string): Group;
  /** Genes as bit sets of patients: the qualifying alterations of the specimen that counts. */
  genes(): GeneMatrix;
}

class OpenCohort implements CohortFrame {
  readonly name: string;
  readonly title: string;
  readonly digest: string;
  readonly revision: string;
  readonly definition: Definition;
  readonly rows: number;
  readonly #dictionary: Dictionary;
  readonly #tables: FrameTables;
  readonly #genes: GeneIndex;
  readonly #values: LazyRows;
  readonly #scope: Variables;
  #matrix: GeneMatrix | undefined;

  constructor({ definition, tables, panels, digest, revision, name }: FrameContents) {
    this.name = name;
    this.title = definition.title;
    this.digest = digest;
    this.revision = revision;
    this.definition = definition;
    this.rows = tables.patients.rows;
    this.#tables = tables;
    this.#dictionary = dictionaryOf(definition);
    this.#genes = new GeneIndex(tables, panels);
    this.#values = this.#lazy();
    this.#scope = { ...this.#dictionary.scope, checkGene: (gene, range) => this.#checkGene(gene, range) };
  }

  variables(): readonly Variable[] {
    return [...this.#dictionary.variables.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  variable(name: string, pointer: string): Column {
    const variable = this.#dictionary.variables.get(name);
    if (!variable) throw unknown('variable', name, this.#dictionary.variables.keys(), pointer);
    return columnsOf(variable, this.#values.vector(name))[0]![1];
  }

  evaluate(cel: string, pointer: string): Column {
    const { type, run } = this.#compiled(cel, pointer);
    return columnOf(run(this.#values), type.unit);
  }

  where(cel: string | undefined, pointer: string): Subgroup {
    if (cel === undefined) return { rows: Int32Array.from({ length: this.rows }, (_, row) => row), no: 0, missing: 0 };
    const expression = this.#compiled(cel, pointer);
    if (expression.type.kind !== 'boolean')
      throw invalid(
        cel,
        pointer,
        new ExpressionError(
          `this is a ${expression.type.kind}, where a condition is needed`,
          { start: 0, end: cel.length },
          'Compare it with something.',
        ),
      );
    const { values } = expression.run(this.#values) as BooleanVector;
    const count = (value: number): number => values.reduce((sum, v) => sum + (v === value ? 1 : 0), 0);
    const rows = Int32Array.from(values.keys()).filter((row) => values[row] === 1);
    return { rows, no: count(0), missing: values.length - rows.length - count(0) };
  }

  endpoint(name: string, pointer: string): Endpoint {
    const { endpoints, cut } = this.definition;
    if (!Object.hasOwn(endpoints, name)) throw unknown('endpoint', name, Object.keys(endpoints), pointer);
    const setAside = this.#setAside();
    return endpointOf(name, endpoints[name]!, { dictionary: this.#dictionary, rows: this.#values, cut, setAside });
  }

  entry(name: string, cel: string, pointer: string): Entry {
    const { endpoints } = this.definition;
    if (!Object.hasOwn(endpoints, name)) throw unknown('endpoint', name, Object.keys(endpoints), pointer);
    try {
      return entryOf(cel, endpoints[name]!, { dictionary: this.#dictionary, rows: this.#values, scope: this.#scope });
    } catch (error) {
      throw error instanceof ExpressionError ? invalid(cel, pointer, error) : error;
    }
  }

  group(name: string, pointer: string): Group {
    const { groups } = this.definition;
    const variable = this.#dictionary.variables.get(name);
    const group = Object.hasOwn(groups, name) ? groups[name]! : variable && { by: name };
    if (!group) throw unknown('group', name, [...Object.keys(groups), ...this.#dictionary.variables.keys()], pointer);
    return groupOf(name, group, this.#compiled(group.by, pointer), {
      dictionary: this.#dictionary,
      rows: this.#values,
      pointer,
    });
  }

  genes(): GeneMatrix {
    this.#matrix ??= this.#genes.matrix();
    return this.#matrix;
  }

  #compiled(cel: string, pointer: string): Expression {
    try {
      return compile(cel, this.#scope);
    } catch (error) {
      throw error instanceof ExpressionError ? invalid(cel, pointer, error) : error;
    }
  }

  /**
   * Where a panel sequences everything, a gene that nobody has altered could be told wild type in all; but a misspelt one could too. So a
   * gene has to be named by an alteration or by a panel's list. Where nothing is in force any symbol is missing in all.
   */
  #checkGene(gene: string, range: { readonly start: number; readonly end: number }): void {
    if (this.#genes.silent || this.#genes.has(gene)) return;
    throw new ExpressionError(
      `no alteration of the cohort and no list of a panel names the gene ${gene}`,
      range,
      didYouMean(
        gene,
        this.#genes.symbols,
        'Correct the symbol. Of a gene that nobody has altered there is nothing to compare.',
      ),
      'unknown-gene',
    );
  }

  #lazy(): LazyRows {
    const { columns } = this.#tables.patients;
    const sources = new Map<string, () => Vector>();
    for (const [name, variable] of this.#dictionary.variables)
      sources.set(name, () => vectorOfColumn(variable, columns, this.rows));
    sources.set('cut', () => cutVector(this.definition.cut, this.rows));
    const patient = columns.get('patient');
    const keys = patient?.type === 'text' ? patient.values : [];
    return new LazyRows(
      this.rows,
      sources,
      new Map(),
      (gene, condition) => this.#genes.altered(gene, condition),
      storedLists(this.#tables.lists ?? new Map(), keys, this.#dictionary),
    );
  }

  #setAside(): (row: number) => ReadonlySet<string> {
    const column = this.#tables.patients.columns.get(SET_ASIDE);
    if (!column) return () => new Set();
    const { codes, levels } = vectorOf(column) as TextVector;
    const sets = levels.map((level) => new Set(level.split(' ')));
    const none: ReadonlySet<string> = new Set();
    return (row) => sets[codes[row]!] ?? none;
  }
}

function unknown(
  what: 'variable' | 'endpoint' | 'group',
  name: string,
  names: Iterable<string>,
  pointer: string,
): SignetError {
  return new SignetError(`unknown-${what}`, `There is no ${what} ${name}`, {
    place: { pointer, value: name },
    remedy: didYouMean(name, names, `Name one of the definition.`),
  });
}

function invalid(cel: string, pointer: string, { code, message, start, end, remedy }: ExpressionError): SignetError {
  const part = cel.slice(start, end).slice(0, 200);
  return new SignetError(
    code,
    `In the expression, characters ${start + 1} to ${Math.max(start + 1, end)}: ${message}`,
    {
      place: { pointer, ...(part !== '' && { value: part }) },
      remedy,
    },
  );
}

/** Opens a frame for analyses. */
export function openCohort(contents: FrameContents): CohortFrame {
  return new OpenCohort(contents);
}
