import { compile, type Variables } from '../expressions/compile.ts';
import { type Expression, ExpressionError, listedName, type ValueType } from '../expressions/expression.ts';
import type { Column } from '../values/frame.ts';
import { didYouMean } from '../values/near.ts';
import { pointerOf } from './definition-text.ts';
import { MEASURE_NAMES, MEASURES } from './measure-names.ts';
import type { ColumnDefinition, Definition, DerivedDefinition, TableDefinition } from './schema.ts';
import { compileScore, ScoreError } from './score.ts';

/** A variable of a cohort: a column of its files or derived. */
export interface Variable {
  readonly name: string;
  /** As its {@link Column}; a number may be whole. */
  readonly type: Column['type'];
  readonly whole: boolean;
  readonly unit?: string;
  readonly label?: string;
  /** Of a category whose codes are known. */
  readonly levels?: readonly string[];
  /** Whose column it is; a derived variable is the patient's, or of a table's rows. */
  readonly of: 'patient' | 'specimen' | 'event';
  /** Absent: a column. */
  readonly cel?: string;
}

/** A fault of the definition: the part, and the characters of a text in it. */
export interface DefinitionFault {
  readonly pointer: string;
  readonly start?: number;
  readonly value?: string;
  readonly says: string;
  readonly remedy: string;
}

/** A table whose rows have a name in CEL. */
export interface ListDictionary {
  readonly name: string;
  readonly rows: 'specimen' | 'event';
  /** Columns, and what is derived for each row. */
  readonly variables: ReadonlyMap<string, Variable>;
  readonly derived: ReadonlyMap<string, Expression>;
  /** What an expression about its rows may name: `row` among them. */
  readonly scope: Variables;
}

/** What a cohort's expressions may name. */
export interface Dictionary {
  /** By name. */
  readonly lists: ReadonlyMap<string, ListDictionary>;
  /** Patients' variables, by name. */
  readonly variables: ReadonlyMap<string, Variable>;
  /** Derived variables so that each stands after those it names. */
  readonly derived: ReadonlyMap<string, Expression>;
  /** Columns of the files that a variable rests on; `altered(…)` among them. */
  basis(expression: Expression): readonly string[];
  readonly scope: Variables;
  readonly faults: readonly DefinitionFault[];
}

const KIND = {
  number: 'number',
  integer: 'number',
  duration: 'number',
  boolean: 'boolean',
  date: 'date',
  category: 'category',
  text: 'text',
  key: 'text',
} as const;

/** Whose a column is. In a table of specimens those that don't say are the specimen's, or, once one says so, the patient's. */
export function ownerOf({ rows, columns }: TableDefinition, column: ColumnDefinition): Variable['of'] {
  if (rows !== 'specimen') return rows;
  if (column.of) return column.of;
  return Object.values(columns).some(({ of }) => of === 'specimen') ? 'patient' : 'specimen';
}

/** A column's type: of codes alone, a category. */
export function typeOf({ type, codes }: ColumnDefinition): NonNullable<ColumnDefinition['type']> | undefined {
  return type ?? (codes && 'category');
}

/** What the codes of a category stand for, each once, in order. */
function levelsOf({ codes }: ColumnDefinition): string[] | undefined {
  return codes && [...new Set(codes.map(([, value]) => String(value)))];
}

function columnVariable(table: TableDefinition, name: string, column: ColumnDefinition): Variable {
  const type = typeOf(column) ?? 'text';
  const levels = type === 'category' ? levelsOf(column) : undefined;
  const { unit, label } = column;
  return {
    name,
    type: KIND[type],
    whole: type === 'integer',
    ...(unit !== undefined && { unit }),
    ...(label !== undefined && { label }),
    ...(levels && { levels }),
    of: ownerOf(table, column),
  };
}

function valueType({ type, unit, levels }: Variable): ValueType {
  return {
    kind: type === 'category' ? 'text' : type,
    ...(unit !== undefined && { unit }),
    ...(levels && { levels }),
  };
}

/** Columns of `alterations` as a condition sees them, and `codon`: the residues that the protein change names. */
const ALTERATION_TYPES: ReadonlyMap<string, ValueType> = new Map<string, ValueType>([
  ...['gene', 'gene_id', 'kind', 'class', 'protein', 'chromosome', 'ref', 'alt', 'filter'].map(
    (name): [string, ValueType] => [name, { kind: 'text' }],
  ),
  ...['position', 'end', 'allele_fraction', 'depth', 'value', 'codon'].map((name): [string, ValueType] => [
    name,
    { kind: 'number' },
  ]),
]);

const ALTERATION_SCOPE: Variables = {
  names: () => ALTERATION_TYPES.keys(),
  typeOf: (name) => ALTERATION_TYPES.get(name),
};

/** Derived variables that build on one another. */
const MOST_STEPS = 100;

/** A list while it is being made. */
interface OpenList extends ListDictionary {
  readonly variables: Map<string, Variable>;
  readonly derived: Map<string, Expression>;
}

/** Makes the dictionary of a definition; what is wrong with its derived variables stands in `faults`. */
export function dictionaryOf(definition: Definition): Dictionary {
  const builder = new Builder(definition);
  const { variables, derived, lists, scope, faults } = builder;
  return { variables, derived, lists, scope, faults, basis: (expression) => basisOf(expression, derived, lists) };
}

class Builder {
  readonly variables = new Map<string, Variable>();
  readonly derived = new Map<string, Expression>();
  readonly lists = new Map<string, OpenList>();
  readonly faults: DefinitionFault[] = [];
  readonly scope: Variables;
  readonly #texts: ReadonlyMap<string, DerivedDefinition>;
  readonly #cut: boolean;
  readonly #under: string[] = [];
  readonly #done = new Set<string>();
  readonly #failed = new Set<string>();

  constructor(definition: Definition) {
    this.#texts = new Map(Object.entries(definition.derived));
    this.#cut = definition.cut !== undefined;
    this.scope = {
      names: () => [
        ...new Set([
          ...this.variables.keys(),
          ...[...this.#texts].flatMap(([name, text]) => (listOf(text) === undefined ? [name] : [])),
          ...(this.#cut ? ['cut'] : []),
        ]),
      ],
      typeOf: (name) => this.#lookUp(name),
      alterations: ALTERATION_SCOPE,
      lists: { names: () => this.lists.keys(), of: (table) => this.lists.get(table)?.scope },
    };
    for (const table of definition.tables) this.#addColumns(table);
    if (definition.alterations.length > 0) this.#addMeasures();
    for (const name of [...this.#texts.keys()].sort()) this.#derive(name);
    for (const [name, label] of Object.entries(definition.labels ?? {})) {
      const variable = this.variables.get(name);
      if (variable) this.variables.set(name, { ...variable, label });
    }
  }

  #addColumns(table: TableDefinition): void {
    const list = table.name !== undefined && table.rows !== 'patient' ? this.#list(table.name, table.rows) : undefined;
    for (const name of Object.keys(table.columns).sort()) {
      const variable = columnVariable(table, name, table.columns[name]!);
      if (variable.of !== 'event') this.variables.set(name, variable);
      if (variable.of !== 'patient') list?.variables.set(name, variable);
    }
  }

  /** What is measured of a specimen's alterations, where nothing of the definition is called so. */
  #addMeasures(): void {
    for (const name of MEASURE_NAMES)
      if (!this.variables.has(name) && !this.#texts.has(name) && this.#tableOf(name) === undefined)
        this.variables.set(name, { name, type: 'number', of: 'specimen', ...MEASURES[name] });
  }

  #list(name: string, rows: ListDictionary['rows']): OpenList {
    const variables = new Map<string, Variable>();
    const has = (column: string): boolean => variables.has(column) || listOf(this.#texts.get(column)) === name;
    const inside: Variables = {
      names: () => [...variables.keys(), ...this.scope.names()],
      typeOf: (column) => {
        if (!has(column)) return this.#lookUp(column);
        this.#derive(column, true);
        const variable = variables.get(column);
        return variable && valueType(variable);
      },
      alterations: ALTERATION_SCOPE,
      ...(this.scope.lists && { lists: this.scope.lists }),
      table: { name, has },
    };
    const list: OpenList = { name, rows, variables, derived: new Map(), scope: inside };
    this.lists.set(name, list);
    return list;
  }

  /** The type of a patient's variable; what is derived is derived now. */
  #lookUp(name: string): ValueType | undefined {
    if (name === 'cut' && this.#cut) return { kind: 'date' };
    const of = listOf(this.#texts.get(name)) ?? this.#tableOf(name);
    if (of !== undefined)
      throw new ExpressionError(
        `${name} is of the rows of ${of}`,
        { start: 0, end: 0 },
        `Ask for it inside exists, first or last, as in first(${of}, true, ${name}).`,
      );
    this.#derive(name, true);
    const variable = this.variables.get(name);
    return variable && valueType(variable);
  }

  #tableOf(name: string): string | undefined {
    if (this.variables.has(name)) return undefined;
    for (const list of this.lists.values()) if (list.variables.has(name)) return list.name;
    return undefined;
  }

  /** Derives a variable unless it is; `asked` by an expression that names it, which a failure fails too. */
  #derive(name: string, asked = false): void {
    const text = this.#texts.get(name);
    if (text === undefined || this.#done.has(name)) return;
    const circle = this.#under.indexOf(name);
    if (circle >= 0)
      throw new ExpressionError(
        `derived variables name each other in a circle: ${[...this.#under.slice(circle), name].join(', ')}`,
        { start: 0, end: 0 },
        'Derive one of them from columns alone.',
      );
    if (this.#under.length >= MOST_STEPS)
      throw new ExpressionError(`more than ${MOST_STEPS} derived variables build on one another`, {
        start: 0,
        end: 0,
      });
    if (!this.#failed.has(name)) this.#compile(name, text);
    if (asked && this.#failed.has(name)) throw new ExpressionError(`${name} is itself wrong`, { start: -1, end: -1 });
  }

  #compile(name: string, text: DerivedDefinition): void {
    this.#under.push(name);
    try {
      if (typeof text === 'string') this.#add(name, text, compile(text, this.scope));
      else if ('score' in text)
        this.#add(name, scoreText(text.score), compileScore(text.score, this.scope), text.label);
      else this.#addToList(name, text);
      if (!this.#failed.has(name)) this.#done.add(name);
    } catch (error) {
      this.#failed.add(name);
      if (!(error instanceof ExpressionError)) throw error;
      // What names a variable that is itself wrong is not told again.
      if (error.start >= 0) this.faults.push(derivationFault(name, text, error));
    } finally {
      this.#under.pop();
    }
  }

  #add(name: string, cel: string, expression: Expression, label?: string): void {
    this.derived.set(name, expression);
    this.variables.set(name, { ...derivedVariable(name, cel, expression), ...(label !== undefined && { label }) });
  }

  #addToList(name: string, { of, cel }: { readonly of: string; readonly cel: string }): void {
    const list = this.lists.get(of);
    if (!list) {
      this.#failed.add(name);
      this.faults.push({
        pointer: `/derived/${name}/of`,
        value: of,
        says: `there is no table called ${of}`,
        remedy: didYouMean(of, this.lists.keys(), 'Give the table a name.'),
      });
      return;
    }
    const expression = compile(cel, { ...list.scope, row: list.scope });
    list.derived.set(name, expression);
    list.variables.set(name, { ...derivedVariable(name, cel, expression), of: list.rows });
  }
}

function listOf(text: DerivedDefinition | undefined): string | undefined {
  return typeof text === 'object' && 'of' in text ? text.of : undefined;
}

function scoreText(score: Readonly<Record<string, number>>): string {
  return Object.entries(score)
    .map(([cel, points]) => `${points} if ${cel}`)
    .join(' + ');
}

function derivationFault(name: string, text: DerivedDefinition, error: ExpressionError): DefinitionFault {
  const { start, message: says, remedy } = error;
  if (typeof text === 'string') return { pointer: `/derived/${name}`, start, value: text, says, remedy };
  if (error instanceof ScoreError)
    return { pointer: pointerOf(['derived', name, 'score', error.item]), value: error.item, says, remedy };
  return {
    pointer: `/derived/${name}${'of' in text ? '/cel' : ''}`,
    start,
    ...('of' in text && { value: text.cel }),
    says,
    remedy,
  };
}

/** Columns of files, and `altered(…)`, that an expression rests on. */
function basisOf(
  expression: Expression,
  derived: ReadonlyMap<string, Expression>,
  lists: ReadonlyMap<string, ListDictionary>,
): readonly string[] {
  const columns = new Set<string>();
  const seen = new Set<string>();
  const ofLists = new Map(
    [...lists].flatMap(([name, list]) =>
      [...list.derived].map(([column, inner]): [string, Expression] => [listedName(name, column), inner]),
    ),
  );
  const add = ({ names, genes, listed }: Expression): void => {
    for (const gene of genes) columns.add(`altered("${gene}")`);
    for (const name of [...names, ...listed]) {
      if (seen.has(name)) continue;
      seen.add(name);
      const inner = derived.get(name) ?? ofLists.get(name);
      if (inner) add(inner);
      else if (name !== 'cut') columns.add(name.slice(name.indexOf('.') + 1));
    }
  };
  add(expression);
  return [...columns].sort();
}

function derivedVariable(name: string, cel: string, { type }: Expression): Variable {
  const { kind, unit, levels } = type;
  return {
    name,
    type: kind === 'text' ? 'category' : kind,
    whole: false,
    ...(unit !== undefined && { unit }),
    ...(levels && { levels }),
    of: 'patient',
    cel,
  };
}
