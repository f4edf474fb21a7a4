import { compile, type Variables } from './compile.ts';
import { type Expression, ExpressionError, type ValueType } from './expression.ts';
import type { Column } from './frame.ts';
import type { ColumnDefinition, Definition, TableDefinition } from './schema.ts';

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
  /** Whose column it is; a derived variable is the patient's. */
  readonly of: 'patient' | 'specimen';
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

/** What a cohort's expressions may name. */
export interface Dictionary {
  /** By name. */
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
export function ownerOf({ rows, columns }: TableDefinition, column: ColumnDefinition): 'patient' | 'specimen' {
  if (rows === 'patient') return 'patient';
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
  ...['position', 'allele_fraction', 'depth', 'codon'].map((name): [string, ValueType] => [name, { kind: 'number' }]),
]);

const ALTERATION_SCOPE: Variables = {
  names: () => ALTERATION_TYPES.keys(),
  typeOf: (name) => ALTERATION_TYPES.get(name),
};

/** Derived variables that build on one another. */
const MOST_STEPS = 100;

/** Makes the dictionary of a definition; what is wrong with its derived variables stands in `faults`. */
export function dictionaryOf(definition: Definition): Dictionary {
  const variables = new Map<string, Variable>();
  for (const table of definition.tables)
    for (const name of Object.keys(table.columns).sort())
      variables.set(name, columnVariable(table, name, table.columns[name]!));
  const faults: DefinitionFault[] = [];
  const derived = new Map<string, Expression>();
  const texts = new Map(Object.entries(definition.derived));
  const under: string[] = [];
  const failed = new Set<string>();

  const derive = (name: string): void => {
    const cel = texts.get(name)!;
    const pointer = `/derived/${name}`;
    under.push(name);
    try {
      const expression = compile(cel, scope);
      derived.set(name, expression);
      variables.set(name, derivedVariable(name, cel, expression));
    } catch (error) {
      failed.add(name);
      if (!(error instanceof ExpressionError)) throw error;
      // What names a variable that is itself wrong is not told again.
      if (error.start >= 0)
        faults.push({ pointer, start: error.start, value: cel, says: error.message, remedy: error.remedy });
    } finally {
      under.pop();
    }
  };
  const lookUp = (name: string): ValueType | undefined => {
    if (name === 'cut' && definition.cut !== undefined) return { kind: 'date' };
    if (texts.has(name) && !derived.has(name)) {
      const circle = under.indexOf(name);
      if (circle >= 0)
        throw new ExpressionError(
          `derived variables name each other in a circle: ${[...under.slice(circle), name].join(', ')}`,
          { start: 0, end: 0 },
          'Derive one of them from columns alone.',
        );
      if (under.length >= MOST_STEPS)
        throw new ExpressionError(`more than ${MOST_STEPS} derived variables build on one another`, {
          start: 0,
          end: 0,
        });
      if (!failed.has(name)) derive(name);
      if (failed.has(name)) throw new ExpressionError(`${name} is itself wrong`, { start: -1, end: -1 });
    }
    const variable = variables.get(name);
    return variable && valueType(variable);
  };
  const scope: Variables = {
    names: () => [...new Set([...variables.keys(), ...texts.keys(), ...(definition.cut === undefined ? [] : ['cut'])])],
    typeOf: lookUp,
    alterations: ALTERATION_SCOPE,
  };
  for (const name of [...texts.keys()].sort()) if (!derived.has(name) && !failed.has(name)) derive(name);

  const basis = (expression: Expression): readonly string[] => {
    const columns = new Set<string>();
    const seen = new Set<string>();
    const add = ({ names, genes }: Expression): void => {
      for (const gene of genes) columns.add(`altered("${gene}")`);
      for (const name of names) {
        if (seen.has(name)) continue;
        seen.add(name);
        const inner = derived.get(name);
        if (inner) add(inner);
        else if (name !== 'cut') columns.add(name);
      }
    };
    add(expression);
    return [...columns].sort();
  };
  return { variables, derived, basis, scope, faults };
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
