import { describe, expect, it } from 'vitest';
import type { Findings } from '../../../lib/result/index.ts';
import { ask, tableFrame } from './asking.ts';

const COLUMNS =
  'age: number, tbs: number, right: boolean, os_months: { type: duration, unit: months }, died: boolean, converted: boolean';
const REST = 'endpoints: { os: { origin: diagnosis, time: os_months, event: died } }\n';

/** So many patients as text, the same of the same seed; here and there age is missing. */
function patients(count: number): string[] {
  let state = 7;
  const draw = () => {
    state = (1103515245 * state + 12345) % 2147483648;
    return state / 2147483648;
  };
  return Array.from({ length: count }, () => {
    const [age, tbs, right] = [50 + 20 * draw(), 3 + 10 * draw(), draw() < 0.3];
    const months = (-20 * Math.log(draw())) / Math.exp(0.1 * (tbs - 8));
    const converted = draw() < 1 / (1 + Math.exp(0.3 * (tbs - 8)));
    return [
      draw() < 0.1 ? '' : age.toFixed(1),
      tbs.toFixed(1),
      right ? 'yes' : 'no',
      months.toFixed(2),
      draw() < 0.8 ? 'yes' : 'no',
      converted ? 'yes' : 'no',
    ].join(',');
  });
}

/** The patients under some keys: a frame is in the order of its keys. */
function keyed(rows: readonly string[], key: (i: number) => number) {
  const header = 'row_id,age,tbs,right,os_months,died,converted';
  return tableFrame(COLUMNS, REST, [header, ...rows.map((row, i) => `P${1000 + key(i)},${row}`)].join('\n'));
}

const ROWS = patients(90);
const ONE = keyed(ROWS, (i) => i);
const OTHER = keyed(ROWS, (i) => (37 * i + 11) % 90);

/** Numbers to nine digits: sums in another order differ in the last ones. */
function told({ tables, primary, figures }: Findings): unknown {
  const round = (_: string, value: unknown) => (typeof value === 'number' ? Number(value.toPrecision(9)) : value);
  return JSON.parse(JSON.stringify({ tables, primary, figures }, round));
}

const MODEL = { endpoint: 'os', covariates: ['age', 'tbs', 'right'] };

describe('what is drawn at random hangs on patients, not on their keys', () => {
  it.each([
    [
      'a signature, its folds, halves and bootstrap',
      {
        analysis: 'prediction',
        endpoint: 'os',
        candidates: ['age', 'tbs', 'right'],
        penalty: 'lasso',
        folds: 5,
        repeats: 2,
        bootstrap: 10,
        stability: 10,
      },
    ],
    [
      'a model of chances',
      { analysis: 'prediction', outcome: 'converted', covariates: ['tbs', 'right'], bootstrap: 20 },
    ],
    ['a Cox model and its optimism', { analysis: 'cox', ...MODEL, bootstrap: 20 }],
    ['imputed covariates of a Cox model', { analysis: 'cox', ...MODEL, bootstrap: 0, impute: 3 }],
    [
      'a logistic model, its optimism and imputed covariates',
      {
        analysis: 'logistic',
        outcome: 'converted',
        adjust: ['age', 'tbs', 'right'],
        bootstrap: 20,
        impute: 3,
      },
    ],
  ])('%s', async (_, request) => {
    expect(told(await ask(OTHER, request))).toEqual(told(await ask(ONE, request)));
  });

  it('the two frames hold the patients in other orders', () => {
    const ages = (frame: typeof ONE) => JSON.stringify(frame.variable('age', ''));
    expect(ages(OTHER)).not.toEqual(ages(ONE));
  });
});
