import { SignetError } from '../../base/index.ts';
import { ExpressionError, parseExpression } from './expression.ts';

/** What an expression says, by its syntax alone. */
export interface ExpressionWords {
  /** Names of values, and of fields as `.x`. */
  readonly names: ReadonlySet<string>;
  /** Functions that are called, also as methods. */
  readonly calls: ReadonlySet<string>;
}

/** A node of the syntax tree as far as it is walked: what it holds are nodes, lists of them, and words. */
interface Node {
  readonly op: string;
  readonly args: unknown;
}

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && 'op' in value;

/** Tells every name and function of a CEL text: what stands in its texts and remarks is neither. Throws SignetError `invalid-expression`. */
export function expressionWords(text: string, pointer: string): ExpressionWords {
  const names = new Set<string>();
  const calls = new Set<string>();
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(walk);
    if (!isNode(value) || value.op === 'value') return;
    const { op, args } = value;
    if (op === 'id') names.add(String(args));
    else if (op === 'call' || op === 'rcall') calls.add(String((args as readonly unknown[])[0]));
    else if (op.startsWith('.')) names.add(`.${String((args as readonly unknown[])[1])}`);
    walk(args);
  };
  try {
    walk(parseExpression(text));
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    throw new SignetError('invalid-expression', error.message, { place: { pointer }, remedy: error.remedy });
  }
  return { names, calls };
}
