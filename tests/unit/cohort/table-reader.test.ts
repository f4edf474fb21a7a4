import { describe, expect, it } from 'vitest';
import { type Problem, parseDefinition } from '../../../lib/cohort/index.ts';
import { pseudonym, read } from './read.ts';

function definition(columns: string, more = ''): string {
  return `title: T
missing: ["", NA, -999]
tables:
  - match: a.csv
    rows: patient
    patient: id
${more}    columns:
${columns
  .split('\n')
  .map((line) => `      ${line}`)
  .join('\n')}
`;
}

/** Reads cells of one column `v`; gives its values and the rules broken, by cell. */
function readColumn(type: string, cells: readonly string[]): { values: unknown[]; rules: (string | undefined)[] } {
  const text = ['id;v', ...cells.map((cell, i) => `p${i};"${cell}"`)].join('\n');
  const { source, problems } = read(parseDefinition(definition(`v: ${type}`), 'cohort.yaml'), 'a.csv', text);
  const values = source.records.patients.map(({ values: { v } }) => v);
  return { values, rules: cells.map((_, i) => problems.find(({ line }) => line === i + 2)?.rule) };
}

const day = (iso: string): number => Date.parse(`${iso}T00:00:00Z`) / 86_400_000;

describe('A date column', () => {
  it('reads ISO, points, names of months, and Excel dates, without a time zone', () => {
    const cells = [
      '2021-03-04',
      '04.03.2021',
      '4.3.2021',
      '04-Mar-2021',
      '4 March 2021',
      '2021/3/4',
      '20210304',
      '2021-03-04T23:30:00Z',
    ];
    expect(readColumn('date', cells).values).toEqual(cells.map(() => day('2021-03-04')));
  });

  it('learns from dates that leave no choice how the others are meant', () => {
    expect(readColumn('date', ['03/04/2021', '25/04/2021']).values).toEqual([day('2021-04-03'), day('2021-04-25')]);
    expect(readColumn('date', ['03/04/2021', '04/25/2021']).values).toEqual([day('2021-03-04'), day('2021-04-25')]);
    expect(readColumn('date', ['04/04/2021', '4/04/2021']).rules).toEqual([undefined, undefined]);
  });

  it('learns from dates of one form only, and counts what it decided', () => {
    const cells = ['03/04/2021', '25/04/2021', '05/06/2021', '07/07/2021', '03-04-2021', '2021-01-02'];
    const { values, rules } = readColumn('date', cells);
    expect(values).toEqual([
      day('2021-04-03'),
      day('2021-04-25'),
      day('2021-06-05'),
      day('2021-07-07'),
      null,
      day('2021-01-02'),
    ]);
    expect(rules).toEqual(['day-order', undefined, undefined, undefined, 'ambiguous-date', undefined]);
    const { problems } = read(
      parseDefinition(definition('v: date'), 'cohort.yaml'),
      'a.csv',
      ['id;v', ...cells.map((cell, i) => `p${i};${cell}`)].join('\n'),
    );
    expect(problems.find(({ rule }) => rule === 'day-order')).toMatchObject({ level: 'warning', line: 2, rows: 2 });
  });

  it.each([
    [
      ['03/04/2021', '05/06/2021'],
      ['ambiguous-date', 'ambiguous-date'],
    ],
    [
      ['03/04/2021', '25/04/2021', '04/25/2021'],
      ['ambiguous-date', undefined, undefined],
    ],
    [
      ['2021-02-30', '31.04.2021', '29.02.2024'],
      ['impossible-date', 'impossible-date', undefined],
    ],
    [
      ['2021', '2021-03', '03.2021'],
      ['partial-date', 'partial-date', 'partial-date'],
    ],
    [
      ['soon', '03.04.21', '44291'],
      ['not-a-date', 'not-a-date', 'not-a-date'],
    ],
  ])('sets aside what is no certain date: %s', (cells, rules) => {
    const read = readColumn('date', cells);
    expect(read.rules).toEqual(rules);
    for (const [i, rule] of rules.entries()) expect(read.values[i] === null).toBe(rule !== undefined);
  });
});

describe('A number column', () => {
  it.each([
    [
      ['3.5', '-4', '1e3', '.5', ' 7 '],
      [3.5, -4, 1000, 0.5, 7],
    ],
    [
      ['3,5', '35,75', '0,125'],
      [3.5, 35.75, 0.125],
    ],
    [
      ['1,234,567', '1,234.5'],
      [1_234_567, 1234.5],
    ],
    [
      ['1.234,5', '0,125'],
      [1234.5, 0.125],
    ],
    [
      ['-999', 'NA', '', '-999.0'],
      [null, null, null, null],
    ],
  ])('reads points and commas that leave no choice: %s', (cells, values) => {
    const read = readColumn('number', cells);
    expect(read.values).toEqual(values);
    expect(read.rules.every((rule) => rule === undefined || rule === 'decimal-comma')).toBe(true);
  });

  it('counts decimal commas and flags them, once a column', () => {
    const { problems } = read(
      parseDefinition(definition('v: { type: number, bounds: true, codes: { "1,5": 7 } }'), 'cohort.yaml'),
      'a.csv',
      'id;v\na;3.5\nb;3,5\nc;<0,5\nd;1,5\ne;40,25\n',
    );
    expect(
      problems.map(({ rule, level, line, column, value, rows }) => [rule, level, line, column, value, rows]),
    ).toEqual([['decimal-comma', 'warning', 3, 'v', '3,5', 3]]);
    expect(problems[0]!.remedy).toContain('lines 3, 4, 6');
  });

  it.each([
    ['number', ['1,234'], ['ambiguous-number']],
    ['number', ['4.5', '1,234'], [undefined, 'ambiguous-number']],
    ['number', ['1,234,567', '1,234'], [undefined, 'ambiguous-number']],
    ['number', ['3,5', '1,234'], ['decimal-comma', 'ambiguous-number']],
    ['number', ['70,5', '1.070', '0.125', '1.25'], ['decimal-comma', 'ambiguous-number', undefined, undefined]],
    ['number', ['1.070', '980'], [undefined, undefined]],
    ['number', ['fifty', '1 000', '0x10', 'Infinity', '1e999', '--4'], Array(6).fill('not-a-number')],
    ['integer', ['3.0', '3.5'], [undefined, 'not-whole']],
    [
      '{ type: number, range: [0, 5] }',
      ['0', '5', '5.1', '-1'],
      [undefined, undefined, 'out-of-range', 'out-of-range'],
    ],
    ['{ type: number, range: [null, 5] }', ['-1e9', '6'], [undefined, 'out-of-range']],
    ['number', ['<0.5'], ['not-a-number']],
  ])('sets aside what is no certain %s: %s', (type, cells, rules) => {
    expect(readColumn(type, cells).rules).toEqual(rules);
  });

  it('keeps bounds where the definition says that there are some', () => {
    expect(readColumn('{ type: number, bounds: true }', ['<0,5', '>1000', '< 2', '7']).values).toEqual([
      '<0.5',
      '>1000',
      '<2',
      7,
    ]);
  });
});

describe('A coded column', () => {
  it.each([
    ['{ codes: { "1": male, "2": female } }', ['1', '2.0', '3', ''], ['male', 'female', null, null], 'not-a-code'],
    ['{ codes: { "01": a, "1": b } }', ['01', '1', 'x'], ['a', 'b', null], 'not-a-code'],
    [
      '{ type: boolean, codes: { dead: true, alive: false } }',
      ['dead', 'alive', 'Dead'],
      [true, false, null],
      'not-a-code',
    ],
    ['boolean', ['Yes', 'no', '1', '0.0', 'TRUE', 'maybe'], [true, false, true, false, true, null], 'not-a-boolean'],
    ['{ type: integer, codes: { none: 0 } }', ['none', '3', 'some'], [0, 3, null], 'not-a-number'],
    ['{ codes: [F, M], missing: [U] }', ['F', 'U', 'm'], ['F', null, null], 'not-a-code'],
    ['{ part: [2, 2], codes: { "01": primary } }', ['ab01cd', 'ab02cd'], ['primary', null], 'not-a-code'],
  ])('means what the definition says: %s', (type, cells, values, rule) => {
    const read = readColumn(type, cells);
    expect(read.values).toEqual(values);
    expect(read.rules.filter((told) => told !== undefined)).toEqual(
      values.includes(null) && read.rules.some(Boolean) ? [rule] : [],
    );
  });
});

describe('A table', () => {
  const YAML = definition(
    'age: { type: integer, range: [0, 120] }\nmonths: { type: duration, unit: months }\nold: { from: aged, type: boolean }',
  );
  const get = (text: string, yaml = YAML) => read(parseDefinition(yaml, 'cohort.yaml'), 'a.csv', text);
  const short = ({ rule, level, line, column }: Problem) => [rule, level, line, column];

  it('keeps its good rows, and tells of each bad cell and row with place and remedy', () => {
    const { source, problems } = get(
      'id,age,months,aged\nx1,50,12,yes\nx2,fifty,12,no\nx3,50,-4,no\n,50,12,no\nx5,500,1,no\n',
    );
    const { patients } = source.records;
    expect(patients.map(({ identifier, values, setAside, apart }) => [identifier, values, setAside, apart])).toEqual([
      ['x1', { age: 50, months: 12, old: true }, [], undefined],
      ['x2', { age: null, months: 12, old: false }, ['age'], undefined],
      ['x3', {}, [], true],
      ['x5', { age: null, months: 1, old: false }, ['age'], undefined],
    ]);
    expect(problems.map(short)).toEqual([
      ['not-a-number', 'cell', 3, 'age'],
      ['negative-time', 'error', 4, 'months'],
      ['no-identifier', 'error', 5, 'id'],
      ['out-of-range', 'cell', 6, 'age'],
    ]);
    for (const problem of problems) expect(problem).toMatchObject({ file: 'a.csv', says: /\S/, remedy: /\S/ });
  });

  it('is missing a column for all rows where the file does not have it, told once, in the definition', () => {
    const { source, problems } = get('id,age,months,Aged\nx1,50,12,yes\nx2,60,12,no\n');
    expect(source.records.patients.map(({ values }) => values['old'])).toEqual([null, null]);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({
      rule: 'no-such-column',
      file: 'cohort.yaml',
      line: 10,
      column: '20',
      value: 'aged',
      remedy: /Aged/,
    });
  });

  it.each([
    ['id', 'name,age\nA,50\n', 'no-patient-column'],
    ['specimen', 'id,age\nA,50\n', 'no-specimen-column'],
  ])('is refused without its column %s', (_, text, code) => {
    const yaml = YAML.replace('rows: patient', 'rows: specimen\n    specimen: sid');
    expect(() => get(text, yaml)).toThrow(expect.objectContaining({ code, remedy: expect.stringMatching(/\S/) }));
  });

  it('without a header is refused in words that tell no row of it, and of a title where to say what stands below', () => {
    const refused = (): unknown => get('Featherstone,1951-03-02\nQuince,1960-07-14\n');
    expect(refused).toThrow(
      expect.objectContaining({ remedy: expect.stringMatching(/below a title, say their line/) }),
    );
    expect(refused).not.toThrow(expect.objectContaining({ remedy: expect.stringMatching(/Featherstone|1951/) }));
    expect(() => get('id_,age\nA,50\n')).toThrow(expect.objectContaining({ remedy: 'Did you mean id_?' }));
  });

  it('takes only the rows that are meant', () => {
    const yaml = YAML.replace('    columns:', '    only: { event: [baseline, first] }\n    columns:');
    const { source } = get('id,event,age,months,aged\nx1,baseline,50,1,1\nx1,later,51,1,1\nx2,first,60,1,1\n', yaml);
    expect(source.records.patients.map(({ identifier, values }) => [identifier, values['age']])).toEqual([
      ['x1', 50],
      ['x2', 60],
    ]);
  });

  it('of specimens gives a row of the patient beside each of a specimen', () => {
    const yaml = definition(
      'age: number\nsite: { of: specimen, type: text }\nref: { of: specimen, type: key }',
      '    specimen: sid\n    panel: chip\n',
    ).replace('rows: patient', 'rows: specimen');
    const { source, problems } = get('id,sid,chip,age,site,ref\np1,s1,exome,50,liver,q1\np1,s2,,50,lung,q1\n', yaml);
    expect(problems).toEqual([]);
    expect(source.records.patients.map(({ patient, values }) => [patient, values])).toEqual(
      Array(2).fill([pseudonym('patient', 'p1'), { age: 50 }]),
    );
    const ref = pseudonym('patient', 'q1');
    expect(source.records.specimens.map(({ specimen, panel, values }) => [specimen, panel, values])).toEqual([
      [pseudonym('specimen', 's1'), 'exome', { site: 'liver', ref }],
      [pseudonym('specimen', 's2'), null, { site: 'lung', ref }],
    ]);
  });
});
