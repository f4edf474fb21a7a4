import type { ASTNode } from '@marcbachmann/cel-js';
import { didYouMean } from '../values/near.ts';
import { type BooleanVector, type NumberVector, type TextVector, textVector, type Vector } from '../values/vector.ts';
import {
  type Expression,
  ExpressionError,
  listedName,
  parseExpression,
  type Rows,
  type ValueType,
} from './expression.ts';
import { commonUnit, FUNCTIONS, isoDay } from './functions.ts';
import { isListFunction, type ListFunction, listForm, reduceList } from './list-functions.ts';
import {
  type Arithmetic,
  type Comparison,
  choose,
  compareEqual,
  compareNumbers,
  compute,
  connect,
  not,
  numberIn,
  textIn,
} from './operators.ts';

/** The variables that an expression may name. */
export interface Variables {
  names(): Iterable<string>;
  typeOf(name: string): ValueType | undefined;
  /** What a condition on an alteration may name; absent inside one. */
  readonly alterations?: Variables;
  /** Tables whose rows list functions go through, by name; absent where there is none. */
  readonly lists?: { names(): Iterable<string>; of(table: string): Variables | undefined };
  /** Where names are of a table's rows: its name, and whether a name is a column of it. What isn't, is the patient's. */
  readonly table?: { readonly name: string; has(name: string): boolean };
  /** What `row.x` may name: columns of the table whose row is being derived. */
  readonly row?: Variables;
  /** Throws ExpressionError where the gene is none that can be asked for; absent: any. */
  readonly checkGene?: (gene: string, range: { readonly start: number; readonly end: number }) => void;
}

type Literal = number | string | boolean;

/** A node of the tree, checked. */
interface Part {
  readonly type: ValueType;
  readonly literal?: Literal;
  run(rows: Rows): Vector;
}

type NodeOf<Op extends ASTNode['op']> = Extract<ASTNode, { op: Op }>;

const KIND: Readonly<Record<ValueType['kind'], string>> = {
  number: 'a number',
  date: 'a date',
  boolean: 'true or false',
  text: 'a text',
};

/**
 * Checks a CEL text against the variables and makes columns of it. Only these nodes are known: literals, names, lists after `in`,
 * comparisons, arithmetic, `&&`, `||`, `!`, `in`, `?:`, and the functions named in the guide; each does a bounded number of steps a row.
 * Types are checked here and not by the library, which keeps whole and other numbers apart and knows nothing of levels.
 * Throws {@link ExpressionError}.
 */
export function compile(text: string, variables: Variables): Expression {
  const compiler = new Compiler(variables);
  const { type, run } = compiler.part(parseExpression(text));
  return { type, run, names: compiler.names, genes: compiler.genes, listed: compiler.listed };
}

class Compiler {
  readonly names = new Set<string>();
  readonly genes = new Set<string>();
  readonly listed = new Set<string>();
  /** Whether `row.x` stands in it. */
  byRow = false;
  readonly #variables: Variables;

  constructor(variables: Variables) {
    this.#variables = variables;
  }

  part(node: ASTNode): Part {
    switch (node.op) {
      case 'value':
        return literal(node);
      case 'id':
        return this.#name(node);
      case '&&':
      case '||': {
        const [a, b] = [this.#boolean(node.args[0]), this.#boolean(node.args[1])];
        const { op } = node;
        return booleans((rows) => connect(op, a.run(rows) as BooleanVector, b.run(rows) as BooleanVector));
      }
      case '!_': {
        const a = this.#boolean(node.args);
        return booleans((rows) => not(a.run(rows) as BooleanVector));
      }
      case '==':
      case '!=':
      case '<':
      case '<=':
      case '>':
      case '>=':
        return this.#comparison(node);
      case 'in':
        return this.#in(node);
      case '+':
      case '-':
      case '*':
      case '/':
        return this.#arithmetic(node);
      case '-_': {
        const a = this.part(node.args);
        expectKind(a, 'number', node.args);
        if (typeof a.literal === 'number') return constant(-a.literal);
        const { unit } = a.type;
        return {
          type: { kind: 'number', ...(unit !== undefined && { unit }) },
          run: (rows) => ({ kind: 'number', values: (a.run(rows) as NumberVector).values.map((value) => -value) }),
        };
      }
      case '?:':
        return this.#conditional(node);
      case 'call':
        return this.#call(node);
      case '.':
        return this.#ofRow(node);
      default:
        throw new ExpressionError(
          `this is not available here: ${node.input.slice(node.start, node.end).slice(0, 60)}`,
          node.range,
          'Known are comparisons, + - * /, &&, ||, !, in, ?: and the functions of the guide.',
        );
    }
  }

  #name({ args: name, range }: NodeOf<'id'>): Part {
    const type = this.#variables.typeOf(name);
    if (!type)
      throw new ExpressionError(
        `there is no variable ${name}`,
        range,
        didYouMean(name, this.#variables.names(), 'A text is written in quotes, a variable as a column or derived.'),
      );
    const { table } = this.#variables;
    if (table?.has(name)) this.listed.add(listedName(table.name, name));
    else this.names.add(name);
    return { type, run: (rows) => rows.vector(name) };
  }

  /** `row.x`: the x of the row that is being derived. */
  #ofRow(node: NodeOf<'.'>): Part {
    const [object, name] = node.args;
    const { row } = this.#variables;
    if (object.op !== 'id' || object.args !== 'row' || !row)
      throw new ExpressionError(
        'this is not available here: a point stands only in row.x, the x of the row that is being derived or judged',
        node.range,
        'It belongs to what is `of` a table.',
      );
    const type = row.table?.has(name) ? row.typeOf(name) : undefined;
    if (!type)
      throw new ExpressionError(
        `a row of ${row.table?.name ?? 'the table'} has no ${name}`,
        node.range,
        didYouMean(
          name,
          [...row.names()].filter((each) => row.table?.has(each)),
        ),
      );
    this.byRow = true;
    this.listed.add(listedName(row.table!.name, name));
    return { type, run: (rows) => (rows.outer ?? rows.vector).call(rows, name) };
  }

  #boolean(node: ASTNode): Part {
    const part = this.part(node);
    expectKind(part, 'boolean', node);
    return part;
  }

  #comparison(node: NodeOf<Comparison>): Part {
    const { op } = node;
    const [a, b] = node.args.map((arg) => this.part(arg)) as [Part, Part];
    expectKind(b, a.type.kind, node.args[1]);
    if (a.type.kind === 'number' || a.type.kind === 'date')
      return booleans((rows) => compareNumbers(op, a.run(rows) as NumberVector, b.run(rows) as NumberVector));
    if (op !== '==' && op !== '!=')
      throw new ExpressionError(
        `${KIND[a.type.kind]} has no order: ${op} compares numbers and dates`,
        node.range,
        'Use ==, != or in.',
      );
    checkLevel(a.type, b.literal, node.args[1]);
    checkLevel(b.type, a.literal, node.args[0]);
    return booleans((rows) => compareEqual(op, a.run(rows) as TextVector, b.run(rows) as TextVector));
  }

  #in(node: NodeOf<'in'>): Part {
    const [left, right] = node.args;
    const a = this.part(left);
    if (right.op !== 'list' || (a.type.kind !== 'number' && a.type.kind !== 'text'))
      throw new ExpressionError(
        'in looks for a number or a text in a list, as in x in ["a", "b"]',
        node.range,
        'Write out the list.',
      );
    const list = right.args.map((item) => {
      const { literal: value, type } = this.part(item);
      if (value === undefined || type.kind !== a.type.kind)
        throw new ExpressionError(
          `the list holds ${a.type.kind === 'text' ? 'texts' : 'numbers'}, each written out`,
          item.range,
        );
      checkLevel(a.type, value, item);
      return value;
    });
    if (a.type.kind === 'text') {
      const texts = new Set(list as string[]);
      return booleans((rows) => textIn(a.run(rows) as TextVector, texts));
    }
    const numbers = new Set(list as number[]);
    return booleans((rows) => numberIn(a.run(rows) as NumberVector, numbers));
  }

  #arithmetic(node: NodeOf<Arithmetic>): Part {
    const { op } = node;
    const [a, b] = node.args.map((arg) => this.part(arg)) as [Part, Part];
    const dates = a.type.kind === 'date' || b.type.kind === 'date';
    if (dates)
      throw new ExpressionError(
        'dates are not added or subtracted',
        node.range,
        'Use days(from, to) or months(from, to).',
      );
    expectKind(a, 'number', node.args[0]);
    expectKind(b, 'number', node.args[1]);
    const unit = op === '+' || op === '-' ? commonUnit([a.type, b.type]) : undefined;
    return {
      type: { kind: 'number', ...(unit !== undefined && { unit }) },
      run: (rows) => compute(op, a.run(rows) as NumberVector, b.run(rows) as NumberVector),
    };
  }

  #conditional(node: NodeOf<'?:'>): Part {
    const condition = this.#boolean(node.args[0]);
    const [then, otherwise] = [this.part(node.args[1]), this.part(node.args[2])];
    expectKind(otherwise, then.type.kind, node.args[2]);
    return {
      type: joined(then.type, otherwise.type),
      run: (rows) => choose(condition.run(rows) as BooleanVector, then.run(rows), otherwise.run(rows)),
    };
  }

  #call(node: NodeOf<'call'>): Part {
    const [name, args] = node.args;
    if (name === 'altered') return this.#altered(node);
    if (name === 'date') return dateLiteral(node);
    if (isListFunction(name)) return this.#list(name, node);
    const known = FUNCTIONS.get(name);
    if (!known)
      throw new ExpressionError(
        `there is no function ${name}`,
        node.range,
        didYouMean(name, [...FUNCTIONS.keys(), 'altered', 'date', 'exists', 'first', 'last']),
      );
    const parts = args.map((arg) => this.part(arg));
    const type = known.check(parts.map((part) => part.type));
    if (!type) throw new ExpressionError(`${name} is called otherwise`, node.range, `It is ${known.form}.`);
    return { type, run: (rows) => known.run(parts.map((part) => part.run(rows))) };
  }

  /** exists, first, last: condition and value are worked out for all rows of the table at once, then gathered by whose they are. */
  #list(name: ListFunction, node: NodeOf<'call'>): Part {
    const [table, condition, value, ...more] = node.args[1];
    const wanted = name === 'exists' ? 2 : 3;
    if (table?.op !== 'id' || !condition || more.length > 0 || node.args[1].length !== wanted)
      throw new ExpressionError(`${name} is called otherwise`, node.range, `It is ${listForm(name)}.`);
    const { lists, row } = this.#variables;
    const inside = lists?.of(table.args);
    if (!inside)
      throw new ExpressionError(
        `there is no table called ${table.args}`,
        table.range,
        didYouMean(table.args, lists?.names() ?? [], 'Give a table of events its name.'),
      );
    const inner = new Compiler({ ...inside, ...(row && { row }) });
    const holds = inner.#boolean(condition);
    const of = value && inner.part(value);
    for (const used of inner.names) this.names.add(used);
    for (const used of inner.listed) this.listed.add(used);
    for (const gene of inner.genes) this.genes.add(gene);
    const { byRow } = inner;
    this.byRow ||= byRow;
    return {
      type: of?.type ?? { kind: 'boolean' },
      run: (rows) => {
        if (!rows.list) throw new RangeError(`there are no rows of ${table.args}`);
        return reduceList(name, rows.list(table.args, byRow), holds.run, of && { kind: of.type.kind, run: of.run });
      },
    };
  }

  #altered(node: NodeOf<'call'>): Part {
    const [gene, condition, ...more] = node.args[1];
    const { alterations, checkGene } = this.#variables;
    if (!alterations) throw new ExpressionError('altered does not stand inside altered', node.range);
    const symbol = gene?.op === 'value' ? gene.args : undefined;
    if (typeof symbol !== 'string' || more.length > 0)
      throw new ExpressionError(
        'altered is called otherwise',
        node.range,
        'It is altered("GENE") or altered("GENE", condition).',
      );
    checkGene?.(symbol, gene!.range);
    this.genes.add(symbol);
    const inner = condition && new Compiler(alterations);
    const part = condition && inner!.part(condition);
    if (part) expectKind(part, 'boolean', condition);
    const holds =
      part && inner
        ? { type: part.type, run: part.run, names: inner.names, genes: inner.genes, listed: inner.listed }
        : undefined;
    return booleans((rows) => ({ kind: 'boolean', values: rows.altered(symbol, holds) }));
  }
}

function booleans(run: (rows: Rows) => BooleanVector): Part {
  return { type: { kind: 'boolean' }, run };
}

function expectKind({ type }: Part, kind: ValueType['kind'], { range }: ASTNode): void {
  if (type.kind === kind) return;
  throw new ExpressionError(
    `this is ${KIND[type.kind]}, where ${KIND[kind]} is needed`,
    range,
    kind === 'boolean'
      ? 'Compare it with something.'
      : 'A text is written in quotes, a number without, a date as date("yyyy-mm-dd").',
  );
}

/** A text that the variable can't be is a slip of the pen. */
function checkLevel({ levels }: ValueType, value: Literal | undefined, { range }: ASTNode): void {
  if (levels === undefined || typeof value !== 'string' || levels.includes(value)) return;
  throw new ExpressionError(`"${value}" is none of its values`, range, didYouMean(value, levels));
}

function joined(a: ValueType, b: ValueType): ValueType {
  const unit = commonUnit([a, b]);
  const levels = a.levels && b.levels ? [...new Set([...a.levels, ...b.levels])] : undefined;
  return { kind: a.kind, ...(unit !== undefined && { unit }), ...(levels && { levels }) };
}

function constant(value: Literal): Part {
  if (typeof value === 'number')
    return {
      type: { kind: 'number' },
      literal: value,
      run: ({ rows }) => ({ kind: 'number', values: new Float64Array(rows).fill(value) }),
    };
  if (typeof value === 'boolean')
    return {
      type: { kind: 'boolean' },
      literal: value,
      run: ({ rows }) => ({ kind: 'boolean', values: new Uint8Array(rows).fill(value ? 1 : 0) }),
    };
  return {
    type: { kind: 'text', levels: [value] },
    literal: value,
    run: ({ rows }) => textVector(new Array<string>(rows).fill(value), [value]),
  };
}

function literal(node: NodeOf<'value'>): Part {
  const value = typeof node.args === 'bigint' ? Number(node.args) : node.args;
  if (typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean') return constant(value);
  throw new ExpressionError(
    'only numbers, texts, true and false are written out',
    node.range,
    'What is not known is asked for by missing(x).',
  );
}

function dateLiteral(node: NodeOf<'call'>): Part {
  const [, [text, ...more]] = node.args;
  const day =
    text?.op === 'value' && typeof text.args === 'string' && more.length === 0 ? isoDay(text.args) : undefined;
  if (day === undefined) throw new ExpressionError('this is no date', node.range, 'It is date("yyyy-mm-dd").');
  return { type: { kind: 'date' }, run: ({ rows }) => ({ kind: 'date', values: new Float64Array(rows).fill(day) }) };
}
