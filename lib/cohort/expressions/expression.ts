import { type ASTNode, Environment } from '@marcbachmann/cel-js';
import type { Vector } from '../values/vector.ts';

/** What is known of a value before any data: analyses and endpoints go by it. */
export interface ValueType {
  readonly kind: 'number' | 'date' | 'boolean' | 'text';
  /** Of a number. */
  readonly unit?: string;
  /** Of a text: what it can be, in order, where that is known. */
  readonly levels?: readonly string[];
  /** Of a number: it stands as `<x` or `>x` for some. */
  readonly bounds?: boolean;
}

/** Where the values of a run come from. */
export interface Rows {
  readonly rows: number;
  /** Throws a RangeError where there is no such column: {@link compile} has asked its environment before. */
  vector(name: string): Vector;
  /** The value that the row being derived has: of the row itself, except inside a list function. */
  outer?(name: string): Vector;
  /** A table's rows, by patient, or (`byRow`) beside each of these rows so that they can be compared with it. */
  list?(table: string, byRow: boolean): ListedRows;
  /** By row: whether the specimen that counts has a qualifying alteration of the gene (for which the condition holds). Three-valued. */
  altered(gene: string, condition: Expression | undefined): Uint8Array;
}

/** Rows of a table as a list function goes through them. */
export interface ListedRows {
  /** In each owner's order. */
  readonly rows: Rows;
  /** Of each row whose it is; ascending. */
  readonly owner: Int32Array;
  readonly owners: number;
  /** Which owner each row of the caller asks of; absent: each its own. */
  readonly spread?: Int32Array;
  /** Whether a source of the table is in force; what isn't there can't be said not to exist. */
  readonly known: boolean;
}

/** A checked expression: its type, what it reads, and its value for all rows at once. */
export interface Expression {
  readonly type: ValueType;
  /** Names of variables. */
  readonly names: ReadonlySet<string>;
  readonly genes: ReadonlySet<string>;
  /** Columns of tables' rows, as {@link listedName}. */
  readonly listed: ReadonlySet<string>;
  run(rows: Rows): Vector;
}

/** A column of a table's rows, beside the variables of patients. */
export function listedName(table: string, column: string): string {
  return `${table}.${column}`;
}

/** What is wrong with an expression, and which of its characters (from 0). */
export class ExpressionError extends Error {
  readonly code: 'invalid-expression' | 'unknown-gene';
  readonly start: number;
  readonly end: number;
  readonly remedy: string;

  constructor(
    message: string,
    { start, end }: { readonly start: number; readonly end: number },
    remedy = 'See the guide of the cohort definition.',
    code: ExpressionError['code'] = 'invalid-expression',
  ) {
    super(message);
    this.name = 'ExpressionError';
    this.code = code;
    this.start = start;
    this.end = end;
    this.remedy = remedy;
  }
}

/** Longer texts are not looked at: they are no expressions that anyone wrote. */
const MOST_CHARACTERS = 4_000;

const CEL = new Environment({
  limits: { maxAstNodes: 600, maxDepth: 60, maxListElements: 300, maxMapEntries: 1, maxCallArguments: 12 },
});

interface LibraryFault {
  readonly summary?: string;
  readonly range?: { readonly start: number; readonly end: number };
}

/** The syntax tree of a CEL text, within limits. Throws {@link ExpressionError}. */
export function parseExpression(text: string): ASTNode {
  if (text.length > MOST_CHARACTERS)
    throw new ExpressionError(`an expression has at most ${MOST_CHARACTERS} characters`, {
      start: 0,
      end: text.length,
    });
  try {
    return CEL.parse(text).ast;
  } catch (error) {
    const { summary = 'it cannot be read', range = { start: 0, end: text.length } } = error as LibraryFault;
    throw new ExpressionError(
      `this is not an expression: ${summary}`,
      range,
      'See the functions and operators in the guide.',
    );
  }
}
