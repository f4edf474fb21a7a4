/** A cell, or what an expression makes of a row: NaN where an operand is missing. */
export type Value = number | string;

/** The value of an expression in a row. */
export type Evaluate = (row: number) => Value;

/** Finds a column by name. */
export type Lookup = (name: string) => readonly Value[] | undefined;

const TOKEN =
  /\s*(?:(\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+)|([A-Za-z_.][\w.]*)|"([^"]*)"|'([^']*)'|(==|!=|<=|>=|[-+*/()<>=!&|]))/y;

type Token = { readonly value: Value } | { readonly name: string } | { readonly symbol: string };

function tokens(source: string): Token[] {
  const found: Token[] = [];
  const text = source.trim();
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (match === null) throw new SyntaxError(`${source}: not understood at "${text.slice(at)}"`);
    const [, number, name, double, single, symbol] = match;
    if (number !== undefined) found.push({ value: Number(number) });
    else if (name !== undefined) found.push({ name });
    else if (symbol !== undefined) found.push({ symbol });
    else found.push({ value: double ?? single ?? '' });
  }
  return found;
}

type Operator = (a: Value, b: Value) => Value;

const missing = (value: Value) => typeof value === 'number' && Number.isNaN(value);
const truth = (holds: boolean): number => (holds ? 1 : 0);
const arithmetic =
  (operate: (a: number, b: number) => number): Operator =>
  (a, b) =>
    operate(Number(a), Number(b));
const comparison =
  (operate: (a: Value, b: Value) => boolean): Operator =>
  (a, b) =>
    missing(a) || missing(b) ? Number.NaN : truth(operate(a, b));

/** Binary operators from the loosest to the tightest, as R writes them; a single `=` compares. */
const LEVELS: readonly ReadonlyMap<string, Operator>[] = [
  new Map([['|', comparison((a, b) => a !== 0 || b !== 0)]]),
  new Map([['&', comparison((a, b) => a !== 0 && b !== 0)]]),
  new Map([
    ['=', comparison((a, b) => a === b)],
    ['==', comparison((a, b) => a === b)],
    ['!=', comparison((a, b) => a !== b)],
    ['<', comparison((a, b) => a < b)],
    ['<=', comparison((a, b) => a <= b)],
    ['>', comparison((a, b) => a > b)],
    ['>=', comparison((a, b) => a >= b)],
  ]),
  new Map([
    ['+', arithmetic((a, b) => a + b)],
    ['-', arithmetic((a, b) => a - b)],
  ]),
  new Map([
    ['*', arithmetic((a, b) => a * b)],
    ['/', arithmetic((a, b) => a / b)],
  ]),
];

/** Compiles an expression over columns, such as `status>0` or `1-event`. Throws on a name that is no column. */
export function compile(source: string, lookup: Lookup): Evaluate {
  const whole = lookup(source); // a name may hold what would be an operator
  if (whole !== undefined) return (row) => whole[row] ?? Number.NaN;
  const rest = tokens(source);
  let at = 0;
  const take = (symbols: Iterable<string>): string | undefined => {
    const token = rest[at];
    if (token === undefined || !('symbol' in token)) return undefined;
    for (const symbol of symbols) {
      if (symbol === token.symbol) {
        at++;
        return symbol;
      }
    }
    return undefined;
  };
  const binary = (level: number): Evaluate => {
    const operators = LEVELS[level];
    if (operators === undefined) return unary();
    let left = binary(level + 1);
    for (let symbol = take(operators.keys()); symbol !== undefined; symbol = take(operators.keys())) {
      const operate = operators.get(symbol)!;
      const [a, b] = [left, binary(level + 1)];
      left = (row) => operate(a(row), b(row));
    }
    return left;
  };
  const unary = (): Evaluate => {
    const sign = take(['-', '+', '!']);
    if (sign === undefined) return primary();
    const operand = unary();
    if (sign === '!') return (row) => (missing(operand(row)) ? Number.NaN : truth(operand(row) === 0));
    return sign === '-' ? (row) => -Number(operand(row)) : operand;
  };
  const primary = (): Evaluate => {
    if (take(['(']) !== undefined) {
      const inner = binary(0);
      if (take([')']) === undefined) throw new SyntaxError(`${source}: a bracket isn't closed`);
      return inner;
    }
    const token = rest[at++];
    if (token === undefined || 'symbol' in token) throw new SyntaxError(`${source}: an operand is missing`);
    if ('value' in token) return () => token.value;
    const column = lookup(token.name);
    if (column === undefined) throw new ReferenceError(`${source}: there is no column ${token.name}`);
    return (row) => column[row] ?? Number.NaN;
  };
  const evaluate = binary(0);
  if (at < rest.length) throw new SyntaxError(`${source}: more than an expression`);
  return evaluate;
}
