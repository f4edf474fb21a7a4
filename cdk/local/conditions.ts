import { type Context, filled, matches, unsupported } from './patterns.ts';

/** A predicate of one value of the request against one of the statement. */
type Test = (have: string, wanted: string, context: Context) => boolean;

/** Whether a text is like a pattern with variables. */
export const like: Test = (have, wanted, context) => {
  const pattern = filled(wanted, context);
  return pattern !== undefined && matches(pattern, have);
};

/** The text without escapes: in an equality no sign of the statement means anything. */
function plain(wanted: string, context: Context): string | undefined {
  return filled(wanted, context)?.replace(/\\(.)/gs, '$1');
}

const equal: Test = (have, wanted, context) => plain(wanted, context) === have;

const equalIgnoringCase: Test = (have, wanted, context) => plain(wanted, context)?.toLowerCase() === have.toLowerCase();

/** Each of an ARN's six parts is matched by itself. */
const arnLike: Test = (have, wanted, context) => {
  const pattern = filled(wanted, context);
  if (pattern === undefined) return false;
  const parts = (arn: string): string[] => [...arn.split(':').slice(0, 5), arn.split(':').slice(5).join(':')];
  const given = parts(have);
  return parts(pattern).every((part, i) => matches(part, given[i] ?? ''));
};

const numeric =
  (holds: (have: number, wanted: number) => boolean): Test =>
  (have, wanted) => {
    const [a, b] = [Number(have), Number(wanted)];
    return Number.isFinite(a) && Number.isFinite(b) && holds(a, b);
  };

const date =
  (holds: (have: number, wanted: number) => boolean): Test =>
  (have, wanted) => {
    const [a, b] = [Date.parse(have), Date.parse(wanted)];
    return !Number.isNaN(a) && !Number.isNaN(b) && holds(a, b);
  };

interface Operator {
  readonly test: Test;
  /** Holds where the test doesn't: of every value of the statement, and of an absent key. */
  readonly negated?: true;
}

const OPERATORS: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ['StringEquals', { test: equal }],
  ['StringNotEquals', { test: equal, negated: true }],
  ['StringEqualsIgnoreCase', { test: equalIgnoringCase }],
  ['StringNotEqualsIgnoreCase', { test: equalIgnoringCase, negated: true }],
  ['StringLike', { test: like }],
  ['StringNotLike', { test: like, negated: true }],
  ['ArnLike', { test: arnLike }],
  ['ArnEquals', { test: arnLike }],
  ['ArnNotLike', { test: arnLike, negated: true }],
  ['ArnNotEquals', { test: arnLike, negated: true }],
  ['Bool', { test: (have, wanted) => have.toLowerCase() === wanted.toLowerCase() }],
  ['NumericEquals', { test: numeric((a, b) => a === b) }],
  ['NumericNotEquals', { test: numeric((a, b) => a === b), negated: true }],
  ['NumericLessThan', { test: numeric((a, b) => a < b) }],
  ['NumericLessThanEquals', { test: numeric((a, b) => a <= b) }],
  ['NumericGreaterThan', { test: numeric((a, b) => a > b) }],
  ['NumericGreaterThanEquals', { test: numeric((a, b) => a >= b) }],
  ['DateEquals', { test: date((a, b) => a === b) }],
  ['DateNotEquals', { test: date((a, b) => a === b), negated: true }],
  ['DateLessThan', { test: date((a, b) => a < b) }],
  ['DateLessThanEquals', { test: date((a, b) => a <= b) }],
  ['DateGreaterThan', { test: date((a, b) => a > b) }],
  ['DateGreaterThanEquals', { test: date((a, b) => a >= b) }],
]);

const NAME = /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/;

/** Whether there is such an operator, with its prefix and suffix. */
export function isOperator(name: string): boolean {
  return name === 'Null' || OPERATORS.has(NAME.exec(name)?.[2] ?? '');
}

/** Whether one condition holds. Throws `unsupported-policy` for an operator or a variable that isn't known. */
export function condition(name: string, key: string, wanted: readonly string[], context: Context): boolean {
  const have = context.get(key.toLowerCase()) ?? [];
  if (name === 'Null') return wanted.some((value) => (value === 'true') === (have.length === 0));
  const [, set, base = '', ifExists] = NAME.exec(name) ?? [];
  const operator = OPERATORS.get(base);
  if (!operator) throw unsupported(`the operator ${name}`);
  const { test, negated = false } = operator;
  const holds = (value: string): boolean => wanted.some((one) => test(value, one, context)) !== negated;
  if (set === 'ForAllValues') return have.every(holds); // true of none
  if (have.length === 0) return ifExists !== undefined || (negated && set === undefined);
  // Of several values without a set operator a negation means that none of them is among the wanted.
  return negated && set === undefined ? have.every(holds) : have.some(holds);
}
