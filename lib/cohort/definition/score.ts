import { compile, type Variables } from '../expressions/compile.ts';
import { type Expression, ExpressionError } from '../expressions/expression.ts';
import { MISSING } from '../values/frame.ts';
import type { BooleanVector, NumberVector } from '../values/vector.ts';

/** An item of a score that can't be read: the fault, and the item's own text, which is a key of the definition. */
export class ScoreError extends ExpressionError {
  readonly item: string;

  constructor(item: string, { message, start, end, remedy, code }: ExpressionError) {
    super(message, { start, end }, remedy, code);
    this.item = item;
  }
}

/**
 * A score as an expression: the sum of the points whose condition is true. With a missing item it is missing and lies between the sum in which
 * the item counts nothing and the sum in which it counts. Throws {@link ScoreError}.
 */
export function compileScore(items: Readonly<Record<string, number>>, variables: Variables): Expression {
  const parts = Object.entries(items).map(([cel, points]) => ({ points, condition: condition(cel, variables) }));
  const union = (of: (expression: Expression) => ReadonlySet<string>): ReadonlySet<string> =>
    new Set(parts.flatMap(({ condition: expression }) => [...of(expression)]));
  return {
    type: { kind: 'number' },
    names: union(({ names }) => names),
    genes: union(({ genes }) => genes),
    listed: union(({ listed }) => listed),
    run: (rows) =>
      summed(
        rows.rows,
        parts.map(({ points, condition: { run } }) => ({ points, holds: (run(rows) as BooleanVector).values })),
      ),
  };
}

function condition(cel: string, variables: Variables): Expression {
  try {
    const expression = compile(cel, variables);
    if (expression.type.kind === 'boolean') return expression;
    throw new ExpressionError(
      `an item of a score is a condition, and this is a ${expression.type.kind}`,
      { start: 0, end: cel.length },
      'Compare it with something.',
    );
  } catch (error) {
    throw error instanceof ExpressionError ? new ScoreError(cel, error) : error;
  }
}

function summed(rows: number, parts: readonly { readonly points: number; readonly holds: Uint8Array }[]): NumberVector {
  const low = new Float64Array(rows);
  const high = new Float64Array(rows);
  for (const { points, holds } of parts)
    for (let row = 0; row < rows; row += 1) {
      if (holds[row] === 0) continue;
      const open = holds[row] === MISSING;
      low[row]! += open ? Math.min(0, points) : points;
      high[row]! += open ? Math.max(0, points) : points;
    }
  const values = low.map((value, row) => (value === high[row] ? value : Number.NaN));
  const side = Int8Array.from(values, (value) => (Number.isNaN(value) ? 2 : 0));
  if (!side.includes(2)) return { kind: 'number', values };
  const bounds = (of: Float64Array): Float64Array => of.map((value, row) => (side[row] === 2 ? value : Number.NaN));
  return { kind: 'number', values, bound: { side, limit: bounds(low), to: bounds(high) } };
}
