import { DAYS_PER_MONTH, dayNumber } from '../../base/index.ts';
import { type BooleanVector, isMissing, type NumberVector, nothing, type Vector } from '../values/vector.ts';
import type { ValueType } from './expression.ts';
import { choose, finite } from './operators.ts';

/** A function of values alone. `check` gives the type of what it gives, or what is wrong with its arguments. */
export interface ValueFunction {
  /** As it is shown to someone who called it wrongly. */
  readonly form: string;
  check(args: readonly ValueType[]): ValueType | undefined;
  run(args: readonly Vector[]): Vector;
}

function numbers(values: Float64Array, of: (value: number, row: number) => number): NumberVector {
  return { kind: 'number', values: values.map((value, row) => finite(of(value, row))) };
}

function isAll(args: readonly ValueType[], count: number, kind: ValueType['kind']): boolean {
  return args.length === count && args.every((arg) => arg.kind === kind);
}

function between(unit: 'days' | 'months', daysPerUnit: number): ValueFunction {
  return {
    form: `${unit}(from, to), of two dates`,
    check: (args) => (isAll(args, 2, 'date') ? { kind: 'number', unit } : undefined),
    run: ([from, to]) =>
      numbers((from as NumberVector).values, (day, row) => ((to as NumberVector).values[row]! - day) / daysPerUnit),
  };
}

function ofNumber(name: string, of: (value: number) => number): ValueFunction {
  return {
    form: `${name}(x), of a number`,
    check: (args) => (isAll(args, 1, 'number') ? { kind: 'number' } : undefined),
    run: ([x]) => numbers((x as NumberVector).values, of),
  };
}

function extreme(name: 'min' | 'max'): ValueFunction {
  return {
    form: `${name}(a, b, …), of numbers or of dates`,
    check(args) {
      const [first] = args;
      if (args.length < 2 || (first?.kind !== 'number' && first?.kind !== 'date')) return undefined;
      if (!args.every(({ kind }) => kind === first.kind)) return undefined;
      const unit = commonUnit(args);
      return { kind: first.kind, ...(unit !== undefined && { unit }) };
    },
    run([first, ...rest]) {
      const { kind, values } = first as NumberVector;
      const most = values.map((value, row) =>
        Math[name](value, ...rest.map((arg) => (arg as NumberVector).values[row]!)),
      );
      return { kind, values: most };
    },
  };
}

/** The unit of values that all have it. */
export function commonUnit(types: readonly ValueType[]): string | undefined {
  const [first, ...rest] = types;
  return first?.unit !== undefined && rest.every(({ unit }) => unit === first.unit) ? first.unit : undefined;
}

const MILLISECONDS_PER_DAY = 86_400_000;

/** What CEL doesn't have; `altered` and `date` read their argument as it stands and are not here. */
export const FUNCTIONS: ReadonlyMap<string, ValueFunction> = new Map<string, ValueFunction>([
  [
    'missing',
    {
      form: 'missing(x)',
      check: (args) => (args.length === 1 ? { kind: 'boolean' } : undefined),
      run([x]) {
        const rows = x!.kind === 'text' ? x!.codes.length : x!.values.length;
        return { kind: 'boolean', values: Uint8Array.from({ length: rows }, (_, row) => (isMissing(x!, row) ? 1 : 0)) };
      },
    },
  ],
  [
    'when',
    {
      form: 'when(condition, value)',
      check: ([condition, value, ...more]) => (condition?.kind === 'boolean' && more.length === 0 ? value : undefined),
      run: ([condition, value]) =>
        choose(condition as BooleanVector, value!, nothing(value!.kind, (condition as BooleanVector).values.length)),
    },
  ],
  ['days', between('days', 1)],
  ['months', between('months', DAYS_PER_MONTH)],
  [
    'year',
    {
      form: 'year(date)',
      check: (args) => (isAll(args, 1, 'date') ? { kind: 'number' } : undefined),
      run: ([date]) =>
        numbers((date as NumberVector).values, (day) => new Date(day * MILLISECONDS_PER_DAY).getUTCFullYear()),
    },
  ],
  ['sqrt', ofNumber('sqrt', Math.sqrt)],
  ['log2', ofNumber('log2', Math.log2)],
  ['min', extreme('min')],
  ['max', extreme('max')],
]);

/** The day of `yyyy-mm-dd`, or undefined where there is no such day. */
export function isoDay(text: string): number | undefined {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text) ?? [];
  return year === undefined ? undefined : dayNumber(Number(year), Number(month), Number(day));
}
