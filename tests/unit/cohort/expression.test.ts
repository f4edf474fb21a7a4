import { Environment } from '@marcbachmann/cel-js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CohortFrame, MISSING, openCohort, parseDefinition, type Table } from '../../../lib/cohort/index.ts';

const DEFINITION = parseDefinition(
  `title: Expressions
cut: 2023-12-31
tables:
  - match: a.csv
    rows: patient
    patient: id
    columns:
      x: number
      y: { type: number, bounds: true }
      p: boolean
      q: boolean
      stage: { codes: [I, II, III] }
      from: date
      to: date
`,
  'cohort.yaml',
);

interface Row {
  readonly x: number | null;
  readonly y: number | null;
  readonly bound?: string | null;
  readonly p: boolean | null;
  readonly q: boolean | null;
  readonly stage: 'I' | 'II' | 'III' | null;
  readonly from: number | null;
  readonly to: number | null;
}

const NOTHING: Row = { x: null, y: null, p: null, q: null, stage: null, from: null, to: null };
const EMPTY: Table = { rows: 0, columns: new Map() };

function frameOf(rows: readonly Partial<Row>[]): CohortFrame {
  const all = rows.map((row) => ({ ...NOTHING, ...row }));
  const numbers = (name: 'x' | 'y' | 'from' | 'to') => Float64Array.from(all, (row) => row[name] ?? Number.NaN);
  const booleans = (name: 'p' | 'q') =>
    Uint8Array.from(all, (row) => (row[name] === null ? MISSING : Number(row[name])));
  const patients: Table = {
    rows: all.length,
    columns: new Map([
      ['x', { type: 'number', values: numbers('x') }],
      ['y', { type: 'number', values: numbers('y') }],
      ['y.bound', { type: 'text', values: all.map(({ bound }) => bound ?? null) }],
      ['p', { type: 'boolean', values: booleans('p') }],
      ['q', { type: 'boolean', values: booleans('q') }],
      ['stage', { type: 'text', values: all.map(({ stage }) => stage) }],
      ['from', { type: 'date', values: numbers('from') }],
      ['to', { type: 'date', values: numbers('to') }],
    ]),
  };
  const tables = { patients, alterations: EMPTY, coverage: EMPTY };
  return openCohort({ definition: DEFINITION, tables, panels: {}, digest: 'd', revision: 'r', name: 'n' });
}

function valuesOf(cel: string, rows: readonly Partial<Row>[]): unknown[] {
  const column = frameOf(rows).evaluate(cel, '/where');
  if (column.type === 'category') return Array.from(column.codes, (code) => column.levels[code] ?? null);
  if (column.type === 'boolean') return Array.from(column.values, (value) => [false, true, null][value]);
  return Array.from(column.values as Float64Array, (value) => (Number.isNaN(value) ? null : value));
}

/** The library as it is, a row at a time: a missing variable is left out, and what then fails is missing. */
const LIBRARY = new Environment()
  .registerVariable('x', 'double')
  .registerVariable('y', 'double')
  .registerVariable('p', 'bool')
  .registerVariable('q', 'bool')
  .registerVariable('stage', 'string');

const number = fc.oneof(
  fc.constantFrom('x', 'y'),
  fc.integer({ min: 0, max: 9 }).map((n) => `${n}.0`),
  fc.constantFrom('0.5', '2.25'),
);
const { condition } = fc.letrec<{ condition: string; term: string }>((tie) => ({
  term: fc.oneof(
    { depthSize: 'small' },
    number,
    fc.tuple(tie('term'), fc.constantFrom('+', '-', '*'), tie('term')).map(([a, op, b]) => `(${a} ${op} ${b})`),
  ),
  condition: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom('p', 'q', 'true', 'false'),
    fc
      .tuple(tie('term'), fc.constantFrom('<', '<=', '>', '>=', '==', '!='), tie('term'))
      .map((parts) => parts.join(' ')),
    fc.constantFrom('stage == "I"', 'stage != "II"', 'stage in ["I", "III"]', '"II" == stage'),
    fc.tuple(tie('condition'), fc.constantFrom('&&', '||'), tie('condition')).map(([a, op, b]) => `(${a} ${op} ${b})`),
    tie('condition').map((a) => `!(${a})`),
    fc.tuple(tie('condition'), tie('condition'), tie('condition')).map(([a, b, c]) => `((${a}) ? (${b}) : (${c}))`),
  ),
}));
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });
const row: fc.Arbitrary<Partial<Row>> = fc.record({
  x: maybe(fc.integer({ min: -3, max: 9 })),
  y: maybe(fc.constantFrom(0, 0.5, 2.25, 7)),
  p: maybe(fc.boolean()),
  q: maybe(fc.boolean()),
  stage: maybe(fc.constantFrom('I', 'II', 'III')),
});

describe('An expression', () => {
  it('is over columns what the library makes of it row by row', () => {
    fc.assert(
      fc.property(condition, fc.array(row, { minLength: 1, maxLength: 8 }), (cel, rows) => {
        const program = LIBRARY.parse(cel);
        const byRow = rows.map((values) => {
          try {
            return program(Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null)));
          } catch {
            return null;
          }
        });
        expect(valuesOf(cel, rows)).toEqual(byRow);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['p && q', [false, null, false, null]],
    ['q && p', [false, null, false, null]],
    ['p || q', [null, true, false, null]],
    ['!q', [null, null, true, null]],
    ['missing(q)', [true, true, false, true]],
    ['when(p, "yes")', [null, 'yes', null, null]],
    ['p ? 1 : 2', [2, 1, 2, null]],
  ])('follows Kleene where something is missing: %s', (cel, expected) => {
    const rows = [{ p: false }, { p: true }, { p: false, q: false }, {}];
    expect(valuesOf(cel, rows)).toEqual(expected);
  });

  it.each([
    ['days(from, to)', [365, null]],
    ['months(from, to)', [365 / 30.4375, null]],
    ['year(from)', [1970, null]],
    ['from < date("1970-01-02")', [true, null]],
    ['to > cut', [false, null]],
    ['year(max(from, to))', [1971, null]],
    ['min(x, 2, 7)', [-4, null]],
    ['sqrt(x)', [null, null]],
    ['log2(0 * x)', [null, null]],
    ['1 / (x + 4)', [null, null]],
    ['7 / 2', [3.5, 3.5]],
    ['-x', [4, null]],
    ['x in [-4, 1]', [true, null]],
  ])('knows dates and numbers: %s', (cel, expected) => {
    expect(valuesOf(cel, [{ from: 0, to: 365, x: -4 }, {}])).toEqual(expected);
  });

  it.each([
    ['y < 5', [true, false, null]],
    ['y <= 0.4', [null, false, null]],
    ['y >= 0.5', [false, true, null]],
    ['y > 200', [false, true, null]],
    ['y > 300', [false, null, null]],
    ['y == 3', [false, false, null]],
    ['0.2 > y', [null, false, null]],
    ['y in [1, 250]', [false, null, null]],
    ['y + 0', [0.25, null, null]],
    ['missing(y)', [false, false, true]],
  ])('decides what a bound can decide: %s of <0.5, >200 and nothing', (cel, expected) => {
    const rows = [{ y: 0.25, bound: '<0.5' }, { bound: '>200' }, {}];
    expect(valuesOf(cel, rows)).toEqual(expected);
  });

  it('agrees with every number that a bound allows', () => {
    const number = fc.integer({ min: -4, max: 4 }).map((n) => n / 2);
    fc.assert(
      fc.property(
        fc.constantFrom('<', '<=', '>', '>=', '==', '!='),
        fc.constantFrom('<', '>'),
        number,
        number,
        (op, side, limit, b) => {
          const [bounded] = valuesOf(`y ${op} ${b}`, [{ bound: `${side}${limit}` }]);
          const allowed = Array.from({ length: 81 }, (_, i) => i / 4 - 10).filter((y) =>
            side === '<' ? y < limit : y > limit,
          );
          const exact = new Set(allowed.flatMap((y) => valuesOf(`y ${op} ${b}`, [{ y }])));
          expect(bounded).toBe(exact.size === 1 ? [...exact][0] : null);
        },
      ),
    );
  });

  it.each([
    ['agee > 1', /no variable agee/],
    ['x > "a"', /a text, where a number/],
    ['x && p', /a number, where true or false/],
    ['stage < "II"', /no order/],
    ['stage == "IIII"', /none of its values/],
    ['to - from', /days\(from, to\)|not added/],
    ['x == null', /written out/],
    ['x in [y]', /written out/],
    ['stage.matches("(I+)+$")', /not available/],
    ['stage.size() > 1', /not available/],
    ['[1, 2].map(a, a)', /not available/],
    ['{"a": 1}.a == 1', /not available/],
    ['x % 2 == 0', /not available/],
    ['has(x)', /no function/],
    ['constructor', /no variable/],
    ['__proto__ == 1', /reserved|not an expression|no variable/],
    ['foo(x)', /no function/],
    ['altered("KRAS", altered("TP53"))', /inside/],
    ['date("2021-02-30") > to', /no date/],
    ['x >', /not an expression/],
    ['', /not an expression/],
  ])('is refused with its place: %s', (cel, says) => {
    const thrown = (() => {
      try {
        return frameOf([{}]).evaluate(cel, '/where');
      } catch (error) {
        return error;
      }
    })();
    expect(thrown).toMatchObject({
      code: 'invalid-expression',
      place: { pointer: '/where' },
      message: expect.stringMatching(says),
    });
    expect(thrown).toMatchObject({ message: expect.stringMatching(/characters \d+ to \d+/) });
  });

  it.each([
    ['brackets', '('.repeat(5_000)],
    ['negations', `${'!'.repeat(3_000)}p`],
    ['choices', `${'p ? 1 : '.repeat(400)}1`],
    ['terms', Array(700).fill('p').join(' || ')],
    ['lists', `x in [${Array(400).fill('1').join(',')}]`],
    ['letters', `stage == "${'x'.repeat(1_000_000)}"`],
  ])('ends soon when it is hostile: %s', (_, cel) => {
    expect(() => frameOf([{}]).evaluate(cel, '/where')).toThrow(/characters/);
  });

  it('ends, whatever the text', () => {
    const frame = frameOf([{}]);
    const piece = fc.constantFrom(
      'x',
      'p',
      'stage',
      '"I"',
      '1',
      '(',
      ')',
      '[',
      ']',
      '&&',
      '||',
      '!',
      '?',
      ':',
      '==',
      'in',
      '.',
      ',',
      '-',
      'missing',
      'when',
      'altered',
      ' ',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        try {
          frame.evaluate(pieces.join(' '), '/where');
        } catch (error) {
          expect(error).toMatchObject({ code: expect.stringMatching(/^(invalid-expression|unknown-gene)$/) });
        }
      }),
    );
  });

  it('leaves the rows for which a condition holds, and counts the others', () => {
    const { rows, no, missing } = frameOf([{ x: 1 }, { x: 5 }, {}, { x: 7 }]).where('x > 4', '/where');
    expect([[...rows], no, missing]).toEqual([[1, 3], 1, 1]);
    expect(() => frameOf([{}]).where('x', '/where')).toThrow(/condition/);
  });
});
